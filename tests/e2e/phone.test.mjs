/** A narrow screen and fingers: the discussion is a sheet over the text. */

import assert from 'node:assert/strict';

import { assertFits } from './support/axe.mjs';
import { FIRST, LAST, SECOND } from './support/guide.mjs';
import { agree } from './support/person.mjs';
import { scenario } from './support/scenario.mjs';
import { until } from './support/until.mjs';

const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };

/** How much of the screen the panel takes. */
function share(person) {
  return person.page.evaluate(() => {
    const panel = document.querySelector('postil-comments').shadowRoot.querySelector('[part=panel]');
    return (innerHeight - Math.max(0, panel.getBoundingClientRect().top)) / innerHeight;
  });
}

/** Waits until some words of the document are above the sheet. */
async function inView(person, words) {
  await until('the words can be seen', () =>
    person.document.evaluate((host, words) => {
      const line = [...host.children].find((it) => it.textContent.includes(words)).getBoundingClientRect();
      const panel = document.querySelector('postil-comments').shadowRoot.querySelector('[part=panel]');
      return line.top >= 0 && line.top < panel.getBoundingClientRect().top;
    }, words),
  );
}

scenario('a discussion on a phone', async (stage) => {
  const ada = await stage.person('Ada', PHONE);
  const ben = await stage.person('Ben');
  const { page } = ada;
  await assertFits(page, 'empty');
  assert.ok((await share(ada)) < 0.25, 'the text has the screen');

  // A touched word is selected; the button is within reach.
  await ada.select(SECOND);
  await ada.button('Comment').tap();
  await ada.box('Write a comment').waitFor();
  await inView(ada, SECOND);
  await assertFits(page, 'composing');
  await ada.box('Your name').fill('Ada');
  await ada.box('Write a comment').fill('From a phone.');
  await ada.button('Publish').tap();
  await ada.thread('From a phone.').waitFor();
  await assertFits(page, 'with a thread');
  await ben.reply('From a phone.', 'From a desk.');
  await ada.thread('From a phone.').getByText('From a desk.').waitFor();

  // Half, full, closed.
  await until('it is a half', async () => Math.abs((await share(ada)) - 0.5) < 0.15);
  await ada.button('Full height').tap();
  await until('it is full', async () => (await share(ada)) > 0.85);
  await assertFits(page, 'full sheet');
  await ada.button('Half height').tap();
  await until('it is a half again', async () => Math.abs((await share(ada)) - 0.5) < 0.15);
  await page.getByRole('button', { name: /^Hide threads/ }).tap();
  await until('it is closed', async () => (await share(ada)) < 0.25);
  await ada.sheet.tap();
  await ada.thread('From a phone.').waitFor();

  // From the thread to the text, which is not under the sheet.
  const thread = await ada.open('From a phone.');
  await ada.button('Go to text', thread).tap();
  await inView(ada, SECOND);
  await agree(ada, ben);
});

scenario('the end of the text is not under the sheet while one writes about it', async (stage) => {
  const ada = await stage.person('Ada', PHONE);
  await ada.select(LAST);
  await ada.button('Comment').tap();
  await ada.box('Write a comment').waitFor();
  await inView(ada, LAST);
  await ada.box('Your name').fill('Ada');
  await ada.box('Write a comment').fill('At the end.');
  await ada.button('Publish').tap();

  // Nor when its thread is gone to.
  const thread = await ada.open('At the end.');
  await ada.page.evaluate(() => scrollTo(0, 0));
  await ada.button('Go to text', thread).tap();
  await inView(ada, LAST);

  // Below a sheet that is closed there is nothing to scroll to.
  await ada.page.getByRole('button', { name: /^Hide threads/ }).tap();
  await until('there is no room for a sheet', () =>
    ada.page.evaluate(() => document.querySelector('postil-comments').getBoundingClientRect().height < 200),
  );
});

scenario('nothing of the list lies over the box to write in', async (stage) => {
  const ada = await stage.person('Ada', PHONE);
  await ada.comment(FIRST, 'Already here.');
  await ada.startComment(SECOND);
  await ada.box('Write a comment').fill('Published by finger.');
  await ada.button('Publish').tap();
  await ada.thread('Published by finger.').waitFor();
});

scenario('a tap on highlighted words opens their thread', async (stage) => {
  const ada = await stage.person('Ada', PHONE);
  const ben = await stage.person('Ben');
  await ben.comment(FIRST, 'Tap there.');
  await ben.delivered();
  await until('it has arrived', async () => (await ada.threads()).length === 1);
  await until('it is highlighted', () => ada.page.evaluate(() => [...CSS.highlights.values()].some((it) => it.size)));
  await ada.document.getByText(FIRST).tap({ position: { x: 40, y: 12 } });
  await ada.thread('Tap there.').and(ada.page.locator('[aria-current=true]')).waitFor();
});

scenario('fingers have room', async (stage) => {
  const ada = await stage.person('Ada', PHONE);
  await ada.comment(FIRST, 'How large are the buttons?');
  await ada.open('How large');
  await ada.button('Full height').tap();
  const small = await ada.page.evaluate(() => {
    const root = document.querySelector('postil-comments').shadowRoot;
    return [...root.querySelectorAll('button, input[type=radio]')]
      .map((it) => it.closest('label') ?? it)
      .map((it) => [it.ariaLabel ?? it.textContent, it.getBoundingClientRect()])
      .filter(([, { width, height }]) => width > 0 && (width < 24 || height < 24))
      .map(([name, { width, height }]) => `${name}: ${width} × ${height}`);
  });
  assert.deepEqual(small, []);
});

scenario('turning the phone keeps everything', async (stage) => {
  const ada = await stage.person('Ada', PHONE);
  await ada.startComment(LAST);
  await ada.box('Write a comment').fill('Unfinished');
  await ada.page.setViewportSize({ width: 844, height: 390 });
  await assertFits(ada.page, 'turned');
  assert.equal(await ada.box('Write a comment').inputValue(), 'Unfinished');
  await ada.page.setViewportSize({ width: 1280, height: 900 });
  assert.equal(await ada.box('Write a comment').inputValue(), 'Unfinished');
  await ada.box('Write a comment').press('Control+Enter');
  await ada.thread('Unfinished').waitFor();
});
