/** The site as it is built, on a plain file server and in front of a relay. */

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';

import { launch, openPage } from './support/browser.mjs';
import { folder, serve } from './support/files.mjs';
import { startRelay } from './support/relay.mjs';

/** As strict as a host may be. */
const STRICT = {
  'content-security-policy':
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; " +
    "img-src 'self' data:; require-trusted-types-for 'script'",
};

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

/** Waits until both elements show what the device has stored. */
async function bothReady(page) {
  await page.evaluate(() =>
    Promise.all([...document.querySelectorAll('postil-document, postil-comments')].map((it) => it.ready)),
  );
}

test('it works from a file server, under a base path and a strict policy, without a word on the console', async (t) => {
  const server = await serve(folder(process.env.POSTIL_SITE, '/some/where/'), STRICT);
  const page = await openPage(browser);
  t.after(async () => (await page.close(), server.close()));
  await page.goto(`${server.url}/some/where/`);
  await bothReady(page);
  assert.equal(await page.getByRole('textbox', { name: 'Shared document' }).isVisible(), true);
  assert.deepEqual(page.complaints, []);
});

test('it loads nothing but its own files', async (t) => {
  const server = await serve(folder(process.env.POSTIL_SITE, '/'), STRICT);
  const page = await openPage(browser);
  t.after(async () => (await page.close(), server.close()));
  const requested = [];
  page.on('request', (request) => requested.push(request.url()));
  await page.goto(server.url, { waitUntil: 'domcontentloaded' });
  await bothReady(page);
  const files = await readdir(process.env.POSTIL_SITE);
  for (const url of requested.filter((it) => !it.startsWith('data:'))) {
    const name = new URL(url).pathname.slice(1) || 'index.html';
    assert.ok(url.startsWith(server.url) && files.includes(name), url);
  }
  // Once for the page, and once more to be kept for when there is no network.
  for (const url of requested) {
    assert.ok(requested.filter((it) => it === url).length <= 2, `${url} is loaded more than twice`);
  }
});

test('every file but the page has its hash in its name, and is there compressed', async () => {
  const files = await readdir(process.env.POSTIL_SITE);
  for (const name of files.filter((it) => !/\.(br|gz)$/.test(it))) {
    assert.match(name, /^index\.html$|-[0-9a-f]{12}\.\w+$/);
    assert.ok(files.includes(`${name}.br`) && files.includes(`${name}.gz`), name);
  }
});

test('the site of a relay names it, any other site does not', async () => {
  const page = (variable) => readFile(`${process.env[variable]}/index.html`, 'utf8');
  assert.match(await page('POSTIL_SERVE_SITE'), /<postil-comments[^>]* relay="\.\/"/);
  assert.doesNotMatch(await page('POSTIL_SITE'), /relay=|data-relay-slot/);
});

test('in front of a relay it is silent as well', async (t) => {
  const relay = await startRelay();
  const page = await openPage(browser);
  t.after(async () => (await page.close(), relay.remove()));
  const answer = await page.goto(relay.url);
  const policy = answer.headers()['content-security-policy'];
  for (const rule of STRICT['content-security-policy'].split('; ')) assert.ok(policy.includes(rule), rule);
  await bothReady(page);
  assert.deepEqual(page.complaints, []);
});
