/** The server of `@y/websocket-server`, with its documents in memory. */

import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

const PROGRAM = join(dirname(createRequire(import.meta.url).resolve('@y/websocket-server/package.json')), 'src/server.js');

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts one; it forgets everything when it is stopped. */
export async function startYjs() {
  const port = await freePort();
  let server;
  const yjs = {
    /** Its address as a relay. */
    relay: `ws+yjs://127.0.0.1:${port}/`,
    async start() {
      server = spawn(process.execPath, [PROGRAM], {
        env: { ...process.env, HOST: '127.0.0.1', PORT: String(port) },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const ended = new Promise((_, reject) => server.once('exit', () => reject(new Error('the server of Yjs ended'))));
      const listens = new Promise((resolve) => createInterface({ input: server.stdout }).once('line', resolve));
      await Promise.race([listens, ended]);
      ended.catch(() => {});
    },
    async stop() {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGKILL');
      await ended;
    },
    remove: async () => {
      if (server.exitCode === null && server.signalCode === null) await yjs.stop();
    },
  };
  await yjs.start();
  return yjs;
}
