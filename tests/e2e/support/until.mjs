/** Waiting for what a browser cannot wait for by itself. */

import { setTimeout as pause } from 'node:timers/promises';

/** Milliseconds after which nothing is waited for any more: machines that run the tests may stand still for a while. */
export const PATIENCE = 60_000;

/**
 * Asks until the answer is truthy, and gives it.
 *
 * @template T
 * @param {string} what is waited for, for the message
 * @param {() => Promise<T> | T} ask
 * @returns {Promise<T>}
 */
export async function until(what, ask, within = PATIENCE) {
  const end = performance.now() + within;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (performance.now() > end) throw new Error(`${what}: not within ${within / 1000} s`);
    await pause(20);
  }
}

/**
 * Asks until the answer is `expected`; the last answer is in the message.
 *
 * @template T
 * @param {string} what
 * @param {() => Promise<T> | T} ask
 * @param {T} expected compared as JSON
 */
export async function untilEqual(what, ask, expected, within = PATIENCE) {
  const wanted = JSON.stringify(expected);
  let last;
  await until(what, async () => (last = JSON.stringify(await ask())) === wanted, within).catch(() => {
    throw new Error(`${what}: still ${last}, not ${wanted}, after ${within / 1000} s`);
  });
}
