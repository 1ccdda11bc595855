/** Real servers of other protocols, started for one test. */

import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { freePort, listens } from './ports.mjs';
import { until } from './until.mjs';

const FETCHED = join(dirname(fileURLToPath(import.meta.url)), '../../../target/servers');

/** A program of a package of Debian: on the path, or where `cargo xtask test` has put it. */
function program(name) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'];
  const installed = folders.map((it) => join(it, name)).find(existsSync);
  if (installed) return { path: installed, env: process.env };
  const root = join(FETCHED, name);
  const path = ['usr/sbin', 'usr/bin'].map((it) => join(root, it, name)).find(existsSync);
  if (!path) throw new Error(`${name} is missing: cargo run -p postil-testkit --example fetch_servers fetches it`);
  const libraries = join(root, 'usr/lib');
  const folder = existsSync(libraries) ? readdirSync(libraries).map((it) => join(libraries, it)) : [];
  return { path, env: { ...process.env, LD_LIBRARY_PATH: folder.join(delimiter) } };
}

/**
 * A server with a configuration file in a folder of its own, until the test ends.
 *
 * @param {import('./scenario.mjs').Stage} stage
 * @param {(folder: string) => string} configuration
 */
async function start(stage, name, flag, port, configuration) {
  const { path, env } = program(name);
  const folder = await mkdtemp(join(tmpdir(), 'postil-server-'));
  const file = join(folder, 'server.conf');
  await writeFile(file, configuration(folder));
  let running;
  const server = {
    async start() {
      running = spawn(path, [flag, file], { env, stdio: 'ignore' });
      await until(`${name} listens`, async () => {
        if (running.exitCode !== null) throw new Error(`${name} ended with ${running.exitCode}`);
        return listens(port);
      });
    },
    async stop() {
      if (running.exitCode !== null || running.signalCode !== null) return;
      const ended = new Promise((resolve) => running.once('exit', resolve));
      running.kill('SIGTERM');
      await ended;
    },
  };
  stage.defer(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });
  await server.start();
  return server;
}

/** NATS with JetStream. Its address as a relay is `relay`. */
export async function startNats(stage) {
  const port = await freePort();
  const server = await start(stage, 'nats-server', '--config', port, (folder) =>
    [
      'host: "127.0.0.1"',
      'port: -1',
      `websocket { host: "127.0.0.1", port: ${port}, no_tls: true }`,
      `jetstream { store_dir: "${folder}/streams" }`,
      'authorization { user: postil, password: "se:cret" }',
    ].join('\n'),
  );
  return { ...server, relay: `ws+nats://postil:se%3Acret@127.0.0.1:${port}` };
}

/** The broker mosquitto. Its address as a relay is `relay`. */
export async function startMosquitto(stage) {
  const port = await freePort();
  const other = await freePort();
  const server = await start(stage, 'mosquitto', '-c', port, (folder) =>
    [
      `listener ${other} 127.0.0.1`,
      `listener ${port} 127.0.0.1`,
      'protocol websockets',
      'allow_anonymous true',
      'persistence true',
      `persistence_location ${folder}/`,
      ...(process.getuid?.() === 0 ? ['user root'] : []),
    ].join('\n'),
  );
  return { ...server, relay: `ws+mqtt://127.0.0.1:${port}/mqtt` };
}
