/** Everything with the keyboard alone, from an empty page to a resolved thread. */

import assert from 'node:assert/strict';

import { FIRST, SECOND } from './support/guide.mjs';
import { agree } from './support/person.mjs';
import { scenario } from './support/scenario.mjs';
import { until } from './support/until.mjs';

/** What has the focus: its role and its name, also within the elements. */
function focused(page) {
  return page.evaluate(() => {
    let it = document.activeElement;
    while (it?.shadowRoot?.activeElement) it = it.shadowRoot.activeElement;
    const label = it?.labels?.[0]?.textContent ?? it?.getAttribute('aria-label') ?? it?.textContent.trim();
    return [it?.getAttribute('role') ?? it?.localName, label];
  });
}

/** Presses Tab until something with this name has the focus. */
async function tabTo(page, name, key = 'Tab') {
  const passed = [];
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press(key);
    const [role, label] = await focused(page);
    if (name instanceof RegExp ? name.test(label) : label === name) return role;
    passed.push(`${role} "${label?.slice(0, 30)}"`);
  }
  throw new Error(`Tab does not get to ${name}; it passes ${passed.join(', ')}`);
}

/** Waits until something with this name has the focus. */
function focusIs(page, name) {
  return until(`the focus is on ${name}`, async () => {
    const [, label] = await focused(page);
    return name instanceof RegExp ? name.test(label) : label === name;
  });
}

scenario('a whole discussion without a pointer', async (stage) => {
  const ada = await stage.person('Ada');
  const ben = await stage.person('Ben');
  const { page } = ada;
  const { keyboard } = page;

  // To the document, and to the words.
  await tabTo(page, 'Shared document');
  await keyboard.press('Control+Home');
  const at = (await ada.text()).indexOf(FIRST);
  const lines = (await ada.text()).slice(0, at).split('\n').length - 1;
  for (let i = 0; i < lines; i++) await keyboard.press('ArrowDown');
  await keyboard.press('Home');
  await keyboard.down('Shift');
  for (let i = 0; i < FIRST.length; i++) await keyboard.press('ArrowRight');
  await keyboard.up('Shift');
  assert.equal(await page.evaluate(() => getSelection().toString()), FIRST);

  // Comment on them, with a name.
  await keyboard.press('Control+Alt+m');
  await focusIs(page, 'Write a comment');
  await keyboard.type('Typed with keys.');
  await tabTo(page, 'Your name');
  await keyboard.type('Ada');
  await tabTo(page, 'Publish');
  await keyboard.press('Enter');
  await ada.thread('Typed with keys.').getByText('Ada', { exact: true }).waitFor();
  await ben.comment(SECOND, 'From Ben.');
  await ada.thread('From Ben.').waitFor();

  // To the next thread and back.
  await keyboard.press('Escape');
  await keyboard.press('Alt+PageDown');
  await focusIs(page, /^Ada on/);
  await keyboard.press('Alt+PageDown');
  await focusIs(page, /on “A question asked/);
  await ada.thread('From Ben.').and(page.locator('[aria-current=true]')).waitFor();
  await keyboard.press('Alt+PageDown');
  await focusIs(page, /on “A question asked/);

  // Reply, edit the reply, react, resolve.
  await tabTo(page, 'Write a reply');
  await keyboard.type('A reply with keys.');
  await keyboard.press('Control+Enter');
  await ada.thread('A reply with keys.').waitFor();
  await until('the focus is on the reply', async () => (await focused(page))[1].includes('A reply with keys.'));
  await tabTo(page, 'Edit');
  await keyboard.press('Enter');
  await focusIs(page, 'Change the text');
  await keyboard.press('Control+a');
  await keyboard.type('A better reply.');
  await keyboard.press('Control+Enter');
  await ben.thread('From Ben.').waitFor();
  await ada.thread('A better reply.').waitFor();
  await tabTo(page, 'React');
  await keyboard.press('Enter');
  await tabTo(page, '👍');
  await keyboard.press('Enter');
  await ada.thread('A better reply.').getByRole('button', { name: '👍 1' }).waitFor();
  await tabTo(page, 'Resolve');
  await keyboard.press('Space');
  await ada.thread('A better reply.').getByText('Resolved by Ada').waitFor();
  await tabTo(page, 'Say why', 'Shift+Tab');
  await keyboard.press('Enter');
  await focusIs(page, 'Reason');
  await keyboard.type('Said.');
  await keyboard.press('Enter');
  await ada.thread('A better reply.').getByText('Said.').waitFor();

  // Filters are one stop, changed with arrows.
  await tabTo(page, /^Open/, 'Shift+Tab');
  await keyboard.press('ArrowRight');
  await page.getByRole('radio', { name: /^Resolved/, checked: true }).waitFor();
  await ada.thread(SECOND).waitFor();
  await keyboard.press('ArrowLeft');

  // To the text of a thread, then back to where one was.
  await keyboard.press('Alt+PageDown');
  await tabTo(page, 'Go to text');
  await keyboard.press('Enter');
  await focusIs(page, 'Shared document');
  await agree(ada, ben);
});

scenario('the focus is never taken from where the person has moved it', async (stage) => {
  const ada = await stage.person('Ada');
  const { page } = ada;
  await ada.comment(FIRST, 'One.');
  await ada.comment(SECOND, 'Two.');
  await page.keyboard.press('Escape');
  // The step moves the focus to a card; the person goes on before the next paint.
  await ada.document.evaluate(async (it) => {
    dispatchEvent(new KeyboardEvent('keydown', { code: 'PageDown', altKey: true }));
    await new Promise((resolve) => setTimeout(resolve));
    it.focus();
  });
  await ada.thread('One.').and(page.locator('[aria-current=true]')).waitFor();
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  assert.deepEqual(await focused(page), ['textbox', 'Shared document']);
});

scenario('Escape leads back, step by step, and loses nothing', async (stage) => {
  const ada = await stage.person('Ada');
  const { page } = ada;
  await ada.comment(FIRST, 'Mine.');
  await page.keyboard.press('Alt+PageDown');
  await tabTo(page, 'Write a reply');
  await page.keyboard.type('unfinished');
  await page.keyboard.press('Escape');
  await focusIs(page, /^Ada on/);
  await page.keyboard.press('Escape');
  await focusIs(page, 'Shared document');
  await page.keyboard.press('Alt+PageDown');
  assert.equal(await ada.box('Write a reply').inputValue(), 'unfinished');
});

scenario('deleting asks first, and the focus goes on to what is left', async (stage) => {
  const ada = await stage.person('Ada');
  const { page } = ada;
  await ada.comment(FIRST, 'Goes.');
  await ada.reply('Goes.', 'Stays.');
  await page.keyboard.press('Alt+PageDown');
  await ada.choose(ada.thread('Stays.'), 'Goes.');
  await tabTo(page, 'Delete');
  await page.keyboard.press('Enter');
  await focusIs(page, 'Delete');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  assert.equal((await ada.threads())[0].comments[0].state, 'present');
  await tabTo(page, 'Delete');
  await page.keyboard.press('Enter');
  await focusIs(page, 'Delete');
  await page.keyboard.press('Enter');
  await ada.thread('Stays.').getByText('This comment was deleted.').waitFor();
  await until('the focus is on the reply', async () => (await focused(page))[1].includes('Stays.'));
});

scenario('what has the focus can be seen', async (stage) => {
  const ada = await stage.person('Ada');
  await ada.comment(FIRST, 'Look at me.');
  await ada.page.evaluate(() => document.activeElement.blur());
  for (let i = 0; i < 25; i++) {
    await ada.page.keyboard.press('Tab');
    const [role, label] = await focused(ada.page);
    const isSeen = await ada.page.evaluate(() => {
      let it = document.activeElement;
      while (it?.shadowRoot?.activeElement) it = it.shadowRoot.activeElement;
      if (it === document.body) return true;
      const shows = (style) => style.outlineStyle !== 'none' || style.boxShadow !== 'none';
      // The editor shows a caret; a radio button may show the focus on its label.
      const also = it.closest('label') ?? it;
      return it.isContentEditable || shows(getComputedStyle(it)) || shows(getComputedStyle(also));
    });
    assert.ok(isSeen, `${role} "${label}" shows that it has the focus`);
  }
});
