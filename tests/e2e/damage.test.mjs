/** Bad input: it is set aside with its reason, and everything else works. */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';

import { FIRST, SECOND, THIRD } from './support/guide.mjs';
import { agree } from './support/person.mjs';
import { mailboxOf, put, read } from './support/records.mjs';
import { scenario, UNREACHABLE } from './support/scenario.mjs';
import { until } from './support/until.mjs';

const NOTICE = 'Something was set aside';

/** Two people and the mailbox they share. */
async function two(stage) {
  const ada = await stage.person('Ada');
  const [mailbox] = await Promise.all([mailboxOf(ada.page), ada.reload()]);
  const ben = await stage.person('Ben');
  await ada.comment(FIRST, 'Something good.');
  await ben.thread('Something good.').waitFor();
  await ada.delivered();
  return { ada, ben, mailbox };
}

/** What is wrong with a record, by what it is. `good` are the records of the mailbox, `foreign` those of another. */
const BAD = {
  'of noise': () => randomBytes(500),
  'of one byte': () => Buffer.from([1]),
  'of a later version': ({ good }) => Buffer.concat([Buffer.from([9]), good.subarray(1)]),
  'cut short': ({ good }) => good.subarray(0, -7),
  'with a signature that does not fit': ({ good }) => {
    const forged = Buffer.from(good);
    forged[forged.length - 1] ^= 1;
    return forged;
  },
  'with other words than were signed': ({ good }) => {
    const at = good.indexOf('Something good.');
    const forged = Buffer.from(good);
    forged.write('Something evil!', at);
    return forged;
  },
  'from another room': ({ foreign }) => foreign,
  'that claims a million events': ({ good }) =>
    Buffer.concat([Buffer.from([1, 40, 1]), good.subarray(3, 35), Buffer.from([1, 0, 0xc0, 0x84, 0x3d])]),
};

for (const [what, make] of Object.entries(BAD)) {
  scenario(`a record ${what} is set aside`, async (stage) => {
    const { ada, ben, mailbox } = await two(stage);
    const records = await read(mailbox);
    const good = records.find((it) => it.includes('Something good.'));
    const foreign = what.includes('another room') ? await fromAnotherRoom(stage) : undefined;
    assert.equal(await put(mailbox, [make({ good, foreign })]), 200);
    for (const person of [ada, ben]) {
      await person.page.getByText(NOTICE).waitFor();
      await person.button('Details').click();
      await person.page.locator('.detail').filter({ hasText: /\w{4,}/ }).waitFor();
      await person.button('Dismiss').click();
      await person.page.getByText(NOTICE).waitFor({ state: 'detached' });
    }
    await ben.reply('Something good.', 'Goes on.');
    await ada.typeAfter(SECOND, ' and on');
    await agree(ada, ben);
    assert.deepEqual((await ada.threads())[0].comments.map((it) => it.body), ['Something good.', 'Goes on.']);
    // Somebody new reads the same mailbox.
    const cem = await stage.person('Cem');
    await agree(ada, cem);
  });
}

async function fromAnotherRoom(stage) {
  const relay = await stage.relay();
  const eve = await stage.person('Eve', { url: `${relay.url}/` });
  const [mailbox] = await Promise.all([
    mailboxOf(eve.page),
    eve.page.evaluate(() => {
      for (const it of document.querySelectorAll('postil-document, postil-comments')) {
        it.remove();
        it.room = 'another room';
        document.querySelector('main').append(it);
      }
    }),
  ]);
  await eve.ready();
  await eve.comment(THIRD, 'Meant for elsewhere.');
  await eve.delivered();
  return (await read(mailbox)).find((it) => it.includes('Meant for elsewhere.'));
}

scenario('a record that is larger than allowed is set aside', async (stage) => {
  await stage.relay({ flags: ['--max-record', '1000000'] });
  const { ada, ben, mailbox } = await two(stage);
  assert.equal(await put(mailbox, [Buffer.alloc(300_000, 1)]), 200);
  await ada.page.getByText(NOTICE).waitFor();
  await ben.reply('Something good.', 'Goes on.');
  await agree(ada, ben);
});

scenario('a damaged row of the store is set aside, and healed by the relay', async (stage) => {
  const { ada, ben } = await two(stage);
  await ben.reply('Something good.', 'From Ben.');
  await agree(ada, ben);
  const before = await ada.view();
  await leavePostil(stage, ada);
  const damaged = await ada.page.evaluate(damageSegments, { most: 1 });
  assert.ok(damaged > 0);
  await ada.go(`${(await stage.relay()).url}/`);
  await ada.page.getByText(NOTICE).waitFor();
  await until('what was lost has come back', async () => (await ada.view()) === before);
  await ada.comment(SECOND, 'And on.');
  await agree(ada, ben);
  await ada.reload();
  await agree(ada, ben);
  assert.equal(await ada.page.getByText(NOTICE).count(), 0, 'it is told once');
});

scenario('a store of nothing but damage is no end', async (stage) => {
  const { ada, ben } = await two(stage);
  await leavePostil(stage, ada);
  assert.ok((await ada.page.evaluate(damageSegments, { most: Infinity })) > 0);
  await ada.go(`${(await stage.relay()).url}/`);
  await ada.thread('Something good.').waitFor();
  await ada.reply('Something good.', 'I am still here.');
  await agree(ada, ben);
});

scenario('without a store everything works for as long as the page is open, and says so', async (stage) => {
  const before = (page) =>
    page.addInitScript(() => Object.defineProperty(globalThis, 'indexedDB', { get: () => undefined }));
  const ada = await stage.person('Ada', { before });
  await ada.page.getByText('That did not work').waitFor();
  await ada.comment(FIRST, 'Not for long here.');
  const ben = await stage.person('Ben');
  await ben.reply('Not for long here.', 'But for long here.');
  await agree(ada, ben);
  await ada.reload();
  await agree(ada, ben);
});

/** Somebody whose last words went to no relay, and whose store and relay then lost what came before. */
async function cutOff(stage) {
  const relay = await stage.relay();
  const ada = await stage.person('Ada', { profile: 'ada' });
  // Also what a browser says when it opens a page that is kept without a connection.
  ada.mayComplain.push(UNREACHABLE, /^error: Failed to load resource: net::ERR_INTERNET_DISCONNECTED/);
  await ada.comment(FIRST, 'Lost with the relay.');
  await ada.delivered();
  await ada.goOffline();
  await ada.status('Offline').waitFor();
  await ada.comment(SECOND, 'Never sent.');
  await ada.reply('Never sent.', 'Nor this.');
  await relay.remove();
  await stage.restart(relay);
  // The first row of the own log: the name, and the first comment.
  assert.equal(await ada.page.evaluate(damageSegments, { most: 1, holding: 'Lost with the relay.' }), 1);
  await ada.reload();
  await ada.page.getByText(NOTICE).waitFor();
  return ada;
}

const NEW_KEY = 'nobody who can be reached has it';
const bodies = async (person) => (await person.threads()).flatMap((it) => it.comments.map(({ body }) => body)).sort();

scenario('a log that nobody can complete is continued with a new key, by the same author', async (stage) => {
  const ada = await cutOff(stage);
  await ada.goOnline();
  await ada.page.getByText(NEW_KEY).waitFor();
  await until('what was never sent is said again', async () => (await bodies(ada)).length === 2);
  await ada.comment(FIRST, 'And on.');
  await ada.reply('Never sent.', 'Goes on.');
  await ada.delivered();
  const ben = await stage.person('Ben');
  await agree(ada, ben);
  const expected = ['And on.', 'Goes on.', 'Never sent.', 'Nor this.'];
  assert.deepEqual(await bodies(ben), expected);
  const authors = (await ben.threads()).flatMap((it) => it.comments.map(({ author }) => author.id));
  assert.equal(new Set(authors).size, 1, 'one author');
  await ada.typeAfter(THIRD, ', typed with the new key');
  await ada.delivered();
  await ada.reload();
  await agree(ada, ben);
  assert.deepEqual(await bodies(ada), expected, 'it is said once');
  assert.equal(await ada.page.getByText(NEW_KEY).count(), 0, 'it is told once');
  // Her own words are hers to change.
  const thread = await ada.open('Never sent.');
  await (await ada.choose(thread, 'Never sent.')).getByRole('button', { name: 'Delete' }).waitFor();
});

scenario('without a connection a damaged log is continued, too', async (stage) => {
  const ada = await cutOff(stage);
  await ada.page.getByText(NEW_KEY).waitFor();
  await ada.comment(THIRD, 'Saved all the same.');
  await ada.thread('Saved all the same.').getByText('Saved on this device').first().waitFor();
  await stage.kill(ada);
  const again = await stage.person('Ada', { profile: 'ada' });
  await until('nothing is missing', async () => (await bodies(again)).length === 3);
  await again.delivered();
  const ben = await stage.person('Ben');
  await agree(again, ben);
  assert.deepEqual(await bodies(ben), ['Never sent.', 'Nor this.', 'Saved all the same.']);
});

/** Goes to a page of the same origin that is not Postil. */
async function leavePostil(stage, person) {
  person.mayComplain.push(/favicon\.ico$/);
  await person.page.goto(`${(await stage.relay()).url}/health`);
}

/** Overwrites the last bytes of so many segments, of those that hold some words. Runs in the page. */
async function damageSegments({ most, holding = '' }) {
  const settled = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const db = await settled(indexedDB.open('postil'));
  const table = db.transaction('segments', 'readwrite').objectStore('segments');
  const keys = await settled(table.getAllKeys());
  const rows = await settled(table.getAll());
  const holds = (row) => new TextDecoder().decode(row).includes(holding);
  const chosen = keys.map((key, i) => [key, rows[i]]).filter(([, row]) => holds(row)).slice(0, most);
  for (const [key, row] of chosen) {
    const bytes = row.slice();
    bytes.fill(0xee, bytes.length / 2);
    await settled(table.put(bytes, key));
  }
  db.close();
  return chosen.length;
}
