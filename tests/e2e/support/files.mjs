/** A plain file server, as any static host has one. */

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

const TYPES = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

/**
 * Serves what `find` gives for a path; on a free port of this machine.
 *
 * @param {(path: string) => Promise<Buffer | string | { status?: number, type?: string, body: Buffer | string }>} find
 * @param {Record<string, string>} [headers] sent with every answer
 */
export async function serve(find, headers = {}) {
  const server = createServer((request, response) => answerFile(find, headers, request, response));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))),
  };
}

/** Answers one request with what `find` gives for its path. */
export async function answerFile(find, headers, request, response) {
  const path = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
  try {
    const found = await find(path);
    const answer = found.body === undefined ? { body: found } : found;
    const type = answer.type ?? TYPES[extname(path)] ?? TYPES['.html'];
    const general = { 'content-type': type, 'cache-control': 'no-store', ...headers };
    // Players go to a time by asking for the bytes from there.
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
    if (from === undefined) {
      response.writeHead(answer.status ?? 200, { 'accept-ranges': 'bytes', ...general });
      response.end(answer.body);
    } else {
      const all = Buffer.from(answer.body);
      const part = all.subarray(Number(from), to ? Number(to) + 1 : undefined);
      const range = `bytes ${from}-${Number(from) + part.length - 1}/${all.length}`;
      response.writeHead(206, { 'content-range': range, 'content-length': part.length, ...general });
      response.end(part);
    }
  } catch {
    response.writeHead(404, headers).end('There is no such file.');
  }
}

/** A folder under a base path, for `serve`. */
export function folder(root, base = '/') {
  return async (path) => {
    if (!path.startsWith(base)) throw new Error('outside');
    const rest = normalize(path.slice(base.length)) || 'index.html';
    if (rest.startsWith('..')) throw new Error('outside');
    return readFile(join(root, rest === '.' ? 'index.html' : rest));
  };
}
