/** Servers of the y-websocket family that forget everything when they are stopped. */

import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { freePort, listens } from './ports.mjs';
import { until } from './until.mjs';

const WEBSOCKET = join(dirname(createRequire(import.meta.url).resolve('@y/websocket-server/package.json')), 'src/server.js');
const HOCUSPOCUS = fileURLToPath(new URL('../../../crates/testkit/tests/yjs/hocuspocus_server.mjs', import.meta.url));

/** Starts a program of Node, and keeps its address when it is started again. */
async function startServer(relay, program, describe) {
  const port = await freePort();
  let server;
  const running = {
    /** Its address as a relay. */
    relay: relay(port),
    async start() {
      const { words = [], env = {} } = await describe(port);
      server = spawn(process.execPath, [program, ...words], { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit'] });
      await until('the server listens', async () => {
        if (server.exitCode !== null) throw new Error(`${program} ended`);
        return listens(port);
      });
    },
    async stop() {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGKILL');
      await ended;
    },
    remove: async () => {
      if (server.exitCode === null && server.signalCode === null) await running.stop();
    },
  };
  await running.start();
  return running;
}

/** The server of `@y/websocket-server`, with its documents in memory. */
export function startYjs() {
  const describe = (port) => ({ env: { HOST: '127.0.0.1', PORT: String(port) } });
  return startServer((port) => `ws+yjs://127.0.0.1:${port}/`, WEBSOCKET, describe);
}

/** A Hocuspocus server that wants a token, with its documents in a folder that is new each time. */
export async function startHocuspocus() {
  const folders = [];
  const describe = async (port) => {
    folders.push(await mkdtemp(join(tmpdir(), 'postil-hocuspocus-')));
    return { words: [String(port), folders.at(-1)] };
  };
  const server = await startServer((port) => `ws+hocuspocus://127.0.0.1:${port}/?token=may%20write`, HOCUSPOCUS, describe);
  const { remove } = server;
  server.remove = async () => {
    await remove();
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
  };
  return server;
}
