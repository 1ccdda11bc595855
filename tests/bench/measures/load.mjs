/** From navigation to the first thread on screen, and to being able to write one. */

import { calm, marks, takeTasks } from '../support/chrome.mjs';
import { median, ms, ratio, table } from '../support/numbers.mjs';
import { SIZES } from '../support/stage.mjs';

export async function measureLoad(stage, runs) {
  const pages = [
    ...SIZES.map((comments) => ({ name: `Postil, ${comments.toLocaleString('en')} comments`, comments, url: stage.postil.get(comments).url })),
    { name: 'yew + yrs, 50 comments', url: `${stage.peers['yew-yrs'].url}?50` },
    { name: 'yjs, 50 comments', url: `${stage.peers.yjs.url}?50` },
    { name: 'yew + yrs, 10,000 comments', url: `${stage.peers['yew-yrs'].url}?10000` },
    { name: 'yjs, 1,000 comments', url: `${stage.peers.yjs.url}?1000` },
    { name: 'yjs, 10,000 comments', url: `${stage.peers.yjs.url}?10000` },
  ].map((page) => ({ ...page, seen: [] }));

  for (let run = 0; run < runs; run += 1) {
    for (const page of pages) {
      const seen = await stage.chrome.visit(page.url, async (tab) => {
        const wanted = page.comments === 0 ? ['interactive'] : ['readable', 'interactive'];
        const noted = await marks(tab, ...wanted);
        await calm(tab);
        const articles = await tab.evaluate(() => globalThis.probe.articles().length);
        return { ...noted, articles, tasks: await takeTasks(tab) };
      });
      page.seen.push(seen);
    }
  }

  const find = (name) => pages.find((page) => page.name === name);
  const of = (page, what) => median(page.seen.map((seen) => seen[what] ?? NaN).filter(Number.isFinite));
  const list = find('yew + yrs, 50 comments');
  const yjs = find('yjs, 10,000 comments');
  table(
    `Loading, with what is kept on the device, medians of ${runs} interleaved runs`,
    ['page', 'first thread', 'to yew + yrs, 50', 'to yjs, 10,000', 'interactive', 'tasks > 50 ms', 'longest', 'articles'],
    pages.map((page) => {
      const first = page.comments === 0 ? NaN : of(page, 'readable');
      return [
        page.name, ms(first), ratio(first, of(list, 'readable')), ratio(first, of(yjs, 'readable')), ms(of(page, 'interactive')),
        median(page.seen.map((seen) => seen.tasks.count)), ms(median(page.seen.map((seen) => seen.tasks.longest))), of(page, 'articles'),
      ];
    }),
  );
}
