/** What is shown before the module is there: it looks and speaks as the panel does, and forgets no word. */

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { LOOK } from '../composer.js';
import { Draft } from '../draft.js';
import { NAMES } from '../words.js';

const root = new URL('../../../', import.meta.url);

/** The rules of a sheet: for every selector its declarations, conditions in front. */
function rulesOf(sheet) {
  const rules = new Map();
  const read = (text, condition) => {
    for (let at = 0; at < text.length;) {
      const open = text.indexOf('{', at);
      if (open < 0) break;
      let end = open + 1;
      for (let depth = 1; depth > 0; end += 1) depth += { '{': 1, '}': -1 }[text[end]] ?? 0;
      const [head, body] = [text.slice(at, open).trim(), text.slice(open + 1, end - 1)];
      if (head.startsWith('@')) read(body, `${head} `);
      else {
        const declarations = body.split(';').map((it) => it.trim().replace(/\s+/g, ' ')).filter(Boolean);
        for (const selector of head.split(/,(?![^(]*\))/)) {
          const name = condition + selector.trim().replace(/\s+/g, ' ');
          rules.set(name, [...(rules.get(name) ?? []), ...declarations]);
        }
      }
      at = end;
    }
  };
  read(sheet.replace(/\/\*[^]*?\*\//g, ''), '');
  return rules;
}

test('the early box looks as the panel says', async () => {
  const folder = new URL('styles/panel/', root);
  const sheets = [await readFile(new URL('styles/tokens.css', root), 'utf8')];
  for (const name of await readdir(folder)) sheets.push(await readFile(new URL(name, folder), 'utf8'));
  const panel = rulesOf(sheets.join('\n'));
  for (const [selector, declarations] of rulesOf(LOOK)) {
    const known = panel.get(selector);
    assert.ok(known, `${selector} is in no sheet of the panel`);
    for (const declaration of declarations) {
      assert.ok(known.includes(declaration), `${selector}: "${declaration}" is not what the panel says: ${known.join('; ')}`);
    }
  }
});

test('the early words are those of the interface, in English as in its file', async () => {
  const english = await readFile(new URL('src/i18n/text.rs', root), 'utf8');
  const source = await readFile(new URL('packages/element/words.js', root), 'utf8');
  for (const name of NAMES.filter((it) => it !== 'unavailable')) {
    const [, words] = english.match(new RegExp(` ${name[0].toUpperCase()}${name.slice(1)} = "(.*)",`)) ?? [];
    assert.ok(words && source.includes(`${name}: '${words}'`), `${name}: ${words}`);
  }
});

/** A browser's store, which may have no room. */
function store({ full = false } = {}) {
  const kept = new Map();
  globalThis.localStorage = {
    getItem: (key) => kept.get(key) ?? null,
    setItem(key, value) {
      if (full) throw new Error('full');
      kept.set(key, value);
    },
    removeItem: (key) => kept.delete(key),
  };
  return kept;
}

test('a draft is kept, read, exchanged with the module and forgotten', () => {
  for (const full of [false, true]) {
    const kept = store({ full });
    const draft = new Draft('/page  ');
    assert.deepEqual(draft.read(), {});
    draft.write({ text: 'Words' });
    draft.write({ name: 'Ada', publish: true });
    const again = new Draft('/page  ');
    assert.deepEqual(again.read(), { text: 'Words', name: 'Ada', publish: true });
    assert.equal(kept.size, full ? 0 : 1);
    assert.deepEqual(new Draft('/other  ').read(), {});
    assert.equal(draft.exchange(), 'Words');
    assert.equal(draft.exchange('More'), 'More');
    assert.equal(draft.read().name, 'Ada');
    // What somebody has emptied is known to be empty; what the module forgets is not known at all.
    draft.write({ text: '' });
    assert.equal(draft.exchange(), '');
    assert.equal(draft.exchange(''), undefined);
    assert.equal(kept.size, 0);
  }
});

test('a draft that somebody tampered with is none', () => {
  const kept = store();
  for (const text of ['', '{', 'null', '7', '{"text":7}']) {
    kept.set('postil draft /page', text);
    assert.equal(new Draft('/page').exchange(), undefined);
  }
});
