/** The relay server as a person starts it: its own process, its own data folder. */

import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/**
 * Starts a relay server that also serves the site.
 *
 * @param {{ port?: number, data?: string, flags?: string[] }} [options] the port and the data of an
 *   earlier one to start it again; `flags` as its `--help` lists them
 */
export async function startRelay({ port = 0, data, flags = [] } = {}) {
  const folder = data ?? (await mkdtemp(join(tmpdir(), 'postil-relay-')));
  const server = spawn(
    process.env.POSTIL_RELAY_SERVER,
    ['--listen', `127.0.0.1:${port}`, '--data', folder, '--site', process.env.POSTIL_SERVE_SITE, ...flags],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = new Promise((resolve) => server.once('exit', resolve));
  const url = await new Promise((resolve, reject) => {
    ended.then((code) => reject(new Error(`the relay server ended with ${code} before it listened`)));
    createInterface({ input: server.stdout }).on('line', (line) => {
      const found = /http:\/\/\S+/.exec(line);
      if (found) resolve(found[0].replace(/\/$/, ''));
    });
  });
  const end = async (signal) => {
    server.kill(signal);
    await ended;
  };
  const relay = {
    url,
    port: Number(new URL(url).port),
    data: folder,
    /** Ends it in order; the data stays. */
    stop: () => end('SIGTERM'),
    /** Ends it as a power cut would; the data stays. */
    kill: () => end('SIGKILL'),
    /** Ends it and removes its data. */
    remove: async () => {
      await end('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
    /** Starts it again where it was; gives the new one. */
    again: () => startRelay({ port: relay.port, data: folder, flags }),
  };
  return relay;
}
