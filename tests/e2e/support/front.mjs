/** The site with something else than the real relay behind it, at one address. */

import { createServer, request } from 'node:http';

import { answerFile, folder } from './files.mjs';

/** What the relay server sends with the site. */
export const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; " +
  "img-src 'self' data:; require-trusted-types-for 'script'";

/**
 * Serves the site that names its own address as relay, and has `mailboxes` answer what goes there.
 *
 * @param {(request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse) => void} mailboxes
 */
export async function startFront(mailboxes) {
  const find = folder(process.env.POSTIL_SERVE_SITE);
  const front = { mailboxes };
  const server = createServer((asked, response) => {
    if (asked.url.startsWith('/m/')) {
      front.mailboxes(asked, response);
    } else {
      answerFile(find, { 'content-security-policy': POLICY }, asked, response);
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  front.url = `http://127.0.0.1:${server.address().port}/`;
  /** Ends every connection, so that streams are asked for again. */
  front.hangUp = () => server.closeAllConnections();
  front.close = () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve)));
  return front;
}

/** Hands everything on to a relay, which may be gone: then the connection breaks. */
export function passTo(relay) {
  return (asked, response) => {
    const { method, headers } = asked;
    const passed = request(`${relay.url}${asked.url}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
      answer.on('error', () => response.destroy());
    });
    passed.on('error', () => response.destroy());
    response.on('close', () => passed.destroy());
    asked.pipe(passed);
  };
}
