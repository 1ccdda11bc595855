/** What the page that holds the elements says and hears. */

import assert from 'node:assert/strict';

import { FIRST, SECOND } from './support/guide.mjs';
import { agree } from './support/person.mjs';
import { scenario } from './support/scenario.mjs';
import { until, untilEqual } from './support/until.mjs';

/** Sets properties of the elements. */
function set(person, properties, elements = 'postil-comments') {
  return person.page.evaluate(
    ([elements, properties]) => {
      for (const it of document.querySelectorAll(elements)) Object.assign(it, properties);
    },
    [elements, properties],
  );
}

scenario('the page is told what happens', async (stage) => {
  const ada = await stage.person('Ada');
  await ada.page.evaluate(() => {
    globalThis.told = [];
    for (const name of ['postil-ready', 'postil-change', 'postil-sync', 'postil-error']) {
      addEventListener(name, (event) => told.push([name, event.detail]));
    }
  });
  await ada.comment(FIRST, 'Tell the page.');
  const [{ id }] = await ada.threads();
  const told = (ask) => ada.page.waitForFunction(ask, id);
  await told((id) => told.some(([name, detail]) => name === 'postil-change' && detail.threads.includes(id)));
  await told(() => told.some(([name, detail]) => name === 'postil-sync' && detail.pending > 0));
  await told(() => told.findLast(([name]) => name === 'postil-sync')[1].pending === 0);
  await told(() => told.findLast(([name]) => name === 'postil-sync')[1].state === 'up-to-date');
});

scenario('reveal opens a thread, and tells whether there is one', async (stage) => {
  const ada = await stage.person('Ada');
  await ada.comment(FIRST, 'Reveal me.');
  await ada.page.keyboard.press('Escape');
  const [{ id }] = await ada.threads();
  const reveal = (id) => ada.page.evaluate((id) => document.querySelector('postil-comments').reveal(id), id);
  assert.equal(await reveal(id), true);
  await ada.thread('Reveal me.').and(ada.page.locator('[aria-current=true]')).waitFor();
  assert.deepEqual([await reveal('nothing'), await reveal('')], [false, false]);
});

scenario('a page that knows its reader gives the name', async (stage) => {
  const ada = await stage.person('Ada');
  await set(ada, { author: 'Ada of the page' });
  await ada.startComment(FIRST);
  const box = ada.box('Write a comment');
  await box.fill('Who writes?');
  await box.press('Control+Enter');
  await ada.thread('Who writes?').getByText('Ada of the page', { exact: true }).waitFor();
});

scenario('without a document the discussion is about the page', async (stage) => {
  const ada = await stage.person('Ada');
  const ben = await stage.person('Ben');
  await set(ada, { for: null });
  // The box to write in is a part of the page then.
  await ada.box('Write a comment').click();
  await ada.publish(ada.box('Write a comment'), 'About all of it.');
  await ada.thread('About all of it.').getByText('About the whole document').waitFor();
  await ben.thread('About all of it.').waitFor();
  await agree(ada, ben);
  assert.equal((await ben.threads())[0].placement.state, 'whole');
});

scenario('another room is another document and another discussion', async (stage) => {
  const ada = await stage.person('Ada');
  const ben = await stage.person('Ben');
  const begun = await ada.text();
  await ada.comment(FIRST, 'In the first room.');
  await ada.typeAfter(SECOND, ' (first room)');
  await agree(ada, ben);
  const both = 'postil-comments, postil-document';
  const enter = async (person, room) => {
    await set(person, { room }, both);
    await person.document.and(person.page.locator('[aria-readonly=false]')).waitFor();
  };
  await enter(ben, 'second');
  await until('the second room is empty', async () => (await ben.threads()).length === 0);
  await untilEqual('and has the text as it was', () => ben.text(), begun);
  await ben.comment(FIRST, 'In the second room.');
  await ben.typeAfter(FIRST, ' (second room)');
  await ben.delivered();
  assert.equal((await ada.threads()).length, 1);
  await enter(ada, 'second');
  await ada.thread('In the second room.').waitFor();
  await agree(ada, ben);
  await enter(ada, 'guide');
  await ada.thread('In the first room.').waitFor();
  assert.ok((await ada.text()).includes('(first room)'));
  assert.ok(!(await ada.text()).includes('(second room)'));
});

scenario('a document may go to another room before its discussion does', async (stage) => {
  const ada = await stage.person('Ada');
  await ada.comment(FIRST, 'Left behind.');
  for (const room of ['another', 'a third', 'guide']) {
    await set(ada, { room }, 'postil-document');
    // Until what is kept of the room has been read, nothing can be written.
    await until(`${room} is there`, async () => (await ada.document.getAttribute('aria-readonly')) === 'false');
    // Only one editor has the element: others would put its lines right for ever.
    await ada.typeAfter(SECOND, ` (${room})`);
    assert.equal((await ada.text()).split(` (${room})`).length, 2, room);
  }
  await ada.thread('Left behind.').waitFor();
  assert.equal(await ada.document.getAttribute('contenteditable'), 'true');
});

scenario('elements that are taken off the page and put back go on', async (stage) => {
  const ada = await stage.person('Ada');
  const ben = await stage.person('Ben');
  await ada.comment(FIRST, 'Before.');
  await ada.typeAfter(SECOND, ' (typed)');
  await ada.page.evaluate(async () => {
    const elements = [...document.querySelectorAll('postil-document, postil-comments')];
    const places = elements.map((it) => it.parentNode);
    for (const it of elements) it.remove();
    await new Promise((resolve) => setTimeout(resolve));
    for (const [i, it] of elements.entries()) places[i].prepend(it);
  });
  await ada.ready();
  await ada.thread('Before.').waitFor();
  await ben.reply('Before.', 'After.');
  await ada.typeAfter(FIRST, ' (and again)');
  await agree(ada, ben);
  assert.ok((await ben.text()).includes('(and again)'));
});

scenario('words of the interface can be the page’s own', async (stage) => {
  const ada = await stage.person('Ada');
  await set(ada, { messages: { comment: 'Note this', nonsense: 'x', publish: 3 } });
  await ada.select(FIRST);
  await ada.button('Note this').click();
  await ada.button('Publish').waitFor();
});

scenario('a reader who may not write sees everything and can change nothing', async (stage) => {
  const ada = await stage.person('Ada');
  const ben = await stage.person('Ben');
  await ada.comment(FIRST, 'To be read.');
  await ben.thread('To be read.').waitFor();
  const before = await ben.text();
  await set(ben, { readonly: true }, 'postil-comments, postil-document');
  await ben.open('To be read.');
  for (const name of ['Comment', 'Reply', 'Edit', 'Delete', 'Resolve', 'React']) {
    await ben.button(name).first().waitFor({ state: 'detached' });
  }
  await ben.select(FIRST);
  await ben.page.keyboard.type('nothing');
  await ben.page.keyboard.press('Control+Alt+m');
  assert.equal(await ben.text(), before);
  assert.equal(await ben.box('Write a comment').count(), 0);
});
