/** Everything that is measured, ready to be opened: Postil and its peers, with 0, 1,000 and 10,000 comments. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRelay } from '../../e2e/support/relay.mjs';
import { calm, marks, startChrome, takeTasks } from './chrome.mjs';
import { brotli, filesOf, startFront } from './front.mjs';
import { makeDocument, makeRoom, post } from './room.mjs';

export const SIZES = [0, 1_000, 10_000];
/** How many comments are written while somebody is away for a week. */
export const WEEK = 1_000;
const ROOM = 'bench';

export async function setStage() {
  const folder = await mkdtemp(join(tmpdir(), 'postil-bench-room-'));
  const chrome = await startChrome();
  const closing = [];
  const front = async (files, relay) => {
    const opened = await startFront(files, relay);
    closing.push(opened.close);
    return opened;
  };

  const site = siteInRoom(ROOM);
  const text = await sourceText(chrome, site.get('/').raw.toString());
  const postil = new Map();
  const rooms = new Map();
  for (const comments of SIZES) {
    const relay = await startRelay();
    closing.push(relay.remove);
    const page = await front(site, relay.url);
    const room = makeRoom({ name: ROOM, text, comments, week: WEEK, folder });
    await post(relay.url, room.mailbox, room.before);
    rooms.set(comments, room);
    await fill(chrome, page, room);
    postil.set(comments, { ...page, relay, room });
  }

  const peers = {};
  for (const name of ['yjs', 'yew-yrs']) {
    const files = filesOf(join(process.env.POSTIL_PEERS, name));
    peers[name] = { ...(await front(files)), files };
  }
  const documents = new Map();
  for (const comments of [50, ...SIZES.slice(1)]) {
    const room = rooms.get(comments) ?? rooms.get(1_000);
    const document = makeDocument(room.comments.slice(0, comments), room.weekComments);
    documents.set(comments, document);
    for (const peer of Object.values(peers)) await keep(chrome, `${peer.url}?${comments}`, document.update);
  }

  return {
    chrome,
    front,
    site,
    postil,
    peers,
    documents,
    async close() {
      await chrome.close();
      for (const close of closing) await close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The text that the page's document starts from, as Postil reads it. */
async function sourceText(chrome, html) {
  return chrome.visit('about:blank', (page) => page.evaluate((source) => {
    const parsed = new DOMParser().parseFromString(source, 'text/html');
    const lines = parsed.querySelector('postil-document').textContent.split('\n');
    const written = lines.filter((line) => line.trim());
    const indent = Math.min(...written.map((line) => line.length - line.trimStart().length));
    return lines.map((line) => line.slice(indent).trimEnd()).join('\n').replace(/^\n+|\n+$/g, '');
  }, html));
}

/** The site with both elements in one room, whatever the address of the page. */
function siteInRoom(name) {
  const files = filesOf(process.env.POSTIL_SERVE_SITE);
  const page = files.get('/');
  const html = page.raw.toString().replaceAll(/<postil-(comments|document)/g, `<postil-$1 room="${name}"`);
  const raw = Buffer.from(html);
  const named = { ...page, raw, small: brotli(raw) };
  return new Map([...files, ['/', named], ['/index.html', named]]);
}

/**
 * Lets the page fetch a room from its relay once, so that it is kept in its own store. Gives how long
 * that took in milliseconds since navigation, its long tasks, and what it cost.
 */
export async function fill(chrome, page, room) {
  page.takeTraffic();
  const first = await chrome.visit(page.url, async (tab) => {
    const { 'postil-sync up-to-date': ended } = await marks(tab, 'interactive', 'postil-sync up-to-date');
    const threads = await tab.evaluate(() => document.querySelector('postil-comments').threads);
    const comments = threads.reduce((sum, thread) => sum + thread.comments.length, 0);
    if (comments !== room.comments.length) throw new Error(`the page has ${comments} comments instead of ${room.comments.length}`);
    await calm(tab);
    return { ms: ended, tasks: await takeTasks(tab) };
  });
  const traffic = page.takeTraffic();
  // On the next visit the page joins the many small rows of its store, some at a time.
  await chrome.visit(page.url, async (tab) => {
    await marks(tab, 'interactive', 'postil-sync up-to-date');
    await tab.waitForFunction(fewRows, undefined, { polling: 500 });
    await calm(tab);
  });
  return { ...first, traffic };
}

/** Whether the page's store has too few rows to be worth joining. Runs in the page. */
async function fewRows() {
  const db = await new Promise((resolve, reject) => {
    const request = indexedDB.open('postil');
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const request = db.transaction('segments').objectStore('segments').count();
  const count = await new Promise((resolve) => (request.onsuccess = () => resolve(request.result)));
  db.close();
  return count < 64;
}

/** Lets a peer keep a document. */
export async function keep(chrome, url, update) {
  await chrome.visit(url, async (tab) => {
    await marks(tab, 'interactive');
    await tab.evaluate(async (base64) => {
      const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
      const db = await new Promise((resolve, reject) => {
        const request = indexedDB.open('peer', 1);
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      await new Promise((resolve, reject) => {
        const transaction = db.transaction('documents', 'readwrite');
        transaction.objectStore('documents').put(bytes, location.search);
        transaction.oncomplete = resolve;
        transaction.onabort = () => reject(transaction.error);
      });
    }, update.toString('base64'));
  });
}

