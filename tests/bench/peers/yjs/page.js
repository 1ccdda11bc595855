/** Comments in yjs, a list and a composer in plain JavaScript: the least that a page could do. */

import * as Y from 'yjs';
import { keep, read } from '../kept.js';

const SHOWN = 50;

const doc = new Y.Doc();
const list = document.querySelector('ul');
const composer = document.querySelector('textarea');

function show() {
  const comments = [...doc.getMap('comments').values()].sort((a, b) => a.get('at') - b.get('at'));
  list.replaceChildren(...comments.slice(0, SHOWN).map((comment) => {
    const item = document.createElement('li');
    const article = document.createElement('article');
    const author = document.createElement('strong');
    const time = document.createElement('time');
    const body = document.createElement('p');
    author.textContent = comment.get('author');
    time.textContent = new Date(comment.get('at')).toLocaleString('en');
    body.textContent = comment.get('body');
    article.append(author, time, body);
    item.append(article);
    return item;
  }));
}

document.querySelector('form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const comment = new Y.Map(Object.entries({ author: 'Me', at: Date.now(), parent: '', body: composer.value }));
  doc.getMap('comments').set(crypto.randomUUID(), comment);
  composer.value = '';
  await keep(Y.encodeStateAsUpdate(doc));
});

const kept = await read();
if (kept) Y.applyUpdate(doc, kept);
show();
doc.getMap('comments').observeDeep(show);
composer.disabled = false;

/** Lets a benchmark give the page what others wrote. */
globalThis.peer = { apply: (update) => Y.applyUpdate(doc, update) };
