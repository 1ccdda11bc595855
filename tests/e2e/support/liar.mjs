/** Relays that are broken or lie, each in its own way. */

import { createHash, randomBytes } from 'node:crypto';

import { number } from './records.mjs';

const EMPTY = Buffer.alloc(16);

function read(response, body) {
  response.writeHead(200, { 'content-type': 'application/octet-stream' });
  response.end(body);
}

/** Keeps every connection open without a word. */
function silence() {}

function refuseStream(response) {
  response.writeHead(503).end('No streams today.');
}

/** Splits what is asked into the three things a mailbox does. */
function mailbox({ get, post, wake = (_, response) => refuseStream(response) }) {
  return (asked, response) => {
    if (asked.url.endsWith('/wake')) return wake(asked, response);
    if (asked.method === 'POST') {
      asked.resume();
      return asked.on('end', () => post(asked, response));
    }
    return get(asked, response);
  };
}

export const LIARS = {
  'acknowledges everything and keeps nothing': mailbox({
    get: (_, response) => read(response, Buffer.concat([EMPTY, number(0)])),
    post: (_, response) => read(response, number(1)),
  }),
  'answers with noise': mailbox({
    get: (_, response) => read(response, randomBytes(4096)),
    post: (_, response) => read(response, randomBytes(64)),
    wake: (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`data: ${randomBytes(20).toString('hex')}\n\n`);
    },
  }),
  'gives a digest that fits nothing': mailbox({
    get: (asked, response) => {
      const after = Number(new URL(asked.url, 'http://localhost').searchParams.get('after'));
      const digest = createHash('sha256').update(String(Math.random())).digest().subarray(0, 16);
      read(response, Buffer.concat([digest, number(after + 5)]));
    },
    post: (_, response) => read(response, number(5)),
  }),
  'says it has more than there can be': mailbox({
    get: (_, response) => read(response, Buffer.concat([EMPTY, Buffer.alloc(9, 0xff), Buffer.from([1])])),
    post: (_, response) => read(response, Buffer.concat([Buffer.alloc(9, 0xff), Buffer.from([1])])),
  }),
  'never ends an answer': mailbox({
    get: (_, response) => {
      response.writeHead(200, { 'content-type': 'application/octet-stream' });
      const chunk = Buffer.alloc(65_536, 1);
      const go = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', go);
      go();
    },
    post: silence,
    wake: silence,
  }),
  'never answers': mailbox({ get: silence, post: silence, wake: silence }),
  'serves a page in place of a mailbox': mailbox({
    get: (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><p>Hello'),
    post: (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><p>Hello'),
  }),
};

/** A relay that answers everything with one status. */
export function refusing(status, words) {
  return (asked, response) => {
    asked.resume();
    asked.on('end', () => response.writeHead(status, { 'content-type': 'text/plain' }).end(words));
  };
}
