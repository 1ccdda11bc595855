/** The manifest, the types and the classes say the same. */

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';

import * as classes from '../element.js';

const read = (name) => readFile(new URL(`../${name}`, import.meta.url), 'utf8');
const manifest = JSON.parse(await read('custom-elements.json'));
const types = await read('index.d.ts');
const elements = manifest.modules.flatMap((module) => module.declarations);

/** The public names a class gives its instances, its own and inherited ones. */
function publicNames(element) {
  const lifecycle = ['constructor', 'connectedCallback', 'disconnectedCallback', 'connectedMoveCallback', 'attributeChangedCallback'];
  const names = [];
  for (let it = element.prototype; it && it !== Object.prototype; it = Object.getPrototypeOf(it)) {
    names.push(...Object.getOwnPropertyNames(it));
  }
  return [...new Set(names)].filter((name) => !name.startsWith('_') && !lifecycle.includes(name)).sort();
}

test('the manifest has the schema it claims', () => {
  assert.equal(manifest.schemaVersion, '2.1.0');
  assert.deepEqual(elements.map((it) => it.tagName).sort(), ['postil-comments', 'postil-document']);
});

for (const element of elements) {
  test(`${element.tagName}: attributes`, () => {
    const listed = element.attributes.map((it) => it.name).sort();
    assert.deepEqual(listed, [...classes[element.name].observedAttributes].sort());
  });

  test(`${element.tagName}: properties and methods`, () => {
    assert.deepEqual(element.members.map((it) => it.name).sort(), publicNames(classes[element.name]));
    for (const member of element.members) {
      const descriptor = describe(classes[element.name].prototype, member.name);
      assert.equal(member.kind === 'method', typeof descriptor.value === 'function', member.name);
      if (member.kind === 'field') {
        assert.equal(Boolean(member.readonly), descriptor.set === undefined, member.name);
      }
    }
  });

  test(`${element.tagName}: every attribute with a field names one that has it`, () => {
    for (const attribute of element.attributes.filter((it) => it.fieldName)) {
      const member = element.members.find((it) => it.name === attribute.fieldName);
      assert.equal(member?.attribute, attribute.name);
    }
  });

  test(`${element.tagName}: types`, () => {
    for (const { name } of [...element.members, ...element.events]) {
      assert.match(types, new RegExp(`\\b${name}\\b`), `${name} is missing in index.d.ts`);
    }
  });
}

/** Everything `pattern` captures in the files of a folder of the workspace. */
async function captured(folder, ending, pattern) {
  const root = new URL(`../../../${folder}/`, import.meta.url);
  const found = new Set();
  for (const entry of await readdir(root, { recursive: true })) {
    if (!entry.endsWith(ending)) continue;
    for (const [, name] of (await readFile(new URL(entry, root), 'utf8')).matchAll(pattern)) {
      name.split(' ').forEach((it) => found.add(it));
    }
  }
  return [...found].sort();
}

const comments = elements.find((it) => it.tagName === 'postil-comments');
const names = (list) => list.map((it) => it.name).sort();

test('the parts are those the panel has', async () => {
  const parts = await captured('src/view', '.rs', /\bpart="([a-z -]+)"/g);
  assert.deepEqual(names(comments.cssParts), [...parts, 'error'].sort());
});

test('the custom properties are those the style sheets use', async () => {
  assert.deepEqual(names(comments.cssProperties), await captured('styles', '.css', /(--postil-[a-z0-9-]+)/g));
});

test('the events are those the panel and the element dispatch', async () => {
  const words = await captured('src/session', '.rs', /"(postil-[a-z]+)"/g);
  const tags = elements.map((it) => it.tagName);
  const told = words.filter((it) => !tags.includes(it));
  assert.deepEqual(names(comments.events), [...told, 'postil-error'].sort());
});

test('the states of the connection are those of the session', async () => {
  const words = await captured('src/session', 'link.rs', /=> "([a-z-]+)",/g);
  for (const word of words) {
    assert.match(types, new RegExp(`'${word}'`));
  }
});

test('all files the package names are there', async () => {
  const { exports } = JSON.parse(await read('package.json'));
  const generated = ['postil', 'postil_hand', 'postil_interchange', 'postil_relays'].map((it) => `./${it}_bg.wasm`).concat('./highlight.css');
  for (const entry of Object.values(exports)) {
    for (const file of typeof entry === 'string' ? [entry] : Object.values(entry)) {
      if (!generated.includes(file)) {
        await assert.doesNotReject(read(file), file);
      }
    }
  }
});

function describe(prototype, name) {
  for (let it = prototype; it; it = Object.getPrototypeOf(it)) {
    const found = Object.getOwnPropertyDescriptor(it, name);
    if (found) return found;
  }
  return {};
}
