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
function program(name, root = join(FETCHED, name)) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'];
  const installed = folders.map((it) => join(it, name)).find(existsSync);
  if (installed) return { path: installed, env: process.env };
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
 * @param {number} port where it listens
 * @param {{ path: string, env: object }} program
 * @param {(file: string, folder: string) => string[]} words what it is started with
 * @param {(folder: string) => string} configuration
 */
async function start(stage, port, { path, env }, words, configuration) {
  const folder = await mkdtemp(join(tmpdir(), 'postil-server-'));
  const file = join(folder, 'server.conf');
  await writeFile(file, configuration(folder));
  let running;
  const server = {
    async start() {
      running = spawn(path, words(file, folder), { env, cwd: folder, stdio: 'ignore' });
      await until(`${path} listens`, async () => {
        if (running.exitCode !== null) throw new Error(`${path} ended with ${running.exitCode}`);
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
  const words = (file) => ['--config', file];
  const server = await start(stage, port, program('nats-server'), words, (folder) =>
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
  const server = await start(stage, port, program('mosquitto'), (file) => ['-c', file], (folder) =>
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

/** The Nostr relay `nostr-relay`. Its address as a relay is `relay`. */
export async function startNostr(stage) {
  const port = await freePort();
  const path = join(FETCHED, 'nostr-relay/bin/nostr-relay');
  const words = (file) => ['-c', file, 'serve'];
  const server = await start(stage, port, { path, env: process.env }, words, (folder) =>
    [
      'storage:',
      `  sqlalchemy.url: sqlite+aiosqlite:///${folder}/events.db`,
      '  validators: [nostr_relay.validators.is_not_too_large, nostr_relay.validators.is_signed]',
      `purple: { host: 127.0.0.1, port: ${port}, workers: 1, disable_compression: true }`,
      `gunicorn: { bind: "127.0.0.1:${port}", workers: 1 }`,
    ].join('\n'),
  );
  return { ...server, relay: `ws+nostr://127.0.0.1:${port}` };
}

/** What a browser asks before a page may use WebDAV of another origin, and what has to be answered. */
const CORS = [
  'add_header Access-Control-Allow-Origin * always;',
  'add_header Access-Control-Allow-Methods "GET, PUT, PROPFIND, MKCOL" always;',
  'add_header Access-Control-Allow-Headers "authorization, content-type, depth" always;',
  'if ($request_method = OPTIONS) { return 204; }',
];

/** WebDAV by nginx. Its address as a relay is `relay`. */
export async function startWebDav(stage) {
  const port = await freePort();
  const root = join(FETCHED, 'libnginx-mod-http-dav-ext');
  const words = (file, folder) => ['-p', folder, '-c', file];
  const server = await start(stage, port, program('nginx', root), words, (folder) =>
    [
      `load_module ${root}/usr/lib/nginx/modules/ngx_http_dav_ext_module.so;`,
      'daemon off; master_process off; error_log stderr; events {}',
      `pid ${folder}/pid;`,
      'http {',
      '  access_log off;',
      ...['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((it) => `  ${it}_temp_path ${folder}/${it};`),
      '  server {',
      `    listen 127.0.0.1:${port};`,
      `    root ${folder};`,
      '    client_max_body_size 1m;',
      '    location / {',
      '      dav_methods PUT MKCOL;',
      '      dav_ext_methods PROPFIND;',
      ...CORS.map((it) => `      ${it}`),
      '    }',
      '  }',
      '}',
    ].join('\n'),
  );
  return { ...server, relay: `dav://127.0.0.1:${port}/` };
}
