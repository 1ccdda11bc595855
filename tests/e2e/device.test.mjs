/** The device is the truth: what it says it has saved is there, whatever happens around it. */

import assert from 'node:assert/strict';

import { startFront, passTo } from './support/front.mjs';
import { FIRST, LAST, SECOND, THIRD } from './support/guide.mjs';
import { agree } from './support/person.mjs';
import { scenario, UNREACHABLE } from './support/scenario.mjs';
import { until } from './support/until.mjs';

scenario('nothing is missing after a reload while the relay is gone', async (stage) => {
  const relay = await stage.relay();
  const front = await startFront(passTo(relay));
  stage.defer(() => front.close());
  const ada = await stage.person('Ada', { url: front.url, profile: 'first' });
  ada.mayComplain.push(UNREACHABLE);
  await ada.comment(FIRST, 'Before.');
  await ada.thread('Before.').getByText(/At relay|Seen by/).waitFor();

  await relay.kill();
  await ada.status('Offline').waitFor();
  await ada.comment(SECOND, 'Meanwhile.');
  await ada.reply('Before.', 'An answer nobody has seen.');
  await ada.typeAfter(THIRD, ', and this as well');
  await ada.button('Resolve', await ada.open('Meanwhile.')).click();
  await ada.thread('Meanwhile.').getByText(/Resolved by/).waitFor();
  const before = await ada.view();

  await ada.reload();
  assert.equal(await ada.view(), before);
  await ada.status('Offline').waitFor();
  await ada.thread('An answer nobody has seen.').or(ada.thread('Before.')).first().waitFor();

  await stage.restart(relay);
  await ada.delivered();
  const ben = await stage.person('Ben', { url: front.url });
  await agree(ada, ben);
});

scenario('the page opens without a network, with all that was there', async (stage) => {
  const ada = await stage.person('Ada', { profile: 'first' });
  ada.mayComplain.push(/^error: Failed to load resource: net::ERR_INTERNET_DISCONNECTED/);
  await ada.comment(FIRST, 'Before.');
  await ada.goOffline();
  await ada.comment(SECOND, 'Without a network.');
  const before = await ada.view();
  await ada.reload();
  assert.equal(await ada.view(), before);
  await ada.status('Offline').waitFor();
  await ada.reply('Before.', 'And more.');
  await ada.goOnline();
  await ada.delivered();
  const ben = await stage.person('Ben');
  await agree(ada, ben);
});

scenario('a change that was typed the moment before a reload is kept', async (stage) => {
  const ada = await stage.person('Ada');
  await ada.select(FIRST, { length: 0 });
  await ada.page.keyboard.insertText('Typed at the last moment. ');
  await ada.reload();
  await until('the words are there', async () => (await ada.text()).includes('Typed at the last moment.'));
});

scenario('a comment that is called saved is there after the browser was killed', async (stage) => {
  const ada = await stage.person('Ada', { profile: 'doomed' });
  await ada.goOffline();
  await ada.status('Offline').waitFor();
  await ada.startComment(SECOND);
  await ada.publish(ada.box('Write a comment'), 'Saved, they said.');
  await ada.thread('Saved, they said.').getByText('Saved on this device').waitFor();
  await stage.kill(ada);

  const again = await stage.person('Ada', { profile: 'doomed' });
  await again.thread('Saved, they said.').getByText(/At relay|Seen by/).waitFor();
  const ben = await stage.person('Ben');
  await agree(again, ben);
  assert.equal(await again.page.getByText('Something was set aside').count(), 0);
});

scenario('a browser killed in the middle of many comments has all that were called saved', async (stage) => {
  const ada = await stage.person('Ada', { profile: 'doomed' });
  const bodies = ['One.', 'Two.', 'Three.', 'Four.', 'Five.'];
  await ada.comment(FIRST, bodies[0]);
  for (const body of bodies.slice(1)) await ada.reply('One.', body);
  await ada.thread('Five.').getByText(/Saved on this device|At relay/).last().waitFor();
  await stage.kill(ada);
  const again = await stage.person('Ada', { profile: 'doomed' });
  await again.reply('One.', 'Six.');
  const ben = await stage.person('Ben');
  await agree(again, ben);
  const [thread] = await ben.threads();
  assert.deepEqual(thread.comments.map((it) => it.body), [...bodies, 'Six.']);
});

scenario('two tabs of one browser never fork a log', async (stage) => {
  const left = await stage.person('Ada', { profile: 'first' });
  const right = await stage.person('Ada', { profile: 'first' });
  const ben = await stage.person('Ben', { profile: 'second' });

  // Both at once, in the text and beside it.
  await Promise.all([left.comment(FIRST, 'From the left.'), right.comment(SECOND, 'From the right.')]);
  await Promise.all([left.typeAfter(THIRD, ' (left)'), right.typeAfter(LAST, ' (right)')]);
  await Promise.all([left.typeAfter(FIRST, ' (more left)'), right.typeBefore(FIRST, '(more right) ')]);
  await Promise.all([
    left.reply('From the right.', 'Left answers right.'),
    right.reply('From the left.', 'Right answers left.'),
  ]);
  await agree(left, right, ben);

  // The one that leads goes in the middle of it.
  await left.select(FIRST, { length: 0 });
  await left.page.keyboard.insertText('Last words. ');
  await left.close();
  await right.comment(LAST, 'After the left one closed.');
  await right.typeAfter(SECOND, ' (still here)');
  await agree(right, ben);

  const third = await stage.person('Ada', { profile: 'first' });
  await Promise.all([third.comment(THIRD, 'From a third.'), right.reply('From the left.', 'At the same time.')]);
  await agree(right, third, ben);

  const text = await ben.text();
  for (const words of ['(left)', '(right)', '(more left)', '(more right)', 'Last words.', '(still here)']) {
    assert.ok(text.includes(words), words);
  }
  const threads = await ben.threads();
  assert.equal(threads.length, 4);
  assert.equal(threads.flatMap((it) => it.comments).length, 7);
  assert.equal(new Set(threads.flatMap((it) => it.comments.map((comment) => comment.author.id))).size, 1);
  for (const { page } of [right, third, ben]) {
    assert.equal(await page.getByText('Something was set aside').count(), 0);
    assert.equal(await page.getByText('That did not work').count(), 0);
  }
});

scenario('the other tab takes over when the one that leads is gone', async (stage) => {
  const left = await stage.person('Ada', { profile: 'first' });
  const right = await stage.person('Ada', { profile: 'first' });
  await right.status('Up to date').waitFor();
  await left.close();
  await right.comment(FIRST, 'Now I lead.');
  await right.thread('Now I lead.').getByText(/At relay|Seen by/).waitFor();
});
