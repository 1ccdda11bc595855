/** Two people over a server of the y-websocket family, which also serves others: no relay of Postil's own. */

import assert from 'node:assert/strict';
import { FIRST, SECOND, THIRD } from './support/guide.mjs';
import { NO_SOCKET, named } from './support/named.mjs';
import { agree } from './support/person.mjs';
import { scenario } from './support/scenario.mjs';
import { startYjs } from './support/yjs.mjs';

scenario('two people meet at a y-websocket server, with one of them away in between', async (stage) => {
  const yjs = await startYjs();
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

scenario('a y-websocket server that lost everything gets it back', async (stage) => {
  const yjs = await startYjs();
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
  await ada.button('Retry now').click();
  await ada.delivered();
  const ben = await stage.person('Ben', { url });
  await ben.thread('Twice.').waitFor();
  await ben.thread('Between.').waitFor();
  await agree(ada, ben);
});
