/** Pages that are to save data, and those on no screen, go to their relays now and then. */

import assert from 'node:assert/strict';

import { assertAccessible, assertFits } from './support/axe.mjs';
import { passTo, startFront } from './support/front.mjs';
import { FIRST, SECOND } from './support/guide.mjs';
import { scenario } from './support/scenario.mjs';
import { untilEqual } from './support/until.mjs';

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

const state = (person) => person.page.getByRole('status').first();

/** Opens the list of relays. */
async function list(person) {
  await person.button('More').click();
  await person.button('Relays').click();
  return person.page.getByRole('region', { name: 'Relays' });
}

const box = (person) => person.page.getByRole('checkbox', { name: 'Save data' });

/** Has the page go by a clock that can be put forward. */
const clock = async (page) => page.clock.install();

/** A headless browser shows every page, so the page is told that it is on no screen. */
const show = (page, shown) =>
  page.evaluate((shown) => {
    Object.defineProperty(document, 'hidden', { get: () => !shown, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, shown);

scenario('who saves data looks for news now and then, or when asking for it', async (stage) => {
  const ada = await stage.person('Ada', { before: clock });
  const ben = await stage.person('Ben');
  const relays = await list(ada);
  assert.equal(await box(ada).isChecked(), false);
  await box(ada).check();
  await relays.getByText('Saving data').waitFor();
  await assertAccessible(ada.page, 'saving data');
  await ben.comment(FIRST, 'Anybody there?');
  await ben.delivered();
  assert.equal(await ada.thread('Anybody there?').count(), 0);
  await ada.button('Retry now', relays).click();
  await ada.thread('Anybody there?').waitFor();
  await ada.page.keyboard.press('Escape');

  await ben.reply('Anybody there?', 'Nobody?');
  await ben.delivered();
  assert.equal(await ada.thread('Anybody there?').getByText('1 reply').count(), 0);
  await ada.page.clock.fastForward('03:00');
  await ada.thread('Anybody there?').getByText('1 reply').waitFor();

  // What is written is kept, said to wait, and sent together.
  await ada.comment(SECOND, 'I am.');
  await ada.page.getByText(/to send/).waitFor();
  assert.equal(await ben.thread('I am.').count(), 0);
  await ada.page.clock.fastForward('00:21');
  await ben.thread('I am.').waitFor();
  await state(ada).filter({ hasText: /^\s*Saving data\s*$/ }).waitFor();
});

scenario('the choice to save data is kept, and good for every tab', async (stage) => {
  const ada = await stage.person('Ada', { profile: 'first' });
  await list(ada);
  await box(ada).check();
  await state(ada).getByText('Saving data').waitFor();
  const second = await stage.person('Ada', { profile: 'first' });
  await state(second).getByText('Saving data').waitFor();
  await ada.reload();
  await state(ada).getByText('Saving data').waitFor();
  await list(ada);
  assert.equal(await box(ada).isChecked(), true);
  await box(ada).uncheck();
  for (const tab of [ada, second]) await state(tab).getByText('Up to date').waitFor();
});

scenario('a device that pays for its data saves it without being asked', async (stage) => {
  const metered = (page) =>
    page.addInitScript(() => Object.defineProperty(navigator.connection, 'saveData', { get: () => true }));
  const ben = await stage.person('Ben');
  await ben.comment(FIRST, 'Written before.');
  await ben.delivered();
  const ada = await stage.person('Ada', { before: metered, ...PHONE });
  await ada.sheet.click();
  await ada.thread('Written before.').waitFor();
  await state(ada).getByText('Saving data').waitFor();
  await list(ada);
  assert.equal(await box(ada).isChecked(), true);
  await box(ada).scrollIntoViewIfNeeded();
  await assertFits(ada.page, 'saving data on a phone');
  await assertAccessible(ada.page, 'saving data on a phone');
});

scenario('a page on no screen leaves its relay, and is there at once when it is looked at', async (stage) => {
  const pass = passTo(await stage.relay());
  let open = 0;
  const front = await startFront((asked, response) => {
    if (asked.headers.accept === 'text/event-stream') {
      open += 1;
      response.on('close', () => (open -= 1));
    }
    pass(asked, response);
  });
  stage.defer(front.close);
  const { url } = front;
  const ada = await stage.person('Ada', { url, before: clock });
  const ben = await stage.person('Ben', { url });
  await untilEqual('streams of wake-ups', () => open, 2);
  await show(ada.page, false);
  await ada.page.clock.fastForward('01:01');
  await untilEqual('streams of wake-ups', () => open, 1);
  await ben.comment(FIRST, 'While you were away.');
  await ben.delivered();
  assert.equal(await ada.thread('While you were away.').count(), 0);
  await show(ada.page, true);
  await ada.thread('While you were away.').waitFor();
  await untilEqual('streams of wake-ups', () => open, 2);
});
