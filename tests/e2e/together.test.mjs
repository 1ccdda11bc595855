/** Two people who are not online together, each with a browser of their own, and a relay between them. */

import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';

import { FIRST, LAST, SECOND, THIRD } from './support/guide.mjs';
import { agree } from './support/person.mjs';
import { scenario, UNREACHABLE } from './support/scenario.mjs';
import { until, untilEqual } from './support/until.mjs';

scenario('a comment reaches somebody who was offline when it was written', async (stage) => {
  const ada = await stage.person('Ada', { profile: 'first' });
  const ben = await stage.person('Ben', { profile: 'second' });
  await ben.delivered();
  await ben.goOffline();
  await ben.status('Offline').waitFor();

  await ada.comment(SECOND, 'Is this a promise?');
  await ada.thread('Is this a promise?').getByText('At relay').waitFor();
  await ada.goOffline();
  assert.equal(await ben.thread('Is this a promise?').count(), 0);

  await ben.goOnline();
  await ben.thread('Is this a promise?').waitFor();
  const [thread] = await ben.threads();
  assert.equal(thread.quote, SECOND);
  await ben.thread('Is this a promise?').getByText('Ada', { exact: true }).waitFor();
  await agree(ada, ben);
});

scenario('what both did offline in the same place is all there, and the same for both', async (stage) => {
  const ada = await stage.person('Ada', { profile: 'first' });
  const ben = await stage.person('Ben', { profile: 'second' });
  await ada.comment(THIRD, 'Why two?');
  await ben.thread('Why two?').waitFor();
  await Promise.all([ada, ben].map((it) => it.delivered()));
  await Promise.all([ada, ben].map((it) => it.goOffline()));
  await Promise.all([ada, ben].map((it) => it.status('Offline').waitFor()));

  await ada.typeAfter(FIRST, ', and working weeks,');
  await ada.erase('; anything faster');
  await ada.comment(SECOND, 'Or on any other morning.');
  await ada.reply('Why two?', 'One is a holiday somewhere.');
  await ada.button('Resolve', ada.thread('Why two?')).click();

  await ben.typeBefore(FIRST, 'Note this. ');
  await ben.typeAfter('good default', ' to begin with');
  await ben.comment(SECOND, 'Who has asked well, ever?');
  await ben.reply('Why two?', 'I object: three.');
  for (const person of [ada, ben]) {
    await person.status(/changes? to send/).waitFor();
  }

  await Promise.all([ada, ben].map((it) => it.goOnline()));
  await agree(ada, ben);
  await Promise.all([ada, ben].map((it) => it.delivered()));

  const text = await ben.text();
  assert.ok(text.includes(`Note this. ${FIRST}, and working weeks,`));
  assert.ok(text.includes('good default to begin with'));
  assert.ok(!text.includes('anything faster'));
  const threads = await ada.threads();
  assert.equal(threads.length, 3);
  const { status, comments } = threads.find((it) => it.quote === THIRD);
  const bodies = comments.map((it) => it.body);
  assert.deepEqual([...bodies].sort(), ['I object: three.', 'One is a holiday somewhere.', 'Why two?']);
  // An objection that the one who resolved had not seen opens the thread again.
  assert.equal(status, 'open');
});

scenario('everything is given to a relay that lost its data, and from there to somebody new', async (stage) => {
  const relay = await stage.relay();
  const ada = await stage.person('Ada', { profile: 'first' });
  const ben = await stage.person('Ben', { profile: 'second' });
  for (const person of [ada, ben]) person.mayComplain.push(UNREACHABLE);
  await ada.comment(FIRST, 'From Ada.');
  await ben.comment(SECOND, 'From Ben.');
  await ben.reply('From Ada.', 'And an answer.');
  await ada.typeAfter(THIRD, ' for most of us');
  await agree(ada, ben);

  await relay.kill();
  await rm(relay.data, { recursive: true });
  await ada.status('Offline').waitFor();
  await ada.comment(LAST, 'While it was gone.');
  await stage.restart(relay);
  await agree(ada, ben);

  const cem = await stage.person('Cem', { profile: 'third' });
  await agree(ada, ben, cem);
  assert.equal((await cem.threads()).length, 3);
});

scenario('what the relay has acknowledged survives when it is killed', async (stage) => {
  const relay = await stage.relay();
  const ada = await stage.person('Ada');
  ada.mayComplain.push(UNREACHABLE);
  await ada.comment(FIRST, 'Acknowledged.');
  await ada.thread('Acknowledged.').getByText('At relay').waitFor();
  await relay.kill();
  await ada.context.close();
  await stage.restart(relay);
  const ben = await stage.person('Ben');
  await ben.thread('Acknowledged.').waitFor();
});

scenario('comments stay on their words while both edit before, inside and after them', async (stage) => {
  const ada = await stage.person('Ada');
  const ben = await stage.person('Ben');
  await ada.comment(SECOND, 'On these words.');
  await ben.thread('On these words.').waitFor();
  await Promise.all([
    ada.typeBefore(SECOND, 'Remember: '),
    ben.typeAfter('asked well', ', briefly,'),
  ]);
  await agree(ada, ben);
  const words = 'A question asked well, briefly, on Friday evening';
  for (const person of [ada, ben]) {
    await until('the highlight covers the words', async () => (await person.highlighted()).includes(words));
  }
  await ada.typeBefore(FIRST, 'One more paragraph.\n\n');
  await agree(ada, ben);
  await untilEqual('the highlight is where it was', () => ben.highlighted(), [words]);
});

scenario('a page whose text was changed loses nobody who edited the text before', async (stage) => {
  const changed = (page) =>
    page.route(/\/$/, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: (await response.text()).replace(FIRST, 'Changed by the publisher') });
    });
  const ada = await stage.person('Ada');
  const ben = await stage.person('Ben', { before: changed });
  const people = [ada, ben];
  for (const person of people) {
    person.mayComplain.push(UNREACHABLE);
    await person.goOffline();
    await person.status('Offline').waitFor();
  }
  await ada.typeAfter(SECOND, ', Ada writes');
  await ben.typeAfter(SECOND, ', Ben writes');
  await Promise.all(people.map((it) => it.goOnline()));
  await agree(ada, ben);
  const told = /Another version of this text was edited here/;
  const versions = (person) => person.page.evaluate(() => document.querySelector('postil-document').versions);
  for (const person of people) {
    await person.page.getByText(told).waitFor();
    await person.button('Details').click();
  }
  assert.deepEqual(await versions(ada), await versions(ben));
  const [{ text }] = await versions(ada);
  const [shown, kept] = [await ada.text(), text];
  const [adas, bens] = shown.includes('Ada writes') ? [shown, kept] : [kept, shown];
  assert.ok(adas.includes(`${SECOND}, Ada writes`) && adas.includes(FIRST));
  assert.ok(bens.includes(`${SECOND}, Ben writes`) && bens.includes('Changed by the publisher'));
  assert.equal(await ada.page.locator('.detail').textContent(), kept);
  // What can be seen can be copied.
  await ada.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await ada.button('Copy text').click();
  await until('it is copied', async () => (await ada.page.evaluate(() => navigator.clipboard.readText())) === kept);
  await ada.button('Dismiss').click();
  await ada.page.getByText(told).waitFor({ state: 'detached' });
  // Editing goes on, and nobody is asked again before something changes there.
  await ada.typeAfter(SECOND, ' and goes on');
  await agree(ada, ben);
  assert.equal(await ada.page.getByText(told).count(), 0);
});
