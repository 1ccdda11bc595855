/** A Hocuspocus server that keeps its documents in a folder. `node hocuspocus_server.mjs PORT FOLDER [deny]` */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { Server } from '@hocuspocus/server';
import * as Y from 'yjs';

const [, , port, folder, denies] = process.argv;
const file = (name) => join(folder, encodeURIComponent(name));

const server = new Server({
  port: Number(port),
  address: '127.0.0.1',
  quiet: true,
  debounce: 100,
  async onAuthenticate({ token, connectionConfig }) {
    if (denies || !['may write', 'may read'].includes(token)) throw new Error('nobody');
    connectionConfig.readOnly = token === 'may read';
  },
  async onLoadDocument({ document, documentName }) {
    if (existsSync(file(documentName))) Y.applyUpdate(document, readFileSync(file(documentName)));
  },
  async onStoreDocument({ document, documentName }) {
    writeFileSync(file(documentName), Y.encodeStateAsUpdate(document));
  },
});
await server.listen();
