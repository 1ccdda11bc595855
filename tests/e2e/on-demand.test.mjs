/** The modules with what few pages need: each comes when it is needed, and not before. */

import assert from 'node:assert/strict';

import { FIRST } from './support/guide.mjs';
import { named } from './support/named.mjs';
import { UNREACHABLE, scenario } from './support/scenario.mjs';
import { until } from './support/until.mjs';
import { startYjs } from './support/yjs.mjs';

const ON_DEMAND = /\/postil_(relays|interchange)/;
const MODULE = /\/postil_relays_bg-\w+\.wasm$/;
/** What a browser itself says about an answer that says no. */
const NOT_THERE = /^error: Failed to load resource: .*postil_relays_bg/;

/** Notes what a page asks for of them. */
function watch(page) {
  const asked = [];
  page.on('request', (request) => {
    const name = new URL(request.url()).pathname;
    if (ON_DEMAND.test(name) && !request.serviceWorker()) asked.push(name);
  });
  return asked;
}

scenario('a page whose relay is a mailbox does without them', async (stage) => {
  let asked;
  const ada = await stage.person('Ada', { before: async (page) => (asked = watch(page)) });
  await ada.comment(FIRST, 'By mailbox.');
  await ada.delivered();
  assert.deepEqual(asked, []);
});

scenario('a page with another relay loads the one with relays once, and keeps it', async (stage) => {
  const yjs = await startYjs();
  stage.defer(() => yjs.remove());
  let asked;
  const url = await named(stage, [yjs.relay, yjs.relay.replace('127.0.0.1', 'localhost')]);
  const ada = await stage.person('Ada', { url, before: async (page) => (asked = watch(page)) });
  ada.mayComplain.push(/localhost/);
  await ada.comment(FIRST, 'By socket.');
  await ada.delivered();
  await until('it is kept', () =>
    ada.page.evaluate(async () => {
      const kept = await (await caches.open('postil-site')).keys();
      return kept.filter(({ url }) => url.includes('postil_relays')).length === 2;
    }),
  );
  // Once for the page, and once more to be kept.
  for (const name of asked) assert.ok(asked.filter((it) => it === name).length <= 2, name);
  assert.equal(new Set(asked).size, 2);
  for (const name of asked) assert.match(name, /postil_relays/);
});

scenario('a page that gives a discussion to another program loads the one for that, and keeps it', async (stage) => {
  let asked;
  const ada = await stage.person('Ada', { before: async (page) => (asked = watch(page)) });
  await ada.comment(FIRST, 'For elsewhere.');
  const write = () => ada.page.evaluate(() => document.querySelector('postil-comments').export('html'));
  assert.match(await write(), /For elsewhere\./);
  assert.equal(new Set(asked).size, 2);
  for (const name of asked) assert.match(name, /postil_interchange/);
  await until('it is kept', () =>
    ada.page.evaluate(async () => {
      const kept = await (await caches.open('postil-site')).keys();
      return kept.filter(({ url }) => url.includes('postil_interchange')).length === 2;
    }),
  );
  await ada.context.setOffline(true);
  await ada.page.reload();
  await ada.thread('For elsewhere.').waitFor();
  assert.match(await write(), /For elsewhere\./);
});

scenario('another language is loaded when it is spoken, and kept', async (stage) => {
  const asked = [];
  const note = (page) => page.on('request', (request) => /\/ar-\w+\.json$/.test(request.url()) && !request.serviceWorker() && asked.push(request.url()));
  const ada = await stage.person('Ada', { before: note });
  await ada.comment(FIRST, 'In any language.');
  assert.deepEqual(asked, []);
  const speak = (lang) => ada.page.evaluate((lang) => document.querySelector('postil-comments').setAttribute('lang', lang), lang);
  const panel = (how) => ada.page.locator('postil-comments').locator(`[part=panel]${how}`);
  const arabic = panel('[lang=ar][dir=rtl]').getByRole('button', { name: 'علّق', exact: true });
  await speak('ar');
  await arabic.waitFor();
  await speak('en');
  await panel('[lang=en][dir=ltr]').waitFor();
  await until('it is kept', () =>
    ada.page.evaluate(async () => {
      const kept = await (await caches.open('postil-site')).keys();
      return kept.filter(({ url }) => url.endsWith('.json')).length === 1;
    }),
  );
  await ada.context.setOffline(true);
  await ada.reload();
  await panel('[lang=en][dir=ltr]').waitFor();
  await speak('ar');
  await arabic.waitFor();
});

scenario('while it is on its way, the relay is being connected to', async (stage) => {
  const yjs = await startYjs();
  stage.defer(() => yjs.remove());
  let arrive;
  const arrival = new Promise((resolve) => (arrive = resolve));
  const url = await named(stage, [yjs.relay], async (path, found) => {
    if (MODULE.test(path)) await arrival;
    return found;
  });
  const ada = await stage.person('Ada', { url });
  await ada.status('Connecting').waitFor();
  await ada.comment(FIRST, 'Before it is there.');
  arrive();
  await ada.delivered();
});

scenario('when it is not there the panel says so, and tries again when asked', async (stage) => {
  const yjs = await startYjs();
  stage.defer(() => yjs.remove());
  let isThere = false;
  const url = await named(stage, [yjs.relay], async (path, found) => {
    if (!isThere && MODULE.test(path)) throw new Error('not there');
    return found;
  });
  const ada = await stage.person('Ada', { url });
  ada.mayComplain.push(NOT_THERE);
  await ada.page.getByText(/postil_relays_bg\S* answered with status 404/).waitFor();
  await ada.comment(FIRST, 'Kept until then.');
  isThere = true;
  await ada.button('Retry now').click();
  await ada.delivered();
});

scenario('when the network fails while it is loaded, it is loaded when that is back', async (stage) => {
  const yjs = await startYjs();
  stage.defer(() => yjs.remove());
  const url = await named(stage, [yjs.relay]);
  let failed = false;
  const fail = (route) => route.abort().then(() => (failed = true));
  const ada = await stage.person('Ada', { url, before: (page) => page.context().route(MODULE, fail) });
  ada.mayComplain.push(NOT_THERE, UNREACHABLE);
  await until('it has failed', () => failed);
  await ada.status('Offline').waitFor();
  await ada.context.unroute(MODULE);
  // A file that the browser was just about to keep would be missed.
  await ada.goOffline();
  await ada.goOnline();
  await ada.comment(FIRST, 'When it was back.');
  // At once if the page knew already that it had failed, else by itself some seconds later.
  await ada.delivered();
});

for (const [name, step] of [
  ['stops', "() => { throw new WebAssembly.RuntimeError('unreachable'); }"],
  ['says what it should not', '() => new Uint8Array([250, 1, 2])'],
]) {
  scenario(`when it ${name}, that relay is given up and all else works`, async (stage) => {
    const standIn = `export default async () => {}; export const openRelay = () => ({ step: ${step}, caps: () => new Uint8Array() });`;
    const url = await named(stage, ['ws+yjs://127.0.0.1:9/'], async (path, found) =>
      /\/postil_relays-\w+\.js$/.test(path) ? standIn : found,
    );
    const ada = await stage.person('Ada', { url, profile: 'first' });
    await ada.status('Refused by the relay').waitFor();
    await ada.comment(FIRST, 'Kept all the same.');
    await ada.button('Retry now').click();
    await ada.status('Refused by the relay').waitFor();
    await ada.close();
    const again = await stage.person('Ada', { url, profile: 'first' });
    await again.thread('Kept all the same.').waitFor();
  });
}
