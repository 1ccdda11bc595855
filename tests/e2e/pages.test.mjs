/**
 * Pages before and after a change, from `tests/pages`: each is a folder with `before.html`, then `after.html` (another
 * day's page) or `after.js` (what the page does to itself), and `threads.json`, a list of
 *
 *     { "select": words, "nth": which of several, or "from": words, "to": words,
 *       "then": "placed" | "proposed" | "detached" | "waiting", "on": words if others, "after": what stands before them }
 *
 * `on` has also what is hidden under the highlight. White space does not count. A folder more is a test more.
 */

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

import { serveExamples } from './support/examples.mjs';
import { reader } from './support/reader.mjs';
import { scenario } from './support/scenario.mjs';
import { untilEqual } from './support/until.mjs';

const PAGES = new URL('../pages/', import.meta.url);

function whole(body) {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Page</title><link rel="icon" href="data:,">
    <script type="module" src="../postil/define.js"></script>
    <article id="article">${body}</article><postil-comments for="#article" room="page"></postil-comments>`;
}

/** A policy that allows the inline styles of the pages, which are not Postil's. */
const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; connect-src 'self'; " +
  "img-src data:; require-trusted-types-for 'script'";

for (const name of readdirSync(PAGES).sort()) {
  scenario(`the page "${name}"`, async (stage) => {
    const read = (file) => readFile(new URL(`${name}/${file}`, PAGES), 'utf8').catch(() => null);
    const [before, after, script] = await Promise.all(['before.html', 'after.html', 'after.js'].map(read));
    const threads = JSON.parse(await read('threads.json'));
    const files = { 'page/before.html': whole(before), 'page/after.html': whole(after ?? '') };
    const base = await serveExamples(stage, files, { 'content-security-policy': POLICY });

    const ada = await reader(stage, 'Ada', `${base}page/before.html`);
    for (const [index, { select, nth, from, to }] of threads.entries()) {
      await ada.select(select ?? from, { nth, until: to });
      await ada.page.keyboard.press('Control+Alt+m');
      await ada.publish(ada.box('Write a comment'), `Thread ${index}`);
      await ada.thread(`Thread ${index}`).waitFor();
    }
    await untilEqual('all are placed', async () => (await ada.placements()).map(([, state]) => state), threads.map(() => 'placed'));

    if (after === null) {
      await ada.page.evaluate(`(async () => {${script}})()`);
    } else {
      await ada.go(`${base}page/after.html`);
    }
    await untilEqual(
      'the threads are where they are expected',
      async () => (await ada.placements()).map(([, state]) => state),
      threads.map(({ then }) => then),
    );
    const squeezed = (text) => text.replace(/\s+/g, '');
    for (const [index, { id }] of (await ada.threads()).entries()) {
      const { select, then, on, after: preceding } = threads[index];
      if (then !== 'placed' && then !== 'proposed') continue;
      await ada.page.evaluate((id) => document.querySelector('postil-comments').reveal(id), id);
      const kind = then === 'placed' ? 'active' : 'draft';
      const wanted = squeezed(on ?? select);
      const found = async () => squeezed((await ada.highlighted(kind)).join(''));
      await untilEqual(`thread ${index} is ${then} on its words`, found, wanted);
      if (preceding) {
        assert.ok(squeezed(await ada.before(kind)).endsWith(squeezed(preceding)), `thread ${index} is after "${preceding}"`);
      }
    }
  });
}
