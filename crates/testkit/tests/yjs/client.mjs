/**
 * A client of Yjs at a server that also carries a room of Postil: it reads the room's document, spoils it a little, and works
 * on one of its own. Prints what it sees. `node client.mjs ws://… MAILBOX`
 */

import { WebsocketProvider } from 'y-websocket';
import WebSocket from 'ws';
import * as Y from 'yjs';

const [, , server, mailbox] = process.argv;

function connect(name) {
  const doc = new Y.Doc();
  const provider = new WebsocketProvider(server, name, doc, { WebSocketPolyfill: WebSocket, disableBc: true });
  return { doc, provider };
}

/** Waits until a document is as it should be. */
async function until(doc, is) {
  while (!is(doc)) await new Promise((resolve) => doc.once('update', resolve));
}

const own = connect('my-own-document');
own.doc.getText('text').insert(0, 'Untouched, typed by hand.');
const again = connect('my-own-document');
await until(again.doc, (doc) => doc.getText('text').length === 25);
process.stdout.write(`own document: ${again.doc.getText('text')}\n`);

const room = connect(`rooms/${mailbox}`);
const records = room.doc.getMap('postil');
await until(room.doc, () => records.size === 20);
for (const [name, bytes] of records) {
  if (!(bytes instanceof Uint8Array)) throw new Error(`${name} is no bytes`);
  process.stdout.write(`${name.split('.')[0]} ${bytes.length} ${bytes[0]}\n`);
}
const [spoiled] = [...records].find(([, bytes]) => bytes[0] === 1);
room.doc.getMap('postil').set('junk', { nested: [1, 2.5, null, 'text', { deep: true }] });
room.doc.getText('text').insert(0, 'something else 😀');
records.delete(spoiled);

// What was sent is at the server when another client has it.
const reader = connect(`rooms/${mailbox}`);
await until(reader.doc, () => !reader.doc.getMap('postil').has(spoiled) && reader.doc.getMap('postil').has('junk'));
process.exit(0);
