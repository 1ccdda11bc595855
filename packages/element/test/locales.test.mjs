/** The languages of the interface. That each has every text of the first module, `src/i18n.rs` tests. */

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { WORDS } from '../hand.js';
import { localeOf } from '../locales.js';

const folder = new URL('../locales/', import.meta.url);
const files = (await readdir(folder)).sort();

test('every file is listed, and every listed file is there', async () => {
  const source = await readFile(new URL('../locales.js', import.meta.url), 'utf8');
  const listed = [...source.matchAll(/^ {2}(\w+): \(\) => new URL\('\.\/locales\/(.*)', import\.meta\.url\),$/gm)];
  assert.deepEqual(listed.map(([, , file]) => file).sort(), files);
  for (const [, tag, file] of listed) assert.equal(file, `${tag}.json`);
});

for (const file of files) {
  test(`${file} is written in its direction and with the plural forms of its language`, async () => {
    const tag = file.replace('.json', '');
    const { dir, texts, ...others } = JSON.parse(await readFile(new URL(file, folder), 'utf8'));
    assert.deepEqual(others, {});
    const [right] = Object.values(texts).join('').match(/\p{Script=Arabic}|\p{Script=Hebrew}/u) ?? [];
    assert.equal(dir, right ? 'rtl' : 'ltr');
    const categories = new Intl.PluralRules(tag).resolvedOptions().pluralCategories;
    const isPlural = (text) => /(^|\|)other=/.test(text);
    assert.ok(Object.values(texts).some(isPlural));
    for (const [name, text] of Object.entries(texts).filter(([, text]) => isPlural(text))) {
      const forms = text.split('|').map((form) => form.split('=')[0]);
      assert.deepEqual(forms.sort(), [...categories].sort(), name);
    }
  });
}

for (const file of files) {
  test(`${file} has the words of the scripts, and no text that nobody asks for`, async () => {
    const { texts } = JSON.parse(await readFile(new URL(file, folder), 'utf8'));
    const source = await readFile(new URL('../../../src/i18n/text.rs', import.meta.url), 'utf8');
    const listed = [...source.matchAll(/^ {4}([A-Z])(\w*) = "/gm)].map(([, first, rest]) => first.toLowerCase() + rest);
    assert.deepEqual(Object.keys(texts).sort(), [...listed, ...Object.keys(WORDS)].sort());
    for (const name of Object.keys(WORDS)) assert.ok(texts[name], name);
  });
}

/** What an element with this `lang` in one with that one speaks, to somebody whose browser asks for these. */
async function speaks(lang, around, languages) {
  Object.defineProperty(globalThis, 'navigator', { value: { languages }, configurable: true });
  const element = (value, parentElement) => ({ getAttribute: () => value, parentElement });
  return localeOf(element(lang, around === null ? null : { closest: () => element(around, null) }));
}

test('the first language that is spoken is chosen', async (t) => {
  const arabic = await readFile(new URL('ar.json', folder), 'utf8');
  t.mock.method(globalThis, 'fetch', async () => new Response(arabic));
  const check = async (lang, around, languages, expected) => {
    const { tag = 'en', dir = 'ltr' } = await speaks(lang, around, languages);
    assert.equal(`${tag} ${dir}`, expected, JSON.stringify([lang, around, languages]));
  };
  await check(null, null, [], 'en ltr');
  await check('en-GB', 'ar', ['ar'], 'en-GB ltr');
  await check('AR-eg', 'en', ['en'], 'AR-eg rtl');
  await check(' ', 'ar', ['en'], 'ar rtl');
  await check('tlh', 'xx', ['yy', 'ar-MA', 'en'], 'ar-MA rtl');
  await check('enx', 'ar_EG', ['no tag', 'en-US'], 'en-US ltr');
  await check('constructor', null, ['toString'], 'en ltr');
});
