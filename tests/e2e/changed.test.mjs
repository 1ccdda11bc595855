/** Pages whose words were changed, and pages that go elsewhere: what people are asked, and what they answer. */

import assert from 'node:assert/strict';

import { assertAccessible, assertFits } from './support/axe.mjs';
import { serveExamples } from './support/examples.mjs';
import { reader } from './support/reader.mjs';
import { scenario } from './support/scenario.mjs';
import { until, untilEqual } from './support/until.mjs';

const BEFORE = 'Answers are expected within two working days, and nobody has to apologise for taking both of them.';
const AFTER = 'Answers are expected within three working days, and nobody has to apologise for taking all of them.';

function page(text, attributes = 'room="changed"') {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
    <title>Page</title><link rel="icon" href="data:,"><link rel="stylesheet" href="plain-page/page.css">
    <script type="module" src="postil/define.js"></script>
    <main><article id="article"><h1>How we work</h1><p>${text}</p><p>If it burns, telephone.</p></article>
    <postil-comments for="#article" ${attributes}></postil-comments></main>`;
}

const state = async (person) => (await person.placements()).map(([, state]) => state).join();

for (const [name, viewport] of [['wide', { width: 1280, height: 900 }], ['narrow', { width: 390, height: 844 }]]) {
  scenario(`whoever began a thread links it to its changed text, with one press, ${name}`, async (stage) => {
    const base = await serveExamples(stage, { 'before.html': page(BEFORE), 'after.html': page(AFTER) });
    const ada = await reader(stage, 'Ada', `${base}before.html`, { viewport });
    await ada.comment(BEFORE, 'Both?');
    await ada.go(`${base}after.html`);
    await untilEqual('it is a proposal', () => state(ada), 'proposed');
    assert.deepEqual(await ada.highlighted('open'), []);
    if (await ada.sheet.isVisible()) await ada.sheet.click();
    const thread = await ada.open('Both?');
    const question = thread.getByRole('group', { name: 'The text changed: is this it?' });
    await question.getByText(AFTER).waitFor();
    await untilEqual('it is shown where it is proposed', () => ada.highlighted('draft'), [AFTER]);
    await assertFits(ada.page, 'proposal');
    await assertAccessible(ada.page, 'proposal');
    await ada.button('Yes, link it', question).click();
    await untilEqual('it is placed', () => state(ada), 'placed');
    await question.waitFor({ state: 'detached' });
    await untilEqual('and highlighted', () => ada.highlighted('active'), [AFTER]);
    await ada.reload();
    await untilEqual('for good', () => state(ada), 'placed');
    const [{ quote, relinked }] = await ada.threads();
    assert.deepEqual([quote, relinked.quote], [AFTER, BEFORE]);
  });
}

scenario('a thread that is kept detached is not asked about again, until the text is another', async (stage) => {
  const again = AFTER.replace('three working days', 'four working days');
  const base = await serveExamples(stage, { 'before.html': page(BEFORE), 'after.html': page(AFTER), 'again.html': page(again) });
  const ada = await reader(stage, 'Ada', `${base}before.html`);
  await ada.comment(BEFORE, 'Both?');
  await ada.go(`${base}after.html`);
  const thread = await ada.open('Both?');
  const question = thread.getByRole('group', { name: 'The text changed: is this it?' });
  await ada.button('Keep detached', question).focus();
  await ada.page.keyboard.press('Enter');
  await question.waitFor({ state: 'detached' });
  await thread.getByText('Detached', { exact: true }).waitFor();
  await until('the keyboard stays at the card', () =>
    ada.page.evaluate(() => document.querySelector('postil-comments').shadowRoot.activeElement?.localName === 'article'),
  );
  await ada.reload();
  await thread.getByText('Detached', { exact: true }).waitFor();
  assert.equal(await question.count(), 0);
  await ada.go(`${base}again.html`);
  await ada.open('Both?');
  await question.getByText(again).waitFor();
});

scenario('what somebody else thinks is a suggestion that everyone sees', async (stage) => {
  const relay = await stage.relay();
  const attributes = `room="changed" relay="${relay.url}/"`;
  const files = { 'page.html': page(BEFORE, attributes) };
  // The relay is somewhere else, which the policy of the examples does not allow.
  const url = `${await serveExamples(stage, files, {})}page.html`;
  const ada = await reader(stage, 'Ada', url);
  await ada.comment(BEFORE, 'Both?');
  await ada.delivered();
  files['page.html'] = page(AFTER, attributes);
  const ben = await reader(stage, 'Ben', url);
  const theirs = await ben.open('Both?');
  await ben.button('Yes, link it', theirs).click();
  await theirs.getByText('You suggested this text. Whoever began the thread decides.').first().waitFor();
  assert.equal(await ben.button('Yes, link it', theirs).count(), 0);
  await ben.delivered();
  await ada.reload();
  const own = await ada.open('Both?');
  await ada.button('Yes, link it', own).click();
  await untilEqual('the author has decided', () => state(ada), 'placed');
  await untilEqual('and everyone sees it', () => state(ben), 'placed');
});

scenario('without a room the discussion follows a page that goes elsewhere', async (stage) => {
  const ada = await reader(stage, 'Ada', `${await serveExamples(stage, { 'view.html': page(BEFORE, '') })}view.html?view=1`);
  await ada.comment('If it burns, telephone.', 'On the first view.');
  const go = (view, text) =>
    ada.page.evaluate(([view, text]) => {
      history.pushState(null, '', view);
      document.querySelector('#article p').textContent = text;
    }, [view, text]);
  await go('?view=2&utm_source=x', 'Another view.');
  await untilEqual('there is nothing yet', async () => (await ada.threads()).length, 0);
  await ada.comment('Another view.', 'On the second view.');
  await go('?view=1', BEFORE);
  await ada.thread('On the first view.').waitFor();
  assert.equal(await ada.thread('On the second view.').count(), 0);
  // A fragment names a place and not another page.
  await go('?view=1#part', BEFORE);
  await ada.thread('On the first view.').waitFor();
  await ada.page.goBack();
  await ada.page.goBack();
  await ada.thread('On the second view.').waitFor();
});

scenario('whoever writes in a card goes on writing when cards change places', async (stage) => {
  const base = await serveExamples(stage, { 'page.html': page(BEFORE) });
  const ada = await reader(stage, 'Ada', `${base}page.html`);
  await ada.comment(BEFORE, 'Both?');
  await ada.comment('If it burns', 'And if not?');
  const cards = ada.list.getByRole('article');
  // The last paragraph comes first, which is the other one and then its own.
  for (const goes of ['down', 'up']) {
    const box = ada.box('Write a reply', await ada.open('Both?'));
    await box.click();
    await ada.page.keyboard.type('Half a');
    const first = await cards.first().textContent();
    await ada.page.evaluate(() => document.querySelector('#article h1').after(document.querySelector('#article p:last-of-type')));
    await until('the cards have changed places', async () => (await cards.first().textContent()) !== first);
    await ada.page.keyboard.type(' word');
    assert.equal(await box.inputValue(), 'Half a word', `its card goes ${goes}`);
    await box.fill('');
  }
});
