/**
 * Servers for Yjs documents with stores that they do not bring themselves.
 *
 *     node --expose-gc servers.mjs y-websocket|hocuspocus PORT FOLDER [synced]
 *
 * Without `synced` Hocuspocus keeps its documents in files, one a document, written when it thinks it is time: its SQLite
 * extension needs a program that would have to be downloaded, and writes as much at the same moments.
 *
 * With `synced` every update is appended to one file, and nothing is sent to anybody before that file is synced: what
 * these servers acknowledge then means what it means at a Postil relay. Updates that come while a sync is on its way
 * share the next one. It is the least that such a server would have to do, so its measure is the best that could be.
 */

import { open, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';

import { Hocuspocus, Server } from '@hocuspocus/server';
import { setPersistence, setupWSConnection } from '@y/websocket-server/utils';
import WebSocket from 'ws';
import * as Y from 'yjs';
import './collect.mjs';

const [, , engine, port, folder, synced] = process.argv;

/** A file that is appended to and synced. */
class Log {
  #file;
  #unsynced = [];
  #waiting = [];
  #busy = false;

  constructor(file) {
    this.#file = file;
  }

  append(update) {
    this.#unsynced.push(update);
  }

  /** Does something once everything is on disk that has been appended until now; in order. */
  afterSync(work) {
    if (!this.#busy && this.#unsynced.length === 0) {
      work();
    } else {
      this.#waiting.push(work);
      void this.#sync();
    }
  }

  async #sync() {
    if (this.#busy) return;
    this.#busy = true;
    while (this.#waiting.length > 0) {
      const [updates, waiting] = [this.#unsynced, this.#waiting];
      [this.#unsynced, this.#waiting] = [[], []];
      if (updates.length > 0) {
        await this.#file.write(Buffer.concat(updates));
        await this.#file.datasync();
      }
      for (const work of waiting) work();
    }
    this.#busy = false;
  }
}

const openLog = async () => new Log(await open(join(folder, 'log'), 'a'));

const file = (name) => join(folder, encodeURIComponent(name));

/** Documents in files. */
const inFiles = {
  async onLoadDocument({ document, documentName }) {
    const state = await readFile(file(documentName)).catch(() => null);
    if (state) Y.applyUpdate(document, state);
  },
  async onStoreDocument({ document, documentName }) {
    await writeFile(file(documentName), Y.encodeStateAsUpdate(document));
  },
};

/** A server that hands its connections to an engine. */
const listen = (connected) => {
  const sockets = new WebSocket.Server({ noServer: true });
  const server = createServer();
  server.on('upgrade', (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (connection) => connected(connection, request));
  });
  server.listen(Number(port), '127.0.0.1');
};

/** Holds back what is sent over a connection until what it tells of is on disk. */
const held = (connection, log) => {
  const send = connection.send.bind(connection);
  // Later in the same turn: the servers send an update to everybody before they tell of it who would store it.
  connection.send = (...message) => queueMicrotask(() => log.afterSync(() => send(...message)));
  return connection;
};

if (!synced) {
  await new Server({ port: Number(port), address: '127.0.0.1', quiet: true, ...inFiles }).listen();
} else if (engine === 'y-websocket') {
  const log = await openLog();
  setPersistence({
    provider: log,
    bindState: (_name, document) => document.on('update', (update) => log.append(update)),
    writeState: async () => {},
  });
  listen((connection, request) => setupWSConnection(held(connection, log), request));
} else {
  const log = await openLog();
  const hocuspocus = new Hocuspocus({
    quiet: true,
    async afterLoadDocument({ document }) {
      document.on('update', (update) => log.append(update));
    },
  });
  listen((connection, request) => {
    const asked = new Request(new URL(request.url, 'http://127.0.0.1'), { headers: request.headers });
    const client = hocuspocus.handleConnection(held(connection, log), asked);
    connection.on('message', (message) => client.handleMessage(new Uint8Array(message)));
    connection.on('close', (code, reason) => client.handleClose({ code, reason: String(reason) }));
  });
}
