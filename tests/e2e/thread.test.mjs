/** What can be done with threads and comments. */

import assert from 'node:assert/strict';

import { FIRST, SECOND, THIRD } from './support/guide.mjs';
import { agree } from './support/person.mjs';
import { scenario } from './support/scenario.mjs';
import { until, untilEqual } from './support/until.mjs';

scenario('a name is chosen on first use and can be changed', async (stage) => {
  const ada = await stage.person('Ada');
  const ben = await stage.person('Ben');
  await ada.startComment(FIRST);
  await ada.box('Your name').waitFor();
  await ada.publish(ada.box('Write a comment'), 'With a name.');
  await ben.thread('With a name.').getByText('Ada', { exact: true }).waitFor();
  // Asked once only.
  await ada.startComment(SECOND);
  assert.equal(await ada.box('Your name').count(), 0);
  await ada.button('Cancel').click();

  await ada.page.getByRole('button', { name: /Ada.*change name/ }).click();
  await ada.box('Your name').fill('Ada Example');
  await ada.button('Save name').click();
  await ben.thread('With a name.').getByText('Ada Example', { exact: true }).waitFor();
  await agree(ada, ben);
  await ada.reload();
  await ada.thread('With a name.').getByText('Ada Example', { exact: true }).waitFor();
});

scenario('authors can be told apart by initials and colour, the same everywhere', async (stage) => {
  const ada = await stage.person('Ada');
  const ben = await stage.person('Ben');
  await ada.comment(FIRST, 'By Ada.');
  await ben.comment(SECOND, 'By Ben.');
  await agree(ada, ben);
  const faces = (person) =>
    person.list.locator('.avatar').evaluateAll((all) =>
      all.map((it) => [it.dataset.initials, getComputedStyle(it).backgroundColor]),
    );
  await until('both cards are there', async () => (await faces(ada)).length === 2);
  const seen = await faces(ada);
  await untilEqual('both see the same faces', () => faces(ben), seen);
  assert.notDeepEqual(seen[0], seen[1]);
  assert.ok(seen.every(([initials]) => initials.length > 0));
});

scenario('Ctrl+Enter publishes, Escape keeps the draft, and a reload too', async (stage) => {
  const ada = await stage.person('Ada');
  await ada.startComment(FIRST);
  const box = ada.box('Write a comment');
  await box.fill('Half a thought');
  await box.press('Escape');
  await box.waitFor({ state: 'detached' });
  assert.equal((await ada.threads()).length, 0);

  await ada.startComment(FIRST);
  assert.equal(await box.inputValue(), 'Half a thought');
  await box.fill('Half a thought, and more');
  await ada.reload();
  await ada.startComment(FIRST);
  assert.equal(await box.inputValue(), 'Half a thought, and more');
  await box.press('Control+Enter');
  await ada.thread('Half a thought, and more').waitFor();
  // A published draft is none any more.
  await ada.startComment(SECOND);
  assert.equal(await box.inputValue(), '');
});

/**
 * Publishes what is in the box, and does something else before that can be durable: writes other words in it, or goes to
 * what the selector names.
 */
function publishAnd(box, { write, focus, click }) {
  return box.evaluate(
    async (field, { write, focus, click }) => {
      const find = (selector) => field.getRootNode().querySelector(selector);
      const options = { key: 'Enter', ctrlKey: true, bubbles: true, composed: true, cancelable: true };
      field.dispatchEvent(new KeyboardEvent('keydown', options));
      await null;
      if (write) {
        field.select();
        document.execCommand('insertText', false, write);
      }
      if (focus) find(focus).focus();
      if (click) find(click).click();
    },
    { write, focus, click },
  );
}

scenario('who writes on while a reply is being kept loses nothing', async (stage) => {
  const ada = await stage.person('Ada');
  await ada.comment(FIRST, 'A question.');
  const thread = await ada.open('A question.');
  const box = ada.box('Write a reply', thread);
  await box.fill('An answer.');
  await publishAnd(box, { write: 'Another one.' });
  await thread.getByText('An answer.').waitFor();
  await until('it can be published', () => thread.getByRole('button', { name: 'Publish', exact: true }).isEnabled());
  assert.equal(await box.inputValue(), 'Another one.');
  assert.ok(await box.evaluate((it) => it.getRootNode().activeElement === it), 'the keyboard is still in the box');
  await ada.reload();
  await ada.open('A question.');
  assert.equal(await box.inputValue(), 'Another one.', 'it is kept as a draft');
  await box.press('Control+Enter');
  await thread.getByText('Another one.').waitFor();
  await untilEqual('the box is empty again', () => box.inputValue(), '');
});

scenario('who goes elsewhere while a reply is being kept stays there', async (stage) => {
  const ada = await stage.person('Ada');
  await ada.comment(FIRST, 'A question.');
  await ada.comment(SECOND, 'Something else.');
  const thread = await ada.open('A question.');
  const box = ada.box('Write a reply', thread);
  await box.fill('An answer.');
  await publishAnd(box, { focus: '#me' });
  await thread.getByText('An answer.').waitFor();
  await untilEqual('the box is empty again', () => box.inputValue(), '');
  const focused = await ada.page.evaluate(() => document.querySelector('postil-comments').shadowRoot.activeElement?.id);
  assert.equal(focused, 'me');

  await box.fill('Another one.');
  await publishAnd(box, { click: 'article:not([aria-current=true])' });
  await thread.getByText('2 replies').waitFor();
  const other = ada.thread('Something else.');
  await ada.box('Write a reply', other).waitFor();
  assert.equal(await other.and(ada.page.locator('[aria-current=true]')).count(), 1);
});

scenario('the button publishes, and only when there is something to publish', async (stage) => {
  const ada = await stage.person('Ada');
  await ada.startComment(FIRST);
  assert.equal(await ada.button('Publish').isDisabled(), true);
  await ada.box('Write a comment').fill('  \n ');
  assert.equal(await ada.button('Publish').isDisabled(), true);
  await ada.box('Write a comment').fill('é'.repeat(8193));
  await ada.page.getByText(/Too long by 2 bytes/).waitFor();
  assert.equal(await ada.button('Publish').isDisabled(), true);
  await ada.box('Write a comment').fill('Something');
  await ada.button('Publish').click();
  await ada.thread('Something').waitFor();
});

scenario('own comments are edited, with what they said before for all to read', async (stage) => {
  const ada = await stage.person('Ada');
  const ben = await stage.person('Ben');
  await ada.comment(FIRST, 'First wording.');
  for (const [from, to] of [['First wording.', 'Second wording.'], ['Second wording.', 'Third wording.']]) {
    const comment = await ada.choose(await ada.open(from), from);
    await ada.button('Edit', comment).click();
    const box = ada.box('Change the text');
    assert.equal(await box.inputValue(), from);
    await box.fill(to);
    await box.press('Control+Enter');
    await ada.thread(to).waitFor();
  }
  const thread = await ben.open('Third wording.');
  const comment = await ben.choose(thread, 'Third wording.');
  await comment.getByText('edited', { exact: true }).waitFor();
  assert.equal(await ben.button('Edit', comment).count(), 0);
  assert.equal(await ben.button('Delete', comment).count(), 0);
  await ben.button('Earlier versions', comment).click();
  const versions = thread.getByRole('list', { name: 'Earlier versions' }).getByRole('listitem');
  await untilEqual(
    'the versions',
    () => versions.evaluateAll((all) => all.map((it) => it.lastElementChild.textContent)),
    ['Second wording.', 'First wording.'],
  );
  await agree(ada, ben);
});

scenario('a deleted comment leaves a mark, and its replies', async (stage) => {
  const ada = await stage.person('Ada');
  const ben = await stage.person('Ben');
  await ada.comment(FIRST, 'To be deleted.');
  await ben.reply('To be deleted.', 'A reply that stays.');
  const thread = await ada.open('To be deleted.');
  await thread.getByText('A reply that stays.').waitFor();
  const comment = await ada.choose(thread, 'To be deleted.');
  await ada.button('Delete', comment).click();
  await ada.button('Delete', thread.getByRole('group', { name: /Delete this comment/ })).click();
  const left = ben.list.getByRole('article').filter({ hasText: 'This comment was deleted.' });
  await left.waitFor();
  await agree(ada, ben);
  const [{ comments }] = await ben.threads();
  assert.deepEqual(comments.map((it) => [it.state, it.body]), [
    ['deleted', ''],
    ['present', 'A reply that stays.'],
  ]);
  await left.getByText('A reply that stays.').waitFor();
  assert.equal(await ben.page.getByText('To be deleted.').count(), 0);
});

scenario('reactions are counted, and taken back', async (stage) => {
  const ada = await stage.person('Ada');
  const ben = await stage.person('Ben');
  await ada.comment(FIRST, 'Well?');
  const react = async (person, emoji) => {
    const thread = await person.open('Well?');
    const comment = await person.choose(thread, 'Well?');
    await person.button('React', comment).click();
    await thread.getByRole('group', { name: 'Emoji' }).getByRole('button', { name: emoji }).click();
  };
  await react(ada, '🎉');
  await react(ben, '🎉');
  const chip = (person, name) => person.thread('Well?').getByRole('button', { name, pressed: true });
  await chip(ada, '🎉 2').waitFor();
  await chip(ben, '🎉 2').waitFor();
  await chip(ben, '🎉 2').click();
  await chip(ada, '🎉 1').waitFor();
  await agree(ada, ben);

  const thread = await ben.open('Well?');
  await ben.button('React', thread).click();
  await ben.box('Another emoji', thread).fill('🦉');
  await ben.box('Another emoji', thread).press('Enter');
  await ada.thread('Well?').getByRole('button', { name: '🦉 1' }).waitFor();
  await agree(ada, ben);
});

scenario('a thread is resolved with a reason, and opened again', async (stage) => {
  const ada = await stage.person('Ada');
  const ben = await stage.person('Ben');
  await ada.comment(THIRD, 'Shall we?');
  const bens = await ben.open('Shall we?');
  await ben.button('Resolve', bens).click();
  await ben.button('Say why', bens).click();
  await ben.box('Reason', bens).fill('It is written above.');
  await ben.button('Save reason', bens).click();

  await ada.page.getByRole('radio', { name: /^Resolved/ }).check();
  const thread = await ada.open('Shall we?');
  await thread.getByText('It is written above.').waitFor();
  await thread.getByText(/Resolved by Ben|Resolved by Someone/).waitFor();
  assert.equal((await ada.threads())[0].status, 'resolved');
  await ada.button('Reopen', thread).click();
  await untilEqual('it is open for both', async () => (await ben.threads())[0].status, 'open');
  await agree(ada, ben);
});
