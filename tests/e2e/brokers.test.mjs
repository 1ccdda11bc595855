/** Two people over servers that know nothing of Postil: brokers, a relay of Nostr, and a folder on a file server. */

import assert from 'node:assert/strict';
import { FIRST, SECOND, THIRD } from './support/guide.mjs';
import { NO_SOCKET, named } from './support/named.mjs';
import { agree } from './support/person.mjs';
import { scenario, STATUS } from './support/scenario.mjs';
import { startMosquitto, startNats, startNostr, startWebDav } from './support/servers.mjs';

/** What the browser says about a request that does not arrive. */
const NO_ANSWER = /^error: Failed to load resource: net::ERR_\S+ http:\/\/127\.0\.0\.1:\d+\//;

for (const [name, start] of [
  ['NATS', startNats],
  ['MQTT', startMosquitto],
  ['Nostr', startNostr],
  ['WebDAV', startWebDav],
]) {
  scenario(`two people meet over ${name}, with one of them, and then the server, away in between`, async (stage) => {
    const server = await start(stage);
    const url = await named(stage, [server.relay]);
    const ada = await stage.person('Ada', { url });
    const ben = await stage.person('Ben', { url });
    for (const person of [ada, ben]) person.mayComplain.push(NO_SOCKET, NO_ANSWER, STATUS);
    await ada.comment(FIRST, 'Over a broker.');
    await ben.thread('Over a broker.').waitFor();
    await ben.reply('Over a broker.', 'And back.');
    await Promise.all([ada.typeAfter(SECOND, ' (Ada)'), ben.typeAfter(SECOND, ' (Ben)')]);
    await agree(ada, ben);

    // Written without a network, and brought home later.
    await ada.delivered();
    await ada.goOffline();
    await ada.comment(THIRD, 'Written on a train.');
    await ben.typeAfter(THIRD, ' (meanwhile)');
    await ada.goOnline();
    await ben.thread('Written on a train.').waitFor();
    await agree(ada, ben);

    // The server ends and comes back.
    await ben.delivered();
    await server.stop();
    await ben.comment(SECOND, 'Nobody listens.');
    await ben.status('Offline').waitFor();
    await server.start();
    await ben.delivered();

    // Both leave; whoever comes later finds everything.
    await ada.close();
    await ben.close();
    const cem = await stage.person('Cem', { url });
    await cem.thread('Written on a train.').waitFor();
    await cem.thread('Nobody listens.').waitFor();
    assert.ok((await cem.text()).includes('(meanwhile)'));
  });
}
