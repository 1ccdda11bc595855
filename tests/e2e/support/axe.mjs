/** Accessibility: what axe-core finds, and what does not fit on the screen. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const source = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Of everything found: which rule, where, and why. */
const RUN = `axe.run(document, { resultTypes: ['violations'], preload: false }).then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.map((it) => [id, it.target.join(' '), it.failureSummary].join(' · '))))`;

/**
 * Asserts that axe-core finds nothing in the page as it is.
 *
 * It runs in a world of its own: the page's policy would not let it in, and it leaves nothing behind.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} state of the page, for the message
 */
export async function assertAccessible(page, state) {
  await settled(page);
  const session = await page.context().newCDPSession(page);
  const { frameTree } = await session.send('Page.getFrameTree');
  const { executionContextId } = await session.send('Page.createIsolatedWorld', {
    frameId: frameTree.frame.id,
    worldName: 'axe',
  });
  const run = async (expression) => {
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
      expression,
      contextId: executionContextId,
      awaitPromise: true,
      returnByValue: true,
    });
    assert.equal(exceptionDetails, undefined, exceptionDetails?.exception?.description);
    return result.value;
  };
  await run(`${await source};0`);
  const found = await run(RUN);
  await session.detach();
  assert.deepEqual(found, [], `axe-core: ${state}`);
}

/**
 * The same in whichever browser, where it runs among the page's own scripts and is taken away again.
 *
 * @param {import('puppeteer-core').Page} page
 * @param {string} state of the page, for the message
 */
export async function assertAccessibleAnywhere(page, state) {
  await settled(page);
  await page.evaluate(`${await source};0`);
  const found = await page.evaluate(RUN);
  await page.evaluate(() => void delete globalThis.axe);
  assert.deepEqual(found, [], `axe-core: ${state}`);
}

/** Asserts that nothing reaches over the left or right edge of the window. */
export async function assertFits(page, state) {
  await settled(page);
  const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(content <= window, `${state}: ${content} px of content in a window of ${window} px`);
}

/** Colours in the middle of a transition are nobody's choice: waits for what is moving to arrive. */
export function settled(page) {
  return page.evaluate(() => {
    const roots = [document, ...[...document.querySelectorAll('*')].flatMap((it) => it.shadowRoot ?? [])];
    const ends = (it) => it.effect?.getComputedTiming().endTime !== Infinity;
    const moving = roots.flatMap((it) => it.getAnimations()).filter(ends);
    return Promise.all(moving.map((it) => it.finished.catch(() => {})));
  });
}
