/** A long ordinary page with a thousand threads in it, kept on the device, and the page's text for Hypothesis' rule. */

import { mkdtemp, rm } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { fileURLToPath } from 'node:url';
import { startRelay } from '../../e2e/support/relay.mjs';
import { makeArticle } from './article.mjs';
import { calm, marks, startChrome } from './chrome.mjs';
import { traceTasks } from './trace.mjs';
import { brotli, filesOf, startFront } from './front.mjs';
import { makeRoom, post } from './room.mjs';

export const BYTES = 1_000_000;
export const THREADS = 1_000;
/** One word in so many is another one since the threads were opened. */
export const CHANGED = 25;
const ROOM = 'anchored';
/** The same page, which links how highlights look. */
export const LINKED = '/linked';

export async function setAnchoredStage() {
  const folder = await mkdtemp(join(tmpdir(), 'postil-bench-anchored-'));
  const chrome = await startChrome();
  const article = makeArticle({ bytes: BYTES, changed: CHANGED });
  const room = makeRoom({ name: ROOM, text: article.text, comments: THREADS, week: 0, folder, page: true });
  const anchors = readFileSync(join(folder, String(THREADS), 'anchors.txt'), 'utf8').trimEnd().split('\n')
    .map((line) => line.split('\t').map(Number));
  const relay = await startRelay();
  await post(relay.url, room.mailbox, room.before);
  const files = filesOf(process.env.POSTIL_SERVE_SITE);
  const define = [...files.keys()].find((path) => path.startsWith('/define'));
  const add = (path, type, text) => {
    const raw = Buffer.from(text);
    files.set(path, { type, raw, small: brotli(raw, 5) });
  };
  add('/', 'text/html; charset=utf-8', page(article.html));
  const link = '<link rel="stylesheet" href="/highlight.css">';
  add(LINKED, 'text/html; charset=utf-8', page(article.html, link));
  add('/highlight.css', 'text/css', readFileSync(join(process.env.POSTIL_PACKAGE, 'highlight.css')));
  add('/hypothesis.js', 'text/javascript', bundle('hypothesis.mjs'));
  const front = await startFront(files, relay.url);
  const stage = {
    chrome,
    article,
    anchors,
    url: front.url,
    define,
    async close() {
      await chrome.close();
      await front.close();
      await relay.remove();
      await rm(folder, { recursive: true, force: true });
    },
  };
  await openPage(stage, async (tab, traced) => {
    await traced();
    await marks(tab, 'postil-sync up-to-date');
    const count = await tab.evaluate(() => document.querySelector('postil-comments').threads.length);
    if (count !== THREADS) throw new Error(`the page has ${count} threads instead of ${THREADS}`);
    await calm(tab);
  });
  await openPage(stage, (tab, traced) => traced());
  return stage;
}

/**
 * Opens the page, or another one with the same discussion, waits until the browser is done with it, and only then gives it Postil. `use` gets the page and the end of a
 * trace that began then.
 */
export function openPage(stage, use, path = '/') {
  return stage.chrome.visit(new URL(path, stage.url).href, async (tab) => {
    await tab.waitForLoadState('load');
    await calm(tab);
    const traced = await traceTasks(tab);
    await tab.evaluate((path) => {
      globalThis.probe.tasks.splice(0);
      globalThis.probe.marks = {};
      performance.mark('start');
      const script = document.createElement('script');
      script.type = 'module';
      script.src = path;
      document.head.append(script);
    }, stage.define);
    await tab.waitForFunction((count) => {
      const told = globalThis.probe.timeline.filter((it) => it.name === 'postil-places');
      return told.reduce((sum, it) => sum + it.detail, 0) >= count;
    }, THREADS, { polling: 100 });
    return use(tab, traced);
  });
}

/** Opens the page alone, which links how highlights look and has no Postil, and waits until the browser is done with it. */
export function openBare(stage, use) {
  return stage.chrome.visit(new URL(LINKED, stage.url).href, async (tab) => {
    await tab.waitForLoadState('load');
    await calm(tab);
    return use(tab);
  });
}

function bundle(name) {
  const entry = fileURLToPath(new URL(name, import.meta.url));
  const built = buildSync({ entryPoints: [entry], bundle: true, minify: true, format: 'esm', write: false });
  return built.outputFiles[0].text;
}

const page = (article, head = '') => `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>A long page</title>
  <link rel="icon" href="data:,">${head}
</head>
<body style="display: grid; grid-template-columns: 44rem 22rem; gap: 3rem; font: 1rem/1.5 serif">
  <article id="article">${article}</article>
  <postil-comments for="#article" room="${ROOM}" relay="./"></postil-comments>
</body>
</html>`;
