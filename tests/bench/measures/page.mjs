/** From navigation to the first thread, to a text box and to everything, beside other ways to have comments. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRelay } from '../../e2e/support/relay.mjs';
import { calm, marks, startChrome } from '../support/chrome.mjs';
import { filesOf, startFront } from '../support/front.mjs';
import { bytes, median, ms, ratio, table } from '../support/numbers.mjs';
import { filesFor, makePosts, postilFiles } from '../support/posts.mjs';
import { makeDocument, makeRoom, post } from '../support/room.mjs';
import { keep } from '../support/stage.mjs';

const ROOM = 'bench';
/** How many comments there are; others by the environment: a hundred thousand take long to prepare. */
const SIZES = (process.env.POSTIL_BENCH_COMMENTS ?? '50,1000,10000').split(',').map(Number);
/** Of so many comments, a first visit and a document of yjs are measured too. */
const FEW = 1_000;
/** How many threads a page shows that has them from a site generator. */
const INSIDE = 50;
/** 1.6 Mbit/s, and 150 ms to and from the server. */
const SLOW_4G = { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 93_750 };
const SLOWER = 4;

/** The networks, and whether the browser has kept the files. */
const WAYS = [
  { slow: true, warm: false },
  { slow: true, warm: true },
  { slow: false, warm: false },
  { slow: false, warm: true },
];

export async function measurePage(runs) {
  const folder = await mkdtemp(join(tmpdir(), 'postil-bench-page-'));
  const chrome = await startChrome();
  const closing = [() => chrome.close(), () => rm(folder, { recursive: true, force: true })];
  try {
    const pages = await makePages(chrome, folder, closing);
    for (const way of WAYS) {
      for (let run = 0; run < runs; run += 1) {
        for (const page of pages.filter((it) => !(it.fresh && way.warm))) {
          page.seen.push({ ...way, ...(await open(chrome, page, way)) });
        }
      }
      report(pages, way, runs);
    }
  } finally {
    for (const close of closing) await close();
  }
}

async function makePages(chrome, folder, closing) {
  const pages = [];
  const front = async (name, files, options) => {
    const opened = await startFront(files, options?.relay, options?.answer, true);
    closing.unshift(opened.close);
    const page = { name, url: opened.url, live: false, seen: [], ...options };
    pages.push(page);
    return page;
  };
  const rooms = new Map(SIZES.map((comments) => [comments, makeRoom({ name: ROOM, text: TEXT, comments, week: 0, folder })]));
  const [first] = rooms.values();
  for (const [name, it] of Object.entries(makePosts(first.comments, join(folder, 'isso')))) {
    const page = await front(name, filesFor(it), { answer: it.answer });
    await visit(chrome, page, 'interactive');
  }
  for (const comments of SIZES.filter((it) => it <= FEW)) {
    const page = await front(`yjs, ${comments.toLocaleString('en')} on the device`, filesOf(join(process.env.POSTIL_PEERS, 'yjs')));
    await keep(chrome, page.url, makeDocument(rooms.get(comments).comments, []).update);
  }
  for (const [comments, room] of rooms) {
    const relay = await startRelay();
    closing.unshift(relay.remove);
    await post(relay.url, room.mailbox, room.before);
    const name = `Postil, ${comments.toLocaleString('en')}`;
    const options = { relay: relay.url, live: true };
    const page = await front(`${name} on the device`, postilFiles(ROOM), options);
    const began = performance.now();
    // Twice: rows of the store are joined on the second visit, and the page keeps what it showed.
    for (let n = 0; n < 2; n += 1) await visit(chrome, page, 'postil-sync up-to-date', isKept);
    console.error(`${name}: prepared in ${Math.round((performance.now() - began) / 1000)} s`);
    if (comments > FEW) continue;
    await front(`${name}, first visit`, postilFiles(ROOM), { ...options, fresh: true });
    const inside = await chrome.visit(page.url, (tab) => tab.evaluate(async () => {
      await customElements.whenDefined('postil-comments');
      const panel = document.querySelector('postil-comments');
      return panel.export('html');
    }));
    const some = inside.split(/\n(?=<article>\n)/).slice(0, INSIDE).join('\n');
    await front(`${name}, first visit, threads in the page`, postilFiles(ROOM, some), { ...options, fresh: true });
  }
  return pages;
}

const isKept = (tab) => tab.waitForFunction(
  () => Object.keys(localStorage).some((it) => it.startsWith('postil preview')), undefined, { polling: 500 },
);

/** Visits a page so that the browser keeps what it keeps. */
async function visit(chrome, page, mark, then = () => {}) {
  await chrome.visit(page.url, async (tab) => {
    await marks(tab, mark);
    await calm(tab);
    await then(tab);
  });
}

/** One visit, with or without the files in the browser's cache. */
async function open(chrome, page, { slow, warm }) {
  return chrome.visit('about:blank', async (tab) => {
    const session = await tab.context().newCDPSession(tab);
    await session.send('Network.enable');
    if (page.fresh) await session.send('Storage.clearDataForOrigin', { origin: new URL(page.url).origin, storageTypes: 'indexeddb,local_storage' });
    await session.send('Network.setCacheDisabled', { cacheDisabled: !warm });
    if (slow) {
      await session.send('Network.emulateNetworkConditions', SLOW_4G);
      await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
    }
    const loaded = { requests: 0, bytes: 0, before: null };
    session.on('Network.loadingFinished', ({ encodedDataLength }) => {
      if (encodedDataLength === 0) return;
      loaded.requests += 1;
      loaded.bytes += encodedDataLength;
    });
    await tab.goto(page.url, { waitUntil: 'commit' });
    const wanted = ['readable', 'interactive', ...(page.live ? ['postil-sync up-to-date'] : [])];
    const seen = await marks(tab, ...wanted);
    const tasks = await tab.evaluate(() => probe.tasks.map(({ startTime, duration }) => [Math.round(startTime), duration]));
    const longest = Math.max(0, ...tasks.map(([, duration]) => duration));
    return { first: seen.readable, composer: seen.interactive, live: page.live ? seen['postil-sync up-to-date'] : seen.interactive, longest, ...loaded };
  });
}

function report(pages, way, runs) {
  const isOf = (it) => it.slow === way.slow && it.warm === way.warm;
  const of = (page, what) => median(page.seen.filter(isOf).map((it) => it[what]));
  const [plain, isso] = ['static HTML', 'Isso'].map((name) => pages.find((page) => page.name === name));
  table(
    `A blog post with comments, ${way.slow ? 'slow 4G (1.6 Mbit/s, 150 ms), processor a quarter as fast' : 'unthrottled'}, medians of ${runs} interleaved runs, ${way.warm ? 'files kept by the browser' : 'no file in the browser’s cache'}`,
    ['page', 'first thread', 'to static', 'to Isso', 'text box', 'to Isso', 'all of it', 'longest task', 'bytes', 'requests'],
    pages.filter((page) => page.seen.some(isOf)).map((page) => [
      page.name, ms(of(page, 'first')), ratio(of(page, 'first'), of(plain, 'first')), ratio(of(page, 'first'), of(isso, 'first')),
      ms(of(page, 'composer')), ratio(of(page, 'composer'), of(isso, 'composer')), ms(of(page, 'live')),
      ms(of(page, 'longest')), bytes(of(page, 'bytes')), of(page, 'requests'),
    ]),
  );
}

const TEXT = `A post about ice. ${'Ice forms at night and goes by noon, and nobody has seen it come or go, except the birds, who do not tell. '.repeat(20)}`;
