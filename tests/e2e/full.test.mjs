/** A device without room: nothing is called saved that is not, and nothing is lost. */

import assert from 'node:assert/strict';

import { FIRST, SECOND } from './support/guide.mjs';
import { agree } from './support/person.mjs';
import { scenario } from './support/scenario.mjs';

const SOME = 600_000;

/** Somebody on a device with little room for the site. */
async function cramped(stage) {
  const { url } = await stage.relay();
  let room;
  const ada = await stage.person('Ada', {
    before: async (page) => {
      const session = await page.context().newCDPSession(page);
      room = (quotaSize) => session.send('Storage.overrideQuotaForOrigin', { origin: url, quotaSize });
      await room(SOME);
    },
  });
  return Object.assign(ada, {
    fill: () => ada.page.evaluate(fillStorage),
    makeRoom: () => room(undefined),
  });
}

/** Fills what is left, down to the last hundred bytes. Runs in the page. */
async function fillStorage() {
  const db = await new Promise((resolve, reject) => {
    const request = indexedDB.open('filler', 1);
    request.onupgradeneeded = () => request.result.createObjectStore('rows', { autoIncrement: true });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const fits = (size) =>
    new Promise((resolve) => {
      const transaction = db.transaction('rows', 'readwrite');
      transaction.oncomplete = () => resolve(true);
      transaction.onabort = () => resolve(false);
      transaction.objectStore('rows').put(new Uint8Array(size));
    });
  let rows = 0;
  for (const size of [100_000, 10_000, 1_000, 100]) {
    while (await fits(size)) rows += 1;
  }
  db.close();
  return rows;
}

scenario('what cannot be stored is not called saved, and is when there is room again', async (stage) => {
  const ada = await cramped(stage);
  await ada.comment(FIRST, 'With room.');
  await ada.delivered();
  assert.ok((await ada.fill()) > 0);

  const thread = await ada.open('With room.');
  await ada.publish(ada.box('Write a reply', thread), 'Without room.');
  await ada.page.getByText('That did not work').waitFor();
  assert.deepEqual((await ada.threads())[0].comments.map((it) => it.body), ['With room.']);
  assert.equal(await thread.getByText(/Saved on this device/).count(), 0);
  // The words are still in the box.
  assert.equal(await ada.box('Write a reply', thread).inputValue(), 'Without room.');

  await ada.makeRoom();
  await ada.thread('Without room.').waitFor();
  await ada.page.getByText('That did not work').waitFor({ state: 'detached' });
  const ben = await stage.person('Ben');
  await agree(ada, ben);
  assert.deepEqual((await ben.threads())[0].comments.map((it) => it.body), ['With room.', 'Without room.']);
  await ada.reload();
  await agree(ada, ben);
});

scenario('typing goes on without room, and is kept when there is some again', async (stage) => {
  const ada = await cramped(stage);
  await ada.delivered();
  await ada.fill();
  await ada.typeAfter(FIRST, ', typed without room,');
  await ada.page.getByText('That did not work').waitFor();
  await ada.makeRoom();
  await ada.typeAfter(SECOND, ' and with room');
  const ben = await stage.person('Ben');
  await agree(ada, ben);
  assert.ok((await ben.text()).includes('typed without room'));
  await ada.reload();
  await agree(ada, ben);
});
