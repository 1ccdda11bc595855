/** The plain site with relays named in it, under as strict a policy as names them. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { folder, serve } from './files.mjs';
import { POLICY } from './front.mjs';

/** What a browser says about a socket that does not open. */
export const NO_SOCKET = /^error: WebSocket connection to 'ws:\/\/127\.0\.0\.1:\d+\/\S*' failed/;

/** What the browser speaks to a relay, where its address does not begin with that. */
const TRANSPORT = { dav: 'http', s3: 'http' };

/** The origin that a page has to allow for a relay. */
function origin(relay) {
  const scheme = relay.split(/[+:]/, 1)[0];
  return `${TRANSPORT[scheme] ?? scheme}://${new URL(relay).host}`;
}

/**
 * Serves it until the test ends. Returns its address.
 *
 * @param {import('./scenario.mjs').Stage} stage
 * @param {string[]} relays
 * @param {(path: string, found: Promise<unknown>) => Promise<unknown>} [change] may answer a request otherwise
 */
export async function named(stage, relays, change = (_, found) => found) {
  const find = folder(process.env.POSTIL_SITE);
  const page = await readFile(join(process.env.POSTIL_SITE, 'index.html'), 'utf8');
  const sources = relays.map(origin).join(' ');
  const allow = (text) => text.replace("connect-src 'self'", `connect-src 'self' ${sources}`);
  const body = allow(page).replaceAll('room="guide"', `room="guide" relay="${relays.join(' ')}"`);
  const answer = (path) => (path === '/' ? Promise.resolve({ body, type: 'text/html' }) : find(path));
  const server = await serve((path) => change(path, answer(path)), { 'content-security-policy': allow(POLICY) });
  stage.defer(() => server.close());
  return `${server.url}/`;
}
