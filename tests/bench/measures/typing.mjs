/** From a key to its paint, with 10,000 comments on the page. */

import { calm, marks, takeTasks } from '../support/chrome.mjs';
import { median, ms, quantile, ratio, table } from '../support/numbers.mjs';
import { SIZES } from '../support/stage.mjs';

const KEYS = 80;

export async function measureTyping(stage, runs) {
  const largest = SIZES.at(-1);
  // Near the top, so that nearly all comments stand behind what is typed.
  const focusDocument = async (tab) => {
    await tab.getByRole('textbox', { name: 'Shared document' }).focus();
    await tab.keyboard.press('Control+Home');
    for (let line = 0; line < 4; line += 1) await tab.keyboard.press('ArrowDown');
    await tab.keyboard.press('End');
  };
  const focusComposer = (tab) => tab.getByRole('textbox', { name: 'Write a comment' }).focus();
  const pages = [
    { name: 'yjs, 50 comments, text box', url: `${stage.peers.yjs.url}?50`, focus: focusComposer },
    { name: 'yjs, 10,000 comments, text box', url: `${stage.peers.yjs.url}?10000`, focus: focusComposer },
    { name: 'Postil, no comment, document', url: stage.postil.get(0).url, focus: focusDocument },
    { name: 'Postil, 10,000 comments, document', url: stage.postil.get(largest).url, focus: focusDocument },
  ].map((page) => ({ ...page, strokes: [], tasks: [] }));

  for (let run = 0; run < runs; run += 1) {
    for (const page of pages) {
      await stage.chrome.visit(page.url, async (tab) => {
        await marks(tab, 'interactive');
        await calm(tab);
        await page.focus(tab);
        await tab.evaluate(() => globalThis.probe.strokes.splice(0));
        await takeTasks(tab);
        for (let key = 0; key < KEYS; key += 1) {
          // Half a second of rest after every sentence, in which work that was put off is done.
          const rests = key % 20 === 19;
          await tab.keyboard.press(key % 5 === 4 ? 'Space' : 'KeyA');
          await tab.waitForTimeout(rests ? 700 : 30 + ((key * 37) % 60));
        }
        await calm(tab);
        page.strokes.push(...(await tab.evaluate(() => globalThis.probe.strokes.splice(0))));
        page.tasks.push(await takeTasks(tab));
      });
    }
  }

  const [bare] = pages;
  table(
    `From keydown to paint, ${runs} × ${KEYS} keys, interleaved`,
    ['page', 'p50', 'p95', 'p95 to yjs, 50', 'longest stroke', 'tasks > 50 ms', 'longest task'],
    pages.map((page) => [
      page.name, ms(median(page.strokes)), ms(quantile(page.strokes, 0.95)),
      ratio(quantile(page.strokes, 0.95), quantile(bare.strokes, 0.95)), ms(Math.max(...page.strokes)),
      page.tasks.reduce((sum, tasks) => sum + tasks.count, 0), ms(Math.max(...page.tasks.map((tasks) => tasks.longest))),
    ]),
  );
}
