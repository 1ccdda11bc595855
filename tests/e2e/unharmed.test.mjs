/** The page around: nothing of it is changed, while a discussion is there and after it has gone. */

import assert from 'node:assert/strict';

import { serveExamples } from './support/examples.mjs';
import { reader } from './support/reader.mjs';
import { scenario } from './support/scenario.mjs';
import { until } from './support/until.mjs';

const WORDS = 'Everything about a pond in winter';

/** Everything of the page that is none of Postil's business. Runs in the page. */
function census() {
  const panel = document.querySelector('postil-comments');
  const others = [...document.querySelectorAll('*')].filter((it) => it !== panel);
  const styles = others.map((it) => {
    const style = getComputedStyle(it);
    // The height of the row that the panel is in is its own, and so is where its column begins.
    return ['color', 'background-color', 'font', 'display', 'margin', 'padding', 'position', 'width', 'cursor', 'text-decoration']
      .map((name) => style.getPropertyValue(name));
  });
  const copy = document.documentElement.cloneNode(true);
  copy.querySelector('postil-comments')?.remove();
  copy.normalize();
  return {
    tree: copy.outerHTML.replace(/\s+(?=<\/main>)/, ''),
    styles,
    nodes: document.querySelector('#article').childNodes.length,
    globals: Object.getOwnPropertyNames(globalThis).sort(),
    sheets: document.styleSheets.length,
    highlights: [...CSS.highlights].filter(([name]) => !name.startsWith('postil-')).map(([name, it]) => [name, [...it].map(String)]),
    history: history.length,
    address: location.href,
    title: document.title,
    focus: document.activeElement.localName,
  };
}

/** A highlight of the page's own. */
function highlightOwn() {
  const range = document.createRange();
  range.selectNodeContents(document.querySelector('#article em'));
  CSS.highlights.set('own', new Highlight(range));
}

scenario('a page with a discussion is the page it was, and so it is afterwards', async (stage) => {
  const ada = await reader(stage, 'Ada', `${await serveExamples(stage)}plain-page/`, {
    // Before Postil has begun, with the element there.
    before: (page) => page.route('**/postil_bg.wasm', async (route) => {
      await page.evaluate(highlightOwn);
      page.census = await page.evaluate(census);
      await route.continue();
    }),
  });
  const { page } = ada;
  await until('the page was looked at', () => page.census);
  const compare = async (when) => assert.deepEqual(await page.evaluate(census), page.census, when);
  await compare('mounted');
  await ada.comment(WORDS, 'With a thread.');
  await until('it is highlighted', async () => (await ada.highlighted()).length === 1);
  await page.keyboard.press('Escape');
  await page.evaluate(() => (document.activeElement.blur(), getSelection().removeAllRanges()));
  await compare('with a thread');
  assert.ok(await page.evaluate(() => [...CSS.highlights.keys()].every((name) => name === 'own' || /^postil-(open|resolved|active|draft)$/.test(name))));
  await page.evaluate(async () => {
    globalThis.panel = document.querySelector('postil-comments');
    panel.remove();
    await new Promise((resolve) => setTimeout(resolve, 50));
  });
  const after = await page.evaluate(census);
  assert.deepEqual({ ...after, globals: after.globals.filter((name) => name !== 'panel') }, page.census, 'unmounted');
  assert.deepEqual(await page.evaluate(() => [[...CSS.highlights.keys()], document.adoptedStyleSheets.length]), [['own'], 0]);
});

scenario('where there are no highlights, marks come and go without a trace', async (stage) => {
  const ada = await reader(stage, 'Ada', `${await serveExamples(stage)}plain-page/`, {
    before: (page) => page.addInitScript(() => Object.defineProperty(CSS, 'highlights', { value: undefined })),
  });
  const { page } = ada;
  const tree = () => page.evaluate(() => {
    const nodes = [];
    const walk = (node) => (nodes.push(node.nodeType === Node.TEXT_NODE ? node.data : node.localName), node.childNodes.forEach(walk));
    walk(document.querySelector('#article'));
    return nodes;
  });
  const before = await tree();
  await page.evaluate(() => (globalThis.kept = document.querySelector('#article p').lastChild));
  await ada.comment('above it. Everything about a pond', 'Marked.');
  await ada.comment('degrees above it', 'Overlapping.');
  await ada.select('5 cm', { until: 'nobody' });
  await page.keyboard.press('Control+Alt+m');
  await ada.publish(ada.box('Write a comment'), 'In a table.');
  await ada.thread('In a table.').waitFor();
  const marked = () => page.evaluate(() => [...document.querySelectorAll('#article mark')].map((it) => it.textContent.replace(/\s+/g, ' ')).join('|'));
  await until('all is marked', async () => /degrees\|.*above it.*\|.*5 cm\|nobody/.test(await marked()));
  assert.deepEqual((await ada.placements()).map(([, state]) => state), ['placed', 'placed', 'placed']);
  // The page goes on as if nothing were there.
  await page.evaluate(() => (kept.data = ' above it. And more besides.'));
  await until('what was rewritten is no longer marked', async () => !(await marked()).includes('Everything'));
  await page.evaluate(() => (kept.data = ' above it. Everything about a\n        pond in winter follows from that one odd number.'));
  await until('all is marked again', async () => /degrees\|.*above it.*\|.*5 cm\|nobody/.test(await marked()));
  await page.evaluate(async () => {
    document.querySelector('postil-comments').remove();
    await new Promise((resolve) => setTimeout(resolve, 50));
  });
  assert.deepEqual(await tree(), before);
  assert.ok(await page.evaluate(() => kept.isConnected));
});

scenario('a hundred times on and off the page leaves nothing behind', async (stage) => {
  const ada = await reader(stage, 'Ada', `${await serveExamples(stage)}plain-page/`);
  const { page } = ada;
  await ada.comment(WORDS, 'Again and again.');
  const session = await page.context().newCDPSession(page);
  const cycle = (times) => page.evaluate(async (times) => {
    const panel = document.querySelector('postil-comments');
    const place = panel.parentNode;
    for (let n = 0; n < times; n++) {
      panel.remove();
      await new Promise((resolve) => setTimeout(resolve));
      place.append(panel);
      await panel.ready;
    }
    panel.remove();
    await new Promise((resolve) => setTimeout(resolve, 100));
    place.append(panel);
    await panel.ready;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }, times);
  const count = async () => {
    for (let n = 0; n < 3; n++) await session.send('HeapProfiler.collectGarbage');
    const { metrics } = await session.send('Performance.getMetrics');
    const value = (name) => metrics.find((it) => it.name === name).value;
    return { nodes: value('Nodes'), listeners: value('JSEventListeners'), documents: value('Documents'), heap: value('JSHeapUsedSize') };
  };
  await session.send('Performance.enable');
  // The first rounds fill caches.
  await cycle(10);
  const before = await count();
  await cycle(100);
  const after = await count();
  await ada.thread('Again and again.').waitFor();
  const allowed = { nodes: 20, listeners: 20, documents: 0, heap: 500_000 };
  const leaks = Object.keys(allowed).filter((name) => after[name] > before[name] + allowed[name]);
  assert.deepEqual(leaks, [], JSON.stringify({ before, after }));
});
