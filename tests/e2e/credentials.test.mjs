/** What a relay's address says about who one is goes to that relay and nowhere else. */

import assert from 'node:assert/strict';
import { FIRST, SECOND } from './support/guide.mjs';
import { NO_SOCKET, named } from './support/named.mjs';
import { scenario } from './support/scenario.mjs';
import { startNats } from './support/servers.mjs';

/** The password of {@link startNats}, as it is and as it stands in an address. */
const SECRETS = ['se:cret', 'se%3Acret', 'sesame'];
const HEARD = ['postil-ready', 'postil-change', 'postil-sync', 'postil-error'];

/** Notes what the page is told. */
function listen(page) {
  return page.addInitScript((names) => {
    globalThis.heard = [];
    for (const name of names) addEventListener(name, (event) => heard.push(event.type, JSON.stringify(event.detail)), true);
  }, HEARD);
}

/** Everything that is shown, said, kept on the device or given away, but for the attribute of the page's own. */
function surfaces(page) {
  return page.evaluate(async () => {
    const found = [...heard];
    const put = (value) => {
      if (value instanceof ArrayBuffer) return put(new Uint8Array(value));
      if (ArrayBuffer.isView(value)) return found.push(new TextDecoder('latin1').decode(value));
      if (value && typeof value === 'object') return Object.entries(value).forEach((entry) => entry.forEach(put));
      return found.push(String(value));
    };
    const walk = (root) => {
      put(root.textContent);
      for (const element of root.querySelectorAll('*')) {
        for (const { name, value } of element.attributes) if (name !== 'relay') put(value);
        if ('value' in element) put(element.value);
        if (element.shadowRoot) walk(element.shadowRoot);
      }
    };
    walk(document.documentElement);
    const settled = (request) =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const kept = [];
    for (const { name } of await indexedDB.databases()) {
      const database = await settled(indexedDB.open(name));
      for (const table of database.objectStoreNames) {
        const store = database.transaction(table).objectStore(table);
        const [keys, values] = await Promise.all([settled(store.getAllKeys()), settled(store.getAll())]);
        kept.push(...keys.flat());
        put(keys);
        put(values);
      }
      database.close();
    }
    put({ ...localStorage });
    put({ ...sessionStorage });
    const comments = document.querySelector('postil-comments');
    put(comments.threads);
    for (const form of ['bundle', 'w3c', 'hypothesis']) put(await comments.export(form));
    return { text: found.join('\n'), kept: kept.map(String) };
  });
}

scenario('a password in an address is neither shown nor kept nor told', async (stage) => {
  const nats = await startNats(stage);
  const url = await named(stage, [nats.relay]);
  const ada = await stage.person('Ada', { url, profile: 'first', before: listen });
  ada.mayComplain.push(NO_SOCKET);
  await ada.page.evaluate(() => {
    document.querySelector('postil-document').relay += ' nothing://ada:sesame@relay.example/?token=sesame';
  });
  await ada.page.getByText('nothing://relay.example/').first().waitFor();
  await ada.comment(FIRST, 'With a password.');
  await ada.delivered();
  // What comes back gives a place to go on from, which is kept.
  const ben = await stage.person('Ben', { url });
  ben.mayComplain.push(NO_SOCKET);
  await ben.reply('With a password.', 'Me too.');
  await ada.thread('With a password.').getByText('Me too.').waitFor();
  await nats.stop();
  await ada.status('Offline').waitFor();
  await ada.comment(SECOND, 'While it is away.');
  await ada.button('More').click();
  await ada.button('Relays').click();
  await ada.page.getByRole('region', { name: 'Relays' }).getByText('Offline').waitFor();

  const { text, kept } = await surfaces(ada.page);
  const host = new URL(nats.relay.replace('ws+nats', 'http')).host;
  assert.ok(kept.some((key) => key.includes(`relay ws+nats://${host}`)), 'what was read is remembered');
  for (const part of ['While it is away.', host, 'postil-sync']) assert.ok(text.includes(part), `${part} is looked at`);
  for (const secret of SECRETS) {
    const at = text.indexOf(secret);
    assert.equal(at, -1, text.slice(Math.max(0, at - 80), at + 40));
  }
  const console = ada.page.complaints.join('\n');
  for (const secret of SECRETS) assert.ok(!console.includes(secret), console);

  await nats.start();
  await ada.button('Retry now').first().click();
  await ada.delivered();
});
