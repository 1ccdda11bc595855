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
/** How many comments are kept; more by the environment, a hundred thousand take minutes to prepare. */
const SIZES = (process.env.POSTIL_BENCH_COMMENTS ?? '50,1000,10000').split(',').map(Number);
/** 1.6 Mbit/s, and 150 ms to and from the server. */
const SLOW_4G = { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 93_750 };
const SLOWER = 4;

export async function measurePage(runs) {
  const folder = await mkdtemp(join(tmpdir(), 'postil-bench-page-'));
  const chrome = await startChrome();
  const closing = [() => chrome.close(), () => rm(folder, { recursive: true, force: true })];
  try {
    const pages = await makePages(chrome, folder, closing);
    for (const slow of [false, true]) {
      for (let run = 0; run < runs; run += 1) {
        for (const page of pages) page.seen.push({ slow, ...(await open(chrome, page, slow)) });
      }
    }
    report(pages, runs);
  } finally {
    for (const close of closing) await close();
  }
}

async function makePages(chrome, folder, closing) {
  const pages = [];
  const front = async (name, files, options) => {
    const opened = await startFront(files, options?.relay, options?.answer);
    closing.unshift(opened.close);
    const page = { name, url: opened.url, live: false, seen: [], ...options };
    pages.push(page);
    return page;
  };
  const rooms = new Map(SIZES.map((comments) => [comments, makeRoom({ name: ROOM, text: TEXT, comments, week: 0, folder })]));
  const [first] = rooms.values();
  for (const [name, it] of Object.entries(makePosts(first.comments, join(folder, 'isso')))) {
    await front(name, filesFor(it), { answer: it.answer });
  }
  for (const comments of SIZES.filter((it) => it <= 10_000)) {
    const page = await front(`yjs, ${comments.toLocaleString('en')} on the device`, filesOf(join(process.env.POSTIL_PEERS, 'yjs')));
    await keep(chrome, page.url, makeDocument(rooms.get(comments).comments, []).update);
  }
  for (const [comments, room] of rooms) {
    const relay = await startRelay();
    closing.unshift(relay.remove);
    await post(relay.url, room.mailbox, room.before);
    const name = `Postil, ${comments.toLocaleString('en')}`;
    if (comments <= 1_000) await front(`${name}, first visit`, postilFiles(ROOM), { relay: relay.url, live: true, fresh: true });
    const page = await front(`${name} on the device`, postilFiles(ROOM), { relay: relay.url, live: true });
    // Twice: rows of the store are joined on the second visit, and the page keeps what it showed.
    for (let visit = 0; visit < 2; visit += 1) {
      await chrome.visit(page.url, async (tab) => {
        await marks(tab, 'postil-sync up-to-date');
        await calm(tab);
        await tab.waitForFunction(() => Object.keys(localStorage).some((it) => it.startsWith('postil preview')), undefined, { polling: 500 });
      });
    }
  }
  return pages;
}

/** One visit with nothing in the browser's cache of files. */
async function open(chrome, page, slow) {
  return chrome.visit('about:blank', async (tab) => {
    const session = await tab.context().newCDPSession(tab);
    await session.send('Network.enable');
    if (page.fresh) await session.send('Storage.clearDataForOrigin', { origin: new URL(page.url).origin, storageTypes: 'indexeddb,local_storage' });
    await session.send('Network.setCacheDisabled', { cacheDisabled: true });
    if (slow) {
      await session.send('Network.emulateNetworkConditions', SLOW_4G);
      await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
    }
    const loaded = { requests: 0, bytes: 0, before: null };
    session.on('Network.loadingFinished', ({ encodedDataLength }) => {
      loaded.requests += 1;
      loaded.bytes += encodedDataLength;
    });
    await tab.goto(page.url, { waitUntil: 'commit' });
    const wanted = ['readable', 'interactive', ...(page.live ? ['postil-sync up-to-date'] : [])];
    const seen = await marks(tab, ...wanted);
    return { first: seen.readable, composer: seen.interactive, live: page.live ? seen['postil-sync up-to-date'] : seen.interactive, ...loaded };
  });
}

function report(pages, runs) {
  const of = (page, slow, what) => median(page.seen.filter((it) => it.slow === slow).map((it) => it[what]));
  const find = (name) => pages.find((page) => page.name === name);
  for (const slow of [false, true]) {
    const first = (page) => of(page, slow, 'first');
    table(
      `A blog post with comments, ${slow ? 'slow 4G (1.6 Mbit/s, 150 ms), processor a quarter as fast' : 'unthrottled'}, medians of ${runs} interleaved runs, no file in the browser’s cache`,
      ['page', 'first thread', 'to static', 'to Isso', 'text box', 'to Isso', 'all of it', 'bytes', 'requests'],
      pages.map((page) => [
        page.name, ms(first(page)), ratio(first(page), first(find('static HTML'))), ratio(first(page), first(find('Isso'))),
        ms(of(page, slow, 'composer')), ratio(of(page, slow, 'composer'), of(find('Isso'), slow, 'composer')), ms(of(page, slow, 'live')),
        bytes(of(page, slow, 'bytes')), of(page, slow, 'requests'),
      ]),
    );
  }
}

const TEXT = `A post about ice. ${'Ice forms at night and goes by noon, and nobody has seen it come or go, except the birds, who do not tell. '.repeat(20)}`;
