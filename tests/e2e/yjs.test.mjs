/** Two people over servers of the y-websocket family, which also serve others: no relay of Postil's own. */

import assert from 'node:assert/strict';
import { FIRST, SECOND, THIRD } from './support/guide.mjs';
import { NO_SOCKET, named } from './support/named.mjs';
import { agree } from './support/person.mjs';
import { scenario } from './support/scenario.mjs';
import { startHocuspocus, startYjs } from './support/yjs.mjs';

const SERVERS = [
  ['y-websocket', startYjs],
  ['Hocuspocus', startHocuspocus],
];

for (const [kind, start] of SERVERS) {
  scenario(`two people meet at a ${kind} server, with one of them away in between`, async (stage) => {
    const yjs = await start();
    stage.defer(() => yjs.remove());
    const url = await named(stage, [yjs.relay]);
    const ada = await stage.person('Ada', { url, profile: 'first' });
    const ben = await stage.person('Ben', { url });
    await ada.comment(FIRST, 'Over sockets.');
    await ben.thread('Over sockets.').waitFor();
    await ben.reply('Over sockets.', 'And back.');
    await Promise.all([ada.typeAfter(SECOND, ' (Ada)'), ben.typeAfter(SECOND, ' (Ben)')]);
    await agree(ada, ben);
    await ada.delivered();

    // Written without a network, and brought home later.
    ada.mayComplain.push(NO_SOCKET);
    await ada.goOffline();
    await ada.comment(THIRD, 'Written on a train.');
    await ben.typeAfter(THIRD, ' (meanwhile)');
    await ada.goOnline();
    await ben.thread('Written on a train.').waitFor();
    await agree(ada, ben);

    // Both leave; whoever comes later finds everything.
    await ada.delivered();
    await ben.delivered();
    await ada.close();
    await ben.close();
    const cem = await stage.person('Cem', { url });
    await cem.thread('Written on a train.').waitFor();
    assert.ok((await cem.text()).includes('(meanwhile)'));
  });

  scenario(`a ${kind} server that lost everything gets it back`, async (stage) => {
    const yjs = await start();
    stage.defer(() => yjs.remove());
    const url = await named(stage, [yjs.relay]);
    const ada = await stage.person('Ada', { url });
    ada.mayComplain.push(NO_SOCKET);
    await ada.comment(FIRST, 'Twice.');
    await ada.delivered();
    await yjs.stop();
    await ada.status('Offline').waitFor();
    await ada.comment(SECOND, 'Between.');
    await yjs.start();
    await ada.delivered();
    const ben = await stage.person('Ben', { url });
    await ben.thread('Twice.').waitFor();
    await ben.thread('Between.').waitFor();
    await agree(ada, ben);
  });
}

scenario('who may only read at a Hocuspocus server is told so, and keeps what they write', async (stage) => {
  const server = await startHocuspocus();
  stage.defer(() => server.remove());
  const ada = await stage.person('Ada', { url: await named(stage, [server.relay]) });
  await ada.comment(FIRST, 'To be read.');
  await ada.delivered();
  const read = server.relay.replace('may%20write', 'may%20read');
  const ben = await stage.person('Ben', { url: await named(stage, [read]), profile: 'first' });
  await ben.thread('To be read.').waitFor();
  await ben.comment(SECOND, 'Stays here.');
  await ben.page.getByText('The relay denies access').first().waitFor();
  await ben.reload();
  await ben.thread('Stays here.').waitFor();
  assert.equal(await ada.thread('Stays here.').count(), 0);

  const wrong = server.relay.replace('may%20write', 'nothing');
  const cem = await stage.person('Cem', { url: await named(stage, [wrong]) });
  await cem.page.getByText('The relay denies access').first().waitFor();
});
