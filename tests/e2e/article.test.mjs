/** A discussion beside an ordinary page, and one below a blog's post. */

import assert from 'node:assert/strict';

import { serveExamples } from './support/examples.mjs';
import { reader } from './support/reader.mjs';
import { scenario } from './support/scenario.mjs';
import { until, untilEqual } from './support/until.mjs';

const POINT = 'Everything about a pond in winter';
const RULE = 'Water that is colder than four degrees is lighter, and stays on top.';

scenario('words of an ordinary page are commented, found again and gone to', async (stage) => {
  const url = `${await serveExamples(stage)}plain-page/`;
  const ada = await reader(stage, 'Ada', url, { profile: 'first' });
  await ada.comment(RULE, 'Why does it?');
  await ada.comment(POINT, 'Everything?');
  await untilEqual('both are placed', () => ada.placements(), [
    [RULE, 'placed'],
    [POINT, 'placed'],
  ]);
  await untilEqual('both are highlighted', async () => (await ada.highlighted()).length, 2);
  assert.deepEqual((await ada.highlighted()).map((it) => it.replace(/\s+/g, ' ')).sort(), [POINT, RULE].sort());

  // The cards stand beside their words.
  for (const [words, body] of [[RULE, 'Why does it?'], [POINT, 'Everything?']]) {
    await ada.open(body);
    await until(`the card of "${body}" is beside its words`, async () => {
      const [text, card] = [await ada.boxOf(words), await ada.thread(body).boundingBox()];
      return Math.abs(text.y - card.y) < 4 && card.x >= text.x + text.width;
    });
  }

  // From the text to the thread, and back.
  await ada.page.keyboard.press('Escape');
  await ada.clickOn(RULE);
  await ada.thread('Why does it?').and(ada.page.locator('[aria-current=true]')).waitFor();
  await ada.page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await ada.button('Go to text', ada.thread('Why does it?')).click();
  await until('the words are in view', async () => {
    const { y, height } = await ada.boxOf(RULE);
    return y >= 0 && y + height <= 900;
  });

  const link = `${url}#postil=${(await ada.threads())[1].id}`;
  const ben = await reader(stage, 'Ada', link, { profile: 'first' });
  await ben.thread('Everything?').and(ben.page.locator('[aria-current=true]')).waitFor();
  await untilEqual('its words are emphasised', () => ben.highlighted('active'), [POINT.replace('about a pond', 'about a\n        pond')]);
  await ben.reply('Why does it?', 'Hydrogen bonds.');
  await ada.thread('Why does it?').getByText(/Hydrogen bonds.|1 reply/).first().waitFor();
});

scenario('below a post without more than an element, everybody with the address meets', async (stage) => {
  const url = `${await serveExamples(stage)}blog/`;
  const ada = await reader(stage, 'Ada', `${url}?utm_source=letter`, { profile: 'first' });
  await ada.button('Comment').click();
  await ada.publish(ada.box('Write a comment'), 'Which neighbour?');
  await ada.thread('Which neighbour?').waitFor();
  const ben = await reader(stage, 'Ada', `${url}index.html#comments`, { profile: 'first' });
  await ben.thread('Which neighbour?').waitFor();
  assert.equal((await ben.threads())[0].placement.state, 'whole');
  assert.equal((await ada.page.evaluate(() => CSS.highlights.size)), 0);
});
