/** Headless Chromium, and pages that note everything they complain about. */

import { chromium } from 'playwright-core';

const FLAGS = [
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const OPTIONS = {
  executablePath: process.env.POSTIL_CHROMIUM ?? 'chromium',
  chromiumSandbox: false,
  args: FLAGS,
};

/** @returns {Promise<import('playwright-core').Browser>} */
export function launch() {
  return chromium.launch(OPTIONS);
}

/**
 * A browser of its own with what it has stored in `folder`, as a person has one.
 *
 * @param {string} folder
 * @param {import('playwright-core').BrowserContextOptions} [options]
 * @returns {Promise<import('playwright-core').BrowserContext>}
 */
export function launchProfile(folder, options = {}) {
  return chromium.launchPersistentContext(folder, { ...OPTIONS, ...options });
}

/**
 * Ends a browser as a power cut would: nothing of it can do anything any more.
 *
 * @param {import('playwright-core').BrowserContext} context
 */
export async function killBrowser(context) {
  const browser = context.browser();
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const gone = new Promise((resolve) => browser.once('disconnected', resolve));
  // The program first, then those that serve it.
  const isMain = ({ type }) => type === 'browser';
  for (const { id } of [...processInfo.filter(isMain), ...processInfo.filter((it) => !isMain(it))]) {
    try {
      process.kill(id, 'SIGKILL');
    } catch (error) {
      // Gone together with the program.
      if (error.code !== 'ESRCH') throw error;
    }
  }
  await gone;
}

/**
 * A page whose console messages and uncaught errors are in `page.complaints`.
 *
 * @param {import('playwright-core').BrowserContext | import('playwright-core').Browser} context
 */
export async function openPage(context) {
  const page = await context.newPage();
  page.complaints = [];
  page.on('console', (message) => {
    // What could not be loaded is only in the message's place.
    const what = message.text().startsWith('Failed to load') ? ` ${message.location().url}` : '';
    page.complaints.push(`${message.type()}: ${message.text()}${what}`);
  });
  page.on('pageerror', (error) => page.complaints.push(`uncaught: ${error.message}`));
  return page;
}
