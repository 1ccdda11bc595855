/**
 * The server in front of every page that is measured: the same for Postil and
 * its peers, so that none gains by its server. Files come compressed by brotli;
 * browsers keep none of them, or all but the page, which they ask about. `/m/` is
 * passed on to a relay and counted.
 */

import { readFileSync, readdirSync } from 'node:fs';
import { createServer, request as send } from 'node:http';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

const TYPES = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
};

/** Brotli, at its highest quality if nothing else is said. */
export const brotli = (bytes, quality = 11) => brotliCompressSync(bytes, {
  params: { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
});

/** The files of a folder by their path, compressed. */
export function filesOf(folder) {
  const files = new Map();
  for (const name of readdirSync(folder)) {
    const type = TYPES[extname(name)];
    if (!type) continue;
    const raw = readFileSync(join(folder, name));
    let small;
    try {
      small = readFileSync(join(folder, `${name}.br`));
    } catch {
      small = brotli(raw);
    }
    files.set(`/${name}`, { type, raw, small });
  }
  if (files.has('/index.html')) files.set('/', files.get('/index.html'));
  return files;
}

/**
 * Serves files, and a relay under `/m/` if there is one.
 *
 * @param {Map<string, { type: string, raw: Buffer, small: Buffer }>} files
 * @param {string} [relay] its address
 * @param {(path: string) => { type: string, body: string }} [answer] what a server answers to everything else
 * @param {boolean} [keeps] whether browsers may keep the files
 */
export async function startFront(files, relay, answer, keeps = false) {
  const traffic = { requests: 0, body: 0, head: 0 };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    if (relay && pathname.startsWith('/m/')) {
      pass(request, response, relay, traffic);
      return;
    }
    const file = files.get(pathname);
    if (!file && answer) {
      const { type, body } = answer(pathname);
      response.writeHead(200, { 'content-type': type, 'content-encoding': 'br', 'cache-control': 'no-store' }).end(brotli(Buffer.from(body), 5));
      return;
    }
    if (!file) {
      response.writeHead(404).end();
      return;
    }
    const isPage = file.type.startsWith('text/html');
    const control = isPage ? 'no-cache' : 'public, max-age=31536000, immutable';
    const tag = `"${file.small.length.toString(36)}-${file.raw.length.toString(36)}"`;
    const kept = { 'cache-control': keeps ? control : 'no-store', ...(keeps && { etag: tag }) };
    if (keeps && request.headers['if-none-match'] === tag) {
      response.writeHead(304, kept).end();
      return;
    }
    response.writeHead(200, {
      'content-type': file.type,
      'content-encoding': 'br',
      'content-length': file.small.length,
      ...kept,
    });
    response.end(file.small);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    /** What went between the page and the relay since the last call, in bytes. */
    takeTraffic() {
      const taken = { ...traffic };
      Object.assign(traffic, { requests: 0, body: 0, head: 0 });
      return taken;
    },
    close: () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))),
  };
}

/** The bytes of a start line and headers as HTTP/1.1 sends them. */
const headBytes = (start, rawHeaders) => {
  let bytes = start.length + 4;
  for (let i = 0; i < rawHeaders.length; i += 2) bytes += rawHeaders[i].length + rawHeaders[i + 1].length + 4;
  return bytes;
};

function pass(request, response, relay, traffic) {
  traffic.requests += 1;
  traffic.head += headBytes(`${request.method} ${request.url} HTTP/1.1`, request.rawHeaders);
  request.on('data', (chunk) => (traffic.body += chunk.length));
  const onward = send(new URL(request.url, relay), { method: request.method, headers: request.headers }, (answer) => {
    traffic.head += headBytes(`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}`, answer.rawHeaders);
    answer.on('data', (chunk) => (traffic.body += chunk.length));
    response.writeHead(answer.statusCode, answer.rawHeaders);
    answer.pipe(response);
    answer.on('error', () => response.destroy());
  });
  onward.on('error', () => response.destroy());
  response.on('close', () => onward.destroy());
  request.pipe(onward);
}
