/** What a device showed last can be read before the WebAssembly half is there. */

import assert from 'node:assert/strict';

import { assertAccessible } from './support/axe.mjs';
import { FIRST, SECOND } from './support/guide.mjs';
import { scenario } from './support/scenario.mjs';
import { until } from './support/until.mjs';

/** Where each card is and what it says, without what changes by itself. */
function cards(page) {
  return page.evaluate(() => {
    const root = document.querySelector('postil-comments').shadowRoot;
    return [...root.querySelectorAll('article')].map((it) => {
      const { x, y, width, height } = it.getBoundingClientRect();
      const body = it.querySelector('.body')?.textContent;
      return [body, ...[x, y, width, height].map(Math.round)];
    });
  });
}

const isKept = (page) => page.evaluate(() => Object.keys(localStorage).some((it) => it.startsWith('postil preview')));

/** Somebody whose module comes from the network, where it can be held up. */
async function reader(stage) {
  const ada = await stage.person('Ada', { serviceWorkers: 'block' });
  ada.mayComplain.push(/Service Worker registration blocked/);
  return ada;
}

/** Lets the module wait until `release` is called. */
async function holdModule(page) {
  let release;
  const released = new Promise((resolve) => (release = resolve));
  await page.route('**/*.wasm', async (route) => {
    await released;
    await route.continue();
  });
  return release;
}

scenario('threads can be read before the module is there, and stay where they are', async (stage) => {
  const ada = await reader(stage);
  const { page } = ada;
  await ada.comment(FIRST, 'Read me *soon*.');
  await ada.comment(SECOND, '<img src=x onerror=alert(1)> is only text.');
  await page.keyboard.press('Escape');
  await page.evaluate(() => scrollTo(0, 0));
  await ada.delivered();
  await ada.reload();
  await until('a copy is kept', () => isKept(page));

  const release = await holdModule(page);
  await page.reload({ waitUntil: 'commit' });
  await ada.thread('Read me').waitFor();
  assert.equal(await page.evaluate(() => document.querySelector('postil-comments').threads.length), 0);
  assert.equal(await ada.thread('Read me').locator('em').textContent(), 'soon');
  assert.equal(await page.locator('postil-comments img').count(), 0);
  assert.equal(await page.getByRole('button', { name: 'Comment', exact: true }).isDisabled(), true);
  await assertAccessible(page, 'before the module is there');
  const before = await cards(page);
  assert.equal(before.length, 2);

  release();
  await ada.ready();
  assert.equal((await ada.threads()).length, 2);
  assert.deepEqual(await cards(page), before);
  await ada.reply('Read me', 'So I did.');
});

scenario('cards far down in the page come right after the others', async (stage) => {
  const ada = await reader(stage);
  const { page } = ada;
  await page.setViewportSize({ width: 1280, height: 500 });
  for (const n of [1, 2, 3, 4, 5]) await ada.comment(FIRST, `Many words. Number ${n}.`);
  await page.keyboard.press('Escape');
  await page.evaluate(() => scrollTo(0, 0));
  await ada.delivered();
  await ada.reload();
  const kept = () => page.evaluate(() => {
    const name = Object.keys(localStorage).find((it) => it.startsWith('postil preview'));
    return JSON.parse(localStorage.getItem(name))?.rest.length;
  });
  await until('a copy of all is kept, the last ones apart', async () => (await kept()) > 0);
  const before = await cards(page);

  const release = await holdModule(page);
  await page.reload({ waitUntil: 'commit' });
  await ada.thread('Number 4').waitFor();
  await until('the others are there', async () => (await cards(page)).length === before.length);
  assert.deepEqual(await cards(page), before);
  release();
  await ada.ready();
  assert.deepEqual(await cards(page), before);
});

scenario('what changes while a copy waits to be kept is kept as well', async (stage) => {
  const ada = await reader(stage);
  const { page } = ada;
  await ada.comment(FIRST, 'First.');
  await ada.reload();
  await until('a copy is kept', () => isKept(page));
  await page.evaluate(() => {
    globalThis.kept = 0;
    const setItem = Storage.prototype.setItem;
    Storage.prototype.setItem = function count(name, value) {
      globalThis.kept += Number(name.startsWith('postil preview'));
      setItem.call(this, name, value);
    };
    const panel = document.querySelector('postil-comments');
    // The second comes while the first waits.
    for (let n = 0; n < 2; n += 1) panel.dispatchEvent(new CustomEvent('postil-change'));
  });
  await until('a copy is kept, and kept once more', () => page.evaluate(() => globalThis.kept >= 2));
});

scenario('a copy that does not fit the page is not shown', async (stage) => {
  const ada = await reader(stage);
  const { page } = ada;
  await ada.comment(FIRST, 'Wide.');
  await ada.reload();
  await until('a copy is kept', () => isKept(page));
  const release = await holdModule(page);
  const url = page.url();
  // Nothing more is kept by a page that is left.
  await page.goto('about:blank');
  await page.setViewportSize({ width: 390, height: 800 });
  await page.goto(url, { waitUntil: 'commit' });
  await page.locator('postil-comments').waitFor({ state: 'attached' });
  await page.waitForFunction(() => customElements.get('postil-comments'));
  assert.equal(await page.locator('postil-comments article').count(), 0);
  release();
  await ada.ready();
});

scenario('a copy that somebody tampered with shows nothing but text', async (stage) => {
  const ada = await reader(stage);
  const { page } = ada;
  await ada.comment(FIRST, 'Honest.');
  await ada.reload();
  await until('a copy is kept', () => isKept(page));
  // Before anything of the page runs, so that nothing is kept over it.
  await page.addInitScript(() => {
    const name = Object.keys(localStorage).find((it) => it.startsWith('postil preview'));
    const kept = JSON.parse(localStorage.getItem(name));
    const evil = [['script', {}, '', 'alert(1)'], ['a', { href: 'javascript:alert(1)', onclick: 'alert(1)' }, '', 'a link'], 7, null];
    kept.nodes = [['ul', { class: 'threads' }, '', ['article', { onpointerenter: 'alert(1)' }, '', '<b>Evil</b>', ...evil]]];
    kept.rest = [['iframe', { src: 'about:blank' }, ''], ['li', { onclick: 'alert(1)' }, '', '<i>More</i>'], 7];
    localStorage.setItem(name, JSON.stringify(kept));
  });
  const release = await holdModule(page);
  await page.reload({ waitUntil: 'commit' });
  const list = page.locator('postil-comments .threads');
  await list.locator('li').waitFor();
  const shown = '<article>&lt;b&gt;Evil&lt;/b&gt;<a>a link</a></article><li>&lt;i&gt;More&lt;/i&gt;</li>';
  assert.equal(await list.evaluate((it) => it.innerHTML), shown);
  release();
  await ada.ready();
  await ada.thread('Honest.').waitFor();
});

scenario('what was kept stays readable when the module does not come', async (stage) => {
  const ada = await reader(stage);
  const { page } = ada;
  ada.mayComplain.push(/Failed to load resource/);
  await ada.comment(FIRST, 'Still here.');
  await ada.reload();
  await until('a copy is kept', () => isKept(page));
  await page.route('**/*.wasm', (route) => route.abort());
  await page.reload({ waitUntil: 'commit' });
  await page.getByText('Postil cannot be shown here.').first().waitFor();
  await page.locator('postil-comments').getByText('Still here.').waitFor();
});
