/** Several relays at once: each by itself, added and removed while the page is open, lost one after the other. */

import assert from 'node:assert/strict';

import { assertAccessible } from './support/axe.mjs';
import { passTo, startFront } from './support/front.mjs';
import { FIRST, SECOND, THIRD } from './support/guide.mjs';
import { refusing } from './support/liar.mjs';
import { NO_SOCKET, named } from './support/named.mjs';
import { agree } from './support/person.mjs';
import { startRelay } from './support/relay.mjs';
import { NO_STREAM, scenario, STATUS, UNREACHABLE } from './support/scenario.mjs';
import { startYjs } from './support/yjs.mjs';

/** Opens the list of relays. */
async function list(person) {
  await person.button('More').click();
  await person.button('Relays').click();
  return person.page.getByRole('region', { name: 'Relays' });
}

/** The relay of this address in the list. */
function row(relays, relay) {
  return relays.getByRole('listitem').filter({ hasText: new URL(relay.url ?? relay.relay).host });
}

/** Makes these the relays of all elements of somebody's page. */
function use(person, relays) {
  const addresses = relays.map((it) => it.url ?? it.relay).join(' ');
  return person.page.evaluate((addresses) => {
    for (const element of document.querySelectorAll('postil-document, postil-comments')) element.relay = addresses;
  }, addresses);
}

async function mailbox(stage) {
  const relay = await startRelay();
  stage.defer(() => relay.remove());
  return relay;
}

async function yjs(stage) {
  const server = await startYjs();
  stage.defer(() => server.remove());
  return server;
}

scenario('three relays are killed and wiped in turn, and nobody has to do anything', async (stage) => {
  const [first, second] = [await mailbox(stage), await mailbox(stage)];
  const third = await yjs(stage);
  const relays = [first, second, third];
  const url = await named(stage, relays.map((it) => it.url ?? it.relay));
  const ada = await stage.person('Ada', { url });
  const ben = await stage.person('Ben', { url });
  for (const person of [ada, ben]) person.mayComplain.push(NO_SOCKET, UNREACHABLE);
  await ada.comment(FIRST, 'Over all of them.');
  await ben.thread('Over all of them.').waitFor();
  await ada.delivered();

  await first.remove();
  await ada.comment(SECOND, 'Without the first.');
  await ben.thread('Without the first.').waitFor();
  await third.stop();
  await ben.reply('Without the first.', 'Nor the third.');
  await ada.thread('Without the first.').getByText('Nor the third.').waitFor();
  // The first comes back at its address with nothing.
  const back = await startRelay({ port: first.port });
  stage.defer(() => back.remove());
  await third.start();
  await second.kill();
  for (const person of [ada, ben]) {
    const relays = await list(person);
    await row(relays, second).getByText('Offline').waitFor();
    await person.button('Retry now', relays).click();
    await row(relays, back).getByText('Up to date').waitFor();
    await row(relays, third).getByText('Up to date').waitFor();
    await person.page.keyboard.press('Escape');
  }
  await ada.comment(THIRD, 'Without the second.');
  await ben.thread('Without the second.').waitFor();
  await agree(ada, ben);

  // Whoever knows only one of them finds everything there.
  for (const [name, relay] of [['Cem', back], ['Dia', third]]) {
    const late = await stage.person(name, { url: await named(stage, [relay.url ?? relay.relay]) });
    await late.thread('Without the second.').waitFor();
    await agree(late, ada);
  }
});

scenario('a relay is removed and added while the page is open, and gets what it missed', async (stage) => {
  const [first, second] = [await mailbox(stage), await mailbox(stage)];
  const url = await named(stage, [first.url, second.url]);
  const ada = await stage.person('Ada', { url });
  await ada.comment(FIRST, 'For both.');
  await ada.delivered();
  await use(ada, [second]);
  let relays = await list(ada);
  await row(relays, second).getByText('Up to date').waitFor();
  assert.equal(await relays.getByRole('listitem').count(), 1);
  await ada.page.keyboard.press('Escape');
  await ada.comment(SECOND, 'For the second.');
  await ada.delivered();
  const ben = await stage.person('Ben', { url: await named(stage, [first.url]) });
  await ben.thread('For both.').waitFor();
  assert.equal(await ben.thread('For the second.').count(), 0, 'nothing goes to a relay that was removed');

  await use(ada, [first, second]);
  await ben.thread('For the second.').waitFor();
  await agree(ada, ben);
  relays = await list(ada);
  assert.equal(await relays.getByRole('listitem').count(), 2);
});

scenario('each relay says how it is, to whoever looks and listens', async (stage) => {
  const [first, second] = [await mailbox(stage), await mailbox(stage)];
  await second.kill();
  const url = await named(stage, [first.url, second.url.replace('//', '//ada:secret@')]);
  const ada = await stage.person('Ada', { url });
  ada.mayComplain.push(UNREACHABLE);
  await ada.delivered();
  const relays = await list(ada);
  await row(relays, first).getByText('Up to date').waitFor();
  await row(relays, first).getByText(/Last heard of:/).waitFor();
  await row(relays, second).getByText('Offline').waitFor();
  await row(relays, second).getByText('Not heard of yet').waitFor();
  assert.ok(!(await relays.textContent()).includes('secret'), 'what may be a secret is not shown');
  await assertAccessible(ada.page, 'the list of relays');
  await ada.page.keyboard.press('Escape');
  await relays.waitFor({ state: 'detached' });
  assert.ok(await ada.button('More').evaluate((it) => it === it.getRootNode().activeElement), 'the focus is back');
});

scenario('a tab that follows has the leading one try again', async (stage) => {
  // Whoever was refused does not try again without being asked.
  const front = await startFront(refusing(403, 'You may not.'));
  stage.defer(() => front.close());
  const ada = await stage.person('Ada', { url: front.url, profile: 'first' });
  const other = await stage.person('Ada', { url: front.url, profile: 'first' });
  for (const tab of [ada, other]) tab.mayComplain.push(STATUS, NO_STREAM);
  await other.status('Refused by the relay').waitFor();
  await other.comment(FIRST, 'From the second tab.');
  front.mailboxes = passTo(await stage.relay());
  await other.button('Retry now').click();
  await other.delivered();
});

scenario('on a phone the list is there, too, and fits', async (stage) => {
  const relay = await mailbox(stage);
  const url = await named(stage, [relay.url]);
  const ada = await stage.person('Ada', { url, viewport: { width: 390, height: 700 } });
  await ada.sheet.waitFor();
  const relays = await list(ada);
  await row(relays, relay).getByText(/Last heard of:/).waitFor();
  await ada.button('Retry now', relays).click();
  await assertAccessible(ada.page, 'the list of relays on a phone');
});
