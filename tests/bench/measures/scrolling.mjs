/** Scrolling through 10,000 comments, and comments that arrive meanwhile. */

import { calm, marks, takeTasks } from '../support/chrome.mjs';
import { median, ms, table } from '../support/numbers.mjs';
import { post, recordsOf } from '../support/room.mjs';
import { SIZES } from '../support/stage.mjs';

const TURNS = 60;
/** How many comments arrive at once. */
const ARRIVING = 100;

export async function measureScrolling(stage, runs) {
  const { url, relay, room } = stage.postil.get(SIZES.at(-1));
  const fresh = recordsOf(room.week);
  const seen = [];
  for (let run = 0; run < runs; run += 1) {
    seen.push(await stage.chrome.visit(url, async (tab) => {
      await marks(tab, 'interactive', 'postil-sync up-to-date');
      await calm(tab);
      await takeTasks(tab);
      await tab.mouse.move(640, 450);
      let most = 0;
      for (let turn = 0; turn < TURNS; turn += 1) {
        await tab.mouse.wheel(0, 400);
        await tab.waitForTimeout(30);
        most = Math.max(most, await tab.evaluate(() => globalThis.probe.articles().length));
      }
      await calm(tab);
      const scrolling = await takeTasks(tab);
      const changed = tab.evaluate(() => new Promise((resolve) => {
        document.addEventListener('postil-change', (event) => resolve(event.detail.threads.length), { once: true });
      }));
      await post(relay.url, room.mailbox, [Buffer.concat(fresh.slice(run * ARRIVING, (run + 1) * ARRIVING))]);
      await changed;
      await calm(tab);
      return { most, scrolling, arrival: await takeTasks(tab) };
    }));
  }
  const longest = (what) => ms(Math.max(...seen.map((it) => it[what].longest)));
  const count = (what) => seen.reduce((sum, it) => sum + it[what].count, 0);
  table(`Postil with 10,000 comments, ${runs} runs`, ['what', 'tasks > 50 ms', 'longest task', 'articles at most'], [
    ['scrolling 24,000 px', count('scrolling'), longest('scrolling'), median(seen.map((it) => it.most))],
    [`${ARRIVING} comments arrive at once`, count('arrival'), longest('arrival'), ''],
  ]);
}
