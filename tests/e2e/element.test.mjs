/** The manners of the elements, with a stand-in for the WebAssembly half. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';

import { launch, openPage } from './support/browser.mjs';
import { serve } from './support/files.mjs';

/** The smallest WebAssembly module. */
const EMPTY_MODULE = Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

/** Notes every call in `calls`. Everything is ready at once, unless the page holds it back. */
const STAND_IN = `
  globalThis.calls = [];
  export const loadMoreWith = (load) => (globalThis.loadMore = load);
  export const loadPicturesWith = (load) => (globalThis.loadPictures = load);
  export const callHandWith = () => {};
  export default async function ({ module_or_path: source }) {
    const bytes = source instanceof Response ? await source.arrayBuffer() : source;
    await WebAssembly.instantiate(bytes);
  }
  const handle = (host) => ({
    configure: (name, value) => calls.push(['configure', host.localName, name, value]),
    speak: (locale) => calls.push(['speak', host.localName, locale]),
    threads: () => '[{"id":"t1"}]',
    reveal: (id) => id === 't1',
    ready: () => globalThis.hold ?? Promise.resolve(),
    unmount: () => calls.push(['unmount', host.localName]),
  });
  export function mountComments(host, root, options) {
    globalThis.draft = options.draft;
    calls.push(['mount', host.localName, { ...options, draft: typeof options.draft, locale: options.locale.tag }]);
    const panel = root.appendChild(document.createElement('div'));
    panel.textContent = 'The panel';
    return handle(host);
  }
  export function mountDocument(host, options) {
    calls.push(['mount', host.localName, options]);
    return handle(host);
  }
`;

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

/** Opens a page with this body. `files` replaces or, with null, removes what is served. */
async function open(t, body, { files = {}, headers } = {}) {
  const served = {
    '/': `<!doctype html><html lang="en"><title>Test</title><link rel="icon" href="data:,"><script type="module" src="/define.js"></script>${body}`,
    '/postil.js': STAND_IN,
    '/postil_bg.wasm': EMPTY_MODULE,
    ...files,
  };
  const server = await serve(async (path) => {
    if (path in served) {
      if (served[path] === null) throw new Error('removed');
      return served[path];
    }
    return readFile(new URL(`../../packages/element${path}`, import.meta.url));
  }, headers);
  const page = await openPage(browser);
  t.after(async () => (await page.close(), server.close()));
  await page.goto(server.url);
  return page;
}

/** The first `postil-error` of the page, noted from the start. */
const NOTE_ERRORS = {
  '/errors.js': "addEventListener('postil-error', (event) => (globalThis.failure ??= event.detail));",
};
const NOTING = '<script src="/errors.js"></script>';

async function failureOf(page) {
  return (await page.waitForFunction(() => globalThis.failure)).jsonValue();
}

test('its own content is shown until it is ready', async (t) => {
  const page = await open(t, '<script>hold = new Promise((done) => (release = done))</script><postil-comments><p>Fallback</p></postil-comments>');
  await page.waitForFunction(() => globalThis.calls?.length === 1);
  assert.equal(await page.getByText('Fallback').isVisible(), true);
  assert.deepEqual(await page.evaluate(() => document.querySelector('postil-comments').threads), [{ id: 't1' }]);
  await page.evaluate(async () => {
    release();
    await document.querySelector('postil-comments').ready;
  });
  assert.equal(await page.getByText('Fallback').isVisible(), false);
  assert.equal(await page.getByText('The panel').isVisible(), true);
  assert.deepEqual(page.complaints, []);
});

test('attributes are handed over, and later changes too', async (t) => {
  const page = await open(t, '<postil-comments room="r" relay="./" for="#a" lang="ar" readonly></postil-comments>');
  await page.evaluate(() => document.querySelector('postil-comments').ready);
  const [mount] = await page.evaluate(() => calls);
  assert.deepEqual(mount, [
    'mount',
    'postil-comments',
    { messages: null, room: 'r', relay: './', for: '#a', readonly: '', author: null, draft: 'function', locale: 'ar' },
  ]);
  await page.evaluate(() => {
    const element = document.querySelector('postil-comments');
    element.readonly = false;
    element.author = 'Ada';
    element.relay = null;
    element.messages = { publish: 'Send' };
  });
  assert.deepEqual(await page.evaluate(() => calls.slice(1).map((call) => call.slice(2))), [
    ['readonly', null],
    ['author', 'Ada'],
    ['relay', null],
    ['messages', '{"publish":"Send"}'],
  ]);
});

test('a language comes with the module, and another one when it is asked for', async (t) => {
  const page = await open(t, '<postil-comments lang="ar-EG"></postil-comments>');
  const file = /\/ar\.json$/;
  let answer;
  const held = new Promise((resolve) => (answer = resolve));
  await page.route(file, (route) => held.then(() => route.continue()));
  await page.reload();
  const hasMounted = () => page.evaluate(() => calls.length > 0);
  await page.waitForFunction(() => performance.getEntriesByName(new URL('/postil_bg.wasm', location.href)).length > 0);
  assert.equal(await hasMounted(), false, 'the panel does not speak English first');
  answer();
  await page.evaluate(() => document.querySelector('postil-comments').ready);
  const spoken = await page.evaluate(async () => {
    const element = document.querySelector('postil-comments');
    element.lang = 'ar';
    element.lang = 'en-GB';
    while (calls.length < 2) await new Promise((resolve) => setTimeout(resolve));
    element.lang = 'ar';
    while (calls.length < 3) await new Promise((resolve) => setTimeout(resolve));
    return calls.slice(1);
  });
  const [[, , english], [, , arabic]] = spoken;
  assert.deepEqual(english, { tag: 'en-GB' });
  assert.deepEqual([arabic.tag, arabic.dir, arabic.texts.publish], ['ar', 'rtl', 'نشر']);
  assert.equal(spoken.length, 2);
});

for (const [what, files] of [
  ['its file is not there', { '/locales/ar.json': null }],
  ['its file is a page', { '/locales/ar.json': '<!doctype html>' }],
  ['its file has nothing in it', { '/locales/ar.json': 'null' }],
  ['nothing knows of languages', { '/locales.js': null }],
]) {
  test(`when ${what}, English is spoken`, async (t) => {
    const page = await open(t, '<postil-comments lang="ar"></postil-comments>', { files });
    await page.evaluate(() => document.querySelector('postil-comments').ready);
    const [[, , { locale }]] = await page.evaluate(() => calls);
    assert.equal(locale, undefined);
    assert.deepEqual(page.complaints.filter((it) => it.startsWith('uncaught')), []);
  });
}

test('properties set before the element is known are kept', async (t) => {
  const page = await open(
    t,
    "<postil-comments></postil-comments><script>Object.assign(document.querySelector('postil-comments'), { room: 'early', readonly: true, messages: { a: 'b' } })</script>",
  );
  await page.evaluate(() => document.querySelector('postil-comments').ready);
  const options = await page.evaluate(() => calls[0][2]);
  assert.equal(options.room, 'early');
  assert.equal(options.readonly, '');
  assert.equal(options.messages, '{"a":"b"}');
});

test('moving an element keeps it; removing it ends it; putting it back starts it again', async (t) => {
  const page = await open(t, '<postil-comments></postil-comments><main></main>');
  const log = await page.evaluate(async () => {
    const element = document.querySelector('postil-comments');
    await element.ready;
    document.querySelector('main').append(element);
    await new Promise((resolve) => setTimeout(resolve));
    const afterMove = calls.length;
    element.remove();
    await new Promise((resolve) => setTimeout(resolve));
    const whenRemoved = [calls.at(-1)[0], element.threads.length];
    document.body.append(element);
    await element.ready;
    return [afterMove, ...whenRemoved, calls.at(-1)[0], element.threads.length];
  });
  assert.deepEqual(log, [1, 'unmount', 0, 'mount', 1]);
});

test('moving it without disconnecting it keeps it', async (t) => {
  const page = await open(t, '<postil-comments></postil-comments><main></main>');
  const log = await page.evaluate(async () => {
    const element = document.querySelector('postil-comments');
    await element.ready;
    document.querySelector('main').moveBefore(element, null);
    await new Promise((resolve) => setTimeout(resolve));
    return [calls.length, element.threads.length];
  });
  assert.deepEqual(log, [1, 1]);
});

test('calls wait until it is ready', async (t) => {
  const page = await open(t, '');
  const found = await page.evaluate(async () => {
    await customElements.whenDefined('postil-comments');
    const element = document.createElement('postil-comments');
    const early = [element.reveal('t1'), element.reveal('none')];
    const before = element.threads;
    document.body.append(element);
    return [before, ...(await Promise.all(early))];
  });
  assert.deepEqual(found, [[], true, false]);
});

test('importing it twice changes nothing', async (t) => {
  const page = await open(t, '<postil-comments></postil-comments><script type="module" src="/define.js?again"></script>');
  await page.evaluate(() => document.querySelector('postil-comments').ready);
  assert.deepEqual(page.complaints, []);
});

test('a module served with the wrong type is read all the same, without a complaint', async (t) => {
  const page = await open(t, '<postil-document>Text</postil-document>', {
    files: { '/postil_bg.wasm': { type: 'application/octet-stream', body: EMPTY_MODULE } },
  });
  await page.evaluate(() => document.querySelector('postil-document').ready);
  assert.deepEqual(page.complaints, []);
});

for (const [name, files, kind, words] of [
  ['a module that is not there', { '/postil_bg.wasm': null }, 'missing', /status 404/],
  ['a page in place of the module', { '/postil_bg.wasm': { type: 'text/html', body: '<!doctype html>' } }, 'missing', /not a WebAssembly file but text\/html/],
  ['bindings that are not there', { '/postil.js': null }, 'missing', /postil\.js must lie beside loader\.js/],
]) {
  test(`${name} is told, and the element's own content stays`, async (t) => {
    const page = await open(t, `${NOTING}<postil-comments><p>Fallback</p></postil-comments><postil-document>The shared words</postil-document>`, {
      files: { ...NOTE_ERRORS, ...files },
    });
    const failure = await failureOf(page);
    assert.equal(failure.kind, kind);
    assert.match(failure.message, words);
    assert.equal(await page.getByText('Fallback').isVisible(), true);
    assert.equal(await page.getByText('The shared words').isVisible(), true);
    await page.waitForFunction(() => document.querySelector('postil-document').shadowRoot);
    assert.equal(await page.getByRole('alert').count(), 2);
    assert.match(await page.getByRole('alert').first().textContent(), words);
    // What the browser itself notes about a missing file is all there is: nothing was thrown.
    assert.deepEqual(page.complaints.filter((it) => it.startsWith('uncaught')), []);
    const rejected = await page.evaluate(() => document.querySelector('postil-comments').ready.catch((error) => error.kind));
    assert.equal(rejected, kind);
  });
}

for (const [name, policy, words] of [
  ['WebAssembly', "script-src 'self'", /Add 'wasm-unsafe-eval' to its script-src/],
  ['the request', "script-src 'self' 'wasm-unsafe-eval'; connect-src 'none'", /Add http:\/\/127\.0\.0\.1:\d+ to its connect-src/],
]) {
  test(`a policy that blocks ${name} is named with the remedy`, async (t) => {
    const page = await open(t, `${NOTING}<postil-comments>Fallback</postil-comments>`, {
      files: NOTE_ERRORS,
      headers: { 'content-security-policy': policy },
    });
    const failure = await failureOf(page);
    assert.equal(failure.kind, 'blocked');
    assert.match(failure.message, words);
  });
}

const MORE_STAND_IN = `export * from '/postil.js'; export { default } from '/postil.js'; export const openRelay = () => 'opened';`;

for (const [where, attribute, folder] of [
  ['beside loader.js', '', ''],
  ['beside the first one, if the page says where that is', ' wasm-url="files/postil_bg.wasm?v=2"', '/files'],
]) {
  test(`another module is looked for ${where}, and only when it is needed`, async (t) => {
    const files = { '/postil_relays.js': MORE_STAND_IN };
    for (const name of ['postil_bg', 'postil_relays_bg']) files[`${folder}/${name}.wasm`] = EMPTY_MODULE;
    const page = await open(t, `<postil-comments${attribute}></postil-comments>`, { files });
    const requested = [];
    page.on('request', (request) => {
      const { pathname } = new URL(request.url());
      if (/postil_[ir]/.test(pathname)) requested.push(pathname);
    });
    await page.evaluate(() => document.querySelector('postil-comments').ready);
    assert.deepEqual(requested, []);
    // Whoever asks, and however often, it is loaded once.
    const opened = await page.evaluate(async () => (await Promise.all([loadMore('relays'), loadMore('relays')])).map((it) => it.openRelay()));
    assert.deepEqual(opened, ['opened', 'opened']);
    assert.deepEqual(requested, [`${folder}/postil_relays_bg.wasm`, '/postil_relays.js']);
    assert.deepEqual(page.complaints, []);
  });
}

test('another module that is missing is explained as the first is, and asked for anew each time', async (t) => {
  const page = await open(t, '<postil-comments></postil-comments>');
  await page.evaluate(() => document.querySelector('postil-comments').ready);
  const attempt = () => page.evaluate(() => loadMore('relays').then(() => 'there', ({ kind, message }) => `${kind}: ${message}`));
  assert.match(await attempt(), /^missing: .*postil_relays_bg\.wasm answered with status 404/);
  await page.route('**/postil_relays_bg.wasm', (route) => route.fulfill({ contentType: 'application/wasm', body: EMPTY_MODULE }));
  assert.match(await attempt(), /^missing: postil_relays\.js must lie beside loader\.js/);
});

test('after a failure, putting the element back tries again', async (t) => {
  const files = { ...NOTE_ERRORS, '/postil_bg.wasm': { status: 503, body: 'busy' } };
  const page = await open(t, `${NOTING}<postil-comments>Fallback</postil-comments>`, { files });
  await failureOf(page);
  await page.route('**/postil_bg.wasm', (route) => route.fulfill({ contentType: 'application/wasm', body: EMPTY_MODULE }));
  await page.evaluate(async () => {
    const element = document.querySelector('postil-comments');
    element.remove();
    await new Promise((resolve) => setTimeout(resolve));
    document.body.append(element);
    await element.ready;
  });
  assert.equal(await page.getByRole('alert').count(), 0);
});

test('a trap in the module becomes an event', async (t) => {
  const page = await open(t, `${NOTING}<postil-comments>Fallback</postil-comments>`, {
    files: { ...NOTE_ERRORS, '/postil.js': STAND_IN.replace("threads: () => '[{\"id\":\"t1\"}]'", "threads: () => { throw new WebAssembly.RuntimeError('unreachable'); }") },
  });
  const threads = await page.evaluate(async () => {
    const element = document.querySelector('postil-comments');
    await element.ready;
    return element.threads;
  });
  assert.deepEqual(threads, []);
  assert.equal((await failureOf(page)).kind, 'internal');
  assert.equal(await page.getByText('Fallback').isVisible(), true);
});
