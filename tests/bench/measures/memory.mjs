/** Megabytes in use, after a garbage collection. */

import { calm, marks, memory } from '../support/chrome.mjs';
import { mb, median, ratio, table } from '../support/numbers.mjs';

export async function measureMemory(stage, runs) {
  const pages = [
    ...[...stage.postil].map(([comments, { url }]) => ({ name: `Postil, ${comments.toLocaleString('en')} comments`, url })),
    { name: 'yew + yrs, 10,000 comments', url: `${stage.peers['yew-yrs'].url}?10000` },
    { name: 'yjs, 10,000 comments', url: `${stage.peers.yjs.url}?10000` },
  ].map((page) => ({ ...page, seen: [] }));
  for (let run = 0; run < runs; run += 1) {
    for (const page of pages) {
      page.seen.push(await stage.chrome.visit(page.url, async (tab) => {
        await marks(tab, 'interactive');
        await calm(tab);
        return memory(tab);
      }));
    }
  }
  const of = (page, pick) => median(page.seen.map(pick));
  const all = (it) => it.heap + it.wasm;
  const yjs = of(pages.at(-1), all);
  table(`Memory, medians of ${runs} runs`, ['page', 'JavaScript', 'WebAssembly', 'together', 'to yjs, 10,000'], pages.map((page) => [
    page.name, mb(of(page, (it) => it.heap)), mb(of(page, (it) => it.wasm)), mb(of(page, all)), ratio(of(page, all), yjs),
  ]));
}
