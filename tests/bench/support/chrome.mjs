/** A Chromium that keeps what pages store on disk, as a person's does. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const PROBE = fileURLToPath(new URL('probe.js', import.meta.url));

export async function startChrome() {
  const folder = await mkdtemp(join(tmpdir(), 'postil-bench-'));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: process.env.POSTIL_CHROMIUM ?? 'chromium',
    chromiumSandbox: false,
    viewport: { width: 1280, height: 900 },
    args: ['--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  // A hundred thousand comments take minutes to come in, the first time.
  context.setDefaultTimeout(900_000);
  const session = await context.newCDPSession(context.pages()[0] ?? (await context.newPage()));
  const { product: version } = await session.send('Browser.getVersion');
  await context.addInitScript({ path: PROBE });
  return {
    context,
    version,
    /** Opens an address in a page of its own, hands it to `use`, and closes it. */
    async visit(url, use) {
      const page = await context.newPage();
      try {
        await page.goto(url, { waitUntil: 'commit' });
        return await use(page);
      } finally {
        await page.close();
      }
    },
    async close() {
      await context.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Waits until the page has painted what these marks stand for; gives all marks. */
export async function marks(page, ...names) {
  await page.waitForFunction(
    (wanted) => wanted.every((name) => globalThis.probe.marks[name] != null),
    names,
    { polling: 100 },
  );
  return page.evaluate(() => globalThis.probe.marks);
}

/** Waits until the page has had nothing long to do for half a second. */
export async function calm(page) {
  await page.evaluate(() => new Promise((resolve) => {
    let last = performance.now();
    let since = last;
    const step = () => {
      const now = performance.now();
      // A gap between two turns means that something ran in between.
      if (now - last > 40) since = now;
      last = now;
      if (now - since > 500) resolve();
      else setTimeout(step, 10);
    };
    step();
  }));
}

/** The tasks over 50 ms since the last call: how many, and the longest in milliseconds. */
export async function takeTasks(page) {
  const durations = await page.evaluate(() => globalThis.probe.tasks.splice(0).map((task) => task.duration));
  return { count: durations.length, longest: Math.max(0, ...durations) };
}

/** Megabytes in use after a garbage collection. */
export async function memory(page) {
  const session = await page.context().newCDPSession(page);
  for (let i = 0; i < 3; i += 1) await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  const wasm = await page.evaluate(() => globalThis.probe.wasmBytes());
  return { heap: usedSize / 1e6, wasm: wasm / 1e6 };
}
