/** The examples as a static host serves them: the package beside them, all under a base path. */

import { fileURLToPath } from 'node:url';

import { folder, serve } from './files.mjs';
import { POLICY } from './front.mjs';

const EXAMPLES = fileURLToPath(new URL('../../../examples/', import.meta.url));
const BASE = '/a/b/';

/**
 * Serves the examples and the package, and whatever else a test brings along.
 *
 * @param {import('./scenario.mjs').Stage} stage
 * @param {Record<string, string>} [own] files by their path under the base
 * @param {Record<string, string>} [headers]
 * @returns {Promise<string>} the address of the base
 */
export async function serveExamples(stage, own = {}, headers = { 'content-security-policy': POLICY }) {
  const postil = folder(process.env.POSTIL_PACKAGE, `${BASE}postil/`);
  const examples = folder(EXAMPLES, BASE);
  const server = await serve(async (path) => {
    const name = path.slice(BASE.length);
    if (Object.hasOwn(own, name)) return own[name];
    if (path.startsWith(`${BASE}postil/`)) return postil(path);
    return examples(path.endsWith('/') ? `${path}index.html` : path);
  }, headers);
  stage.defer(() => server.close());
  return `${server.url}${BASE}`;
}
