/** Addresses that name a text of the page: selectors of the W3C's note "Selectors and States". */

import assert from 'node:assert/strict';

import { assertAccessible } from './support/axe.mjs';
import { serveExamples } from './support/examples.mjs';
import { reader } from './support/reader.mjs';
import { scenario } from './support/scenario.mjs';
import { until, untilEqual } from './support/until.mjs';

const FROGS = 'frogs breathe through their skin';
const quote = (exact, context = '') =>
  `#selector(type=TextQuoteSelector,exact=${encodeURIComponent(exact)}${context})`;
const go = (page, hash) => page.evaluate((hash) => void (location.hash = hash), hash);
const said = (person, words) => person.page.locator('postil-comments [aria-live=polite].said').filter({ hasText: words });

async function isShown(person, words) {
  await untilEqual(`"${words}" is emphasised`, async () => (await person.highlighted('active')).map((it) => it.replace(/\s+/g, ' ')), [words]);
  await until('it is in view', () =>
    person.page.evaluate(() => {
      const [range] = CSS.highlights.get('postil-active') ?? [];
      const box = range?.getBoundingClientRect();
      return box && box.height > 0 && box.top >= 0 && box.bottom <= innerHeight;
    }),
  );
}

scenario('the text that an address names is shown, when it is opened and when it changes', async (stage) => {
  const url = `${await serveExamples(stage)}plain-page/`;
  const ada = await reader(stage, 'Ada', `${url}${quote(FROGS)}`);
  const { page } = ada;
  await isShown(ada, FROGS);
  await said(ada, 'The text that the link names is shown').waitFor();
  await assertAccessible(page, 'a text that the address names');
  // Reading goes on there.
  assert.equal(await page.evaluate(() => getSelection().anchorNode.data.slice(0, 5)), 'frogs');

  await go(page, '#selector(type=TextQuoteSelector,exact=four%20degrees,prefix=colder%20than%20)');
  await isShown(ada, 'four degrees');
  await go(page, quote('four degrees'));
  await said(ada, 'is on this page more than once').waitFor();
  assert.deepEqual(await ada.highlighted('active'), []);
  await go(page, quote('No such words'));
  await said(ada, 'is not on this page').waitFor();
  await go(page, '#selector(type=TextPositionSelector,start=0,end=18)');
  await isShown(ada, 'How a pond freezes');
  // Another thread is of more interest.
  await ada.comment('Water is at its heaviest', 'A comment.');
  await untilEqual('only that one is emphasised', () => ada.highlighted('active'), ['Water is at its heaviest']);
});

scenario('exactly one thread at the text is opened', async (stage) => {
  const url = `${await serveExamples(stage)}plain-page/`;
  const ada = await reader(stage, 'Ada', url, { profile: 'first' });
  await ada.comment('breathe through', 'Do they?');
  await ada.comment('Water is at its heaviest', 'One.');
  await ada.comment('at its heaviest', 'Two.');
  const ben = await reader(stage, 'Ada', `${url}${quote(FROGS)}`, { profile: 'first' });
  const current = ben.page.locator('[aria-current=true]');
  await ben.thread('Do they?').and(current).waitFor();
  await until('all of the text is emphasised', async () => (await ben.highlighted('active')).includes(FROGS));
  await go(ben.page, quote('Water is at'));
  await until('the other text is', async () => (await ben.highlighted('active')).includes('Water is at'));
  assert.equal(await ben.thread('Do they?').and(current).count(), 1, 'none of several is chosen');
});

scenario('a text that is rendered late is waited for, and fragments that name none are left alone', async (stage) => {
  const late = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Late</title><link rel="icon" href="data:,">
    <script type="module" src="postil/define.js"></script>
    <main><article id="article"><p>Loading the rest</p></article></main><postil-comments for="#article" room="late"></postil-comments>`;
  const url = `${await serveExamples(stage, { 'late.html': late })}late.html`;
  const ada = await reader(stage, 'Ada', `${url}${quote('words that come late')}`);
  const { page } = ada;
  await said(ada, 'is not on this page').waitFor();
  await page.evaluate(() => {
    const more = document.createElement('p');
    more.textContent = 'Here are words that come late, after all.';
    document.querySelector('#article').append(more);
  });
  await isShown(ada, 'words that come late');
  // A framework renders all of it anew.
  await page.evaluate(() => document.querySelector('#article').replaceWith(document.querySelector('#article').cloneNode(true)));
  await isShown(ada, 'words that come late');

  const hostile = [
    '#selector(', '#selector()', '#selector(type=TextQuoteSelector,exact=', '#selector(type=CssSelector,value=p)',
    `#${'selector(a='.repeat(300)}`, `#selector(type=TextQuoteSelector,exact=${'x'.repeat(100_000)})`, '#selector(type=%ff)', '#late',
  ];
  for (const hash of hostile) await go(page, hash);
  await go(page, quote('Loading the rest'));
  await isShown(ada, 'Loading the rest');
});

scenario('of several panels on a page one says how it went', async (stage) => {
  const panel = (name, words) => `<article id="${name}"><p>${words}</p></article><postil-comments for="#${name}" room="${name}"></postil-comments>`;
  const two = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Two</title><link rel="icon" href="data:,">
    <script type="module" src="postil/define.js"></script>
    ${panel('one', 'Reeds and rushes.')}${panel('two', 'Rushes and sedges.')}`;
  const url = `${await serveExamples(stage, { 'two.html': two })}two.html`;
  const all = async ({ page }) => (await page.locator('postil-comments .said').allTextContents()).filter(Boolean);
  const ada = await reader(stage, 'Ada', `${url}${quote('and sedges')}`, { root: '#two' });
  await isShown(ada, 'and sedges');
  // Whoever comes later waits as long: what the others' panels had to say is said by then.
  const ben = await reader(stage, 'Ben', `${url}${quote('No such words')}`, { root: '#two' });
  await said(ben, 'is not on this page').first().waitFor();
  assert.deepEqual(await all(ada), ['The text that the link names is shown']);
  const cem = await reader(stage, 'Cem', `${url}${quote('Nor these')}`, { root: '#two' });
  await said(cem, 'is not on this page').first().waitFor();
  assert.deepEqual(await all(ben), ['The text that the link names is not on this page']);
});

scenario('a text of a shared document is shown as well', async (stage) => {
  const notes = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Notes</title><link rel="icon" href="data:,">
    <script type="module" src="postil/define.js"></script>
    <postil-document id="text" room="notes">First line.\n${'\nAnother line.\n'.repeat(60)}\nThe line that is meant.</postil-document>
    <postil-comments for="#text" room="notes"></postil-comments>`;
  const url = `${await serveExamples(stage, { 'notes.html': notes })}notes.html`;
  const ada = await reader(stage, 'Ada', `${url}${quote('line that is meant')}`, { root: '#text' });
  await isShown(ada, 'line that is meant');
  await ada.document.evaluate((it) => it.focus());
  await ada.page.keyboard.press('Control+Home');
  await ada.page.keyboard.type('Zeroth. ');
  await until('it is written', async () => (await ada.text()).startsWith('Zeroth. First'));
  await ada.page.keyboard.press('Control+End');
  await isShown(ada, 'line that is meant');
});
