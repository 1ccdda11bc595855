/** How things stand with the relay, in words; and relays that are gone, refuse or lie. */

import assert from 'node:assert/strict';

import { startFront, passTo } from './support/front.mjs';
import { FIRST, SECOND } from './support/guide.mjs';
import { LIARS, refusing } from './support/liar.mjs';
import { NO_STREAM, scenario, STATUS, UNREACHABLE } from './support/scenario.mjs';

async function behindFront(stage, mailboxes, name = 'Ada') {
  const front = await startFront(mailboxes);
  stage.defer(() => front.close());
  const person = await stage.person(name, { url: front.url });
  person.mayComplain.push(UNREACHABLE, STATUS, NO_STREAM);
  return [front, person];
}

scenario('each comment says how far it has come', async (stage) => {
  const ada = await stage.person('Ada');
  await ada.goOffline();
  await ada.status('Offline').waitFor();
  const thread = await ada.comment(FIRST, 'How far?');
  await thread.getByText('Saved on this device').waitFor();
  await ada.status(/1 change to send|2 changes to send/).waitFor();
  await ada.goOnline();
  await thread.getByText('At relay').waitFor();
  await ada.delivered();
  const ben = await stage.person('Ben');
  const bens = await ben.open('How far?');
  assert.equal(await bens.getByText(/At relay|Saved on this device/).count(), 0, 'only for own comments');
});

scenario('offline, connecting and up to date are told apart', async (stage) => {
  const relay = await stage.relay();
  let hold = true;
  const held = [];
  const pass = passTo(relay);
  const [front, ada] = await behindFront(stage, (asked, response) => {
    if (hold) held.push([asked, response]);
    else pass(asked, response);
  });
  await ada.status('Connecting').waitFor();
  hold = false;
  for (const [asked, response] of held) pass(asked, response);
  await ada.status('Up to date').waitFor();
  await ada.siteKept();
  front.mailboxes = (asked) => asked.destroy();
  front.hangUp();
  await ada.status('Offline').waitFor();
  await ada.comment(FIRST, 'Still works.');
  front.mailboxes = pass;
  await ada.retry();
  await ada.delivered();
});

scenario('a relay that refuses is told, with what it means', async (stage) => {
  const [front, ada] = await behindFront(stage, refusing(403, 'You may not.'));
  await ada.status('Refused by the relay').waitFor();
  await ada.page.getByText(/What you write stays on this device/).waitFor();
  const thread = await ada.comment(FIRST, 'For myself.');
  await thread.getByText('Saved on this device').waitFor();
  // Until the person asks again.
  const relay = await stage.relay();
  front.mailboxes = passTo(relay);
  await ada.button('Retry now').click();
  await ada.delivered();
  await thread.getByText('At relay').waitFor();
});

for (const [status, words] of [
  [401, 'Refused by the relay'],
  [429, 'Offline'],
  [500, 'Offline'],
  [404, 'Offline'],
]) {
  scenario(`a relay that answers ${status} leaves everything else working`, async (stage) => {
    const [front, ada] = await behindFront(stage, refusing(status, 'No.'));
    await ada.status(words).waitFor();
    await ada.comment(FIRST, 'Here.');
    front.mailboxes = passTo(await stage.relay());
    await ada.retry();
    await ada.delivered();
  });
}

scenario('a relay that only takes no more says so, and what others wrote still arrives', async (stage) => {
  const relay = await stage.relay();
  const pass = passTo(relay);
  const full = refusing(507, 'The mailbox is full.');
  const [, ada] = await behindFront(stage, (asked, response) =>
    (asked.method === 'POST' ? full : pass)(asked, response),
  );
  await ada.status('Up to date').waitFor();
  const thread = await ada.comment(FIRST, 'No room for this.');
  await ada.status('Refused by the relay').waitFor();
  await thread.getByText('Saved on this device').waitFor();
});

for (const [how, liar] of Object.entries(LIARS)) {
  scenario(`a relay that ${how} does no harm`, async (stage) => {
    const [front, ada] = await behindFront(stage, liar);
    await ada.comment(FIRST, 'Written all the same.');
    await ada.typeAfter(SECOND, ' (typed all the same)');
    await ada.reload();
    await ada.thread('Written all the same.').waitFor();
    // The same address with a real relay: everything gets there.
    front.mailboxes = passTo(await stage.relay());
    await ada.siteKept();
    front.hangUp();
    await ada.reload();
    const ben = await stage.person('Ben', { url: front.url });
    await ben.thread('Written all the same.').waitFor();
    await ada.delivered();
    assert.ok((await ben.text()).includes('(typed all the same)'));
  });
}

scenario('an address that is no relay is told, and the rest works', async (stage) => {
  const ada = await stage.person('Ada');
  await ada.page.evaluate(() => (document.querySelector('postil-comments').relay = 'gopher://nowhere.example'));
  await ada.page.getByText(/gopher:/).first().waitFor();
  await ada.comment(FIRST, 'All the same.');
  await ada.thread('All the same.').getByText('At relay').waitFor();
});
