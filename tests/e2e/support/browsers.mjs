/** Every browser that Postil is made for, driven in the same way: over WebDriver BiDi where Chromium's protocol is not spoken. */

import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';

import puppeteer from 'puppeteer-core';

import { PICTURES, Stage } from './scenario.mjs';
import { Visitor } from './visitor.mjs';

const VIEWPORT = { width: 1280, height: 900 };

/** @type {Record<string, import('puppeteer-core').LaunchOptions>} */
const BROWSERS = {
  Chromium: {
    browser: 'chrome',
    executablePath: process.env.POSTIL_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  },
  Firefox: {
    browser: 'firefox',
    executablePath: process.env.POSTIL_FIREFOX ?? '/usr/bin/firefox-esr',
  },
};

/** The names of the browsers. */
export const NAMES = Object.keys(BROWSERS);

/** @type {Map<string, Promise<import('puppeteer-core').Browser>>} */
const running = new Map();

after(async () => {
  for (const browser of running.values()) await (await browser).close();
});

function launched(name) {
  if (!running.has(name)) running.set(name, puppeteer.launch(BROWSERS[name]));
  return running.get(name);
}

/** A stage for visitors, each in one of the browsers. */
class Tour extends Stage {
  /** @type {Visitor[]} */
  visitors = [];

  /**
   * Somebody who opens an address in a private window of a browser.
   *
   * @param {string} name
   * @param {string} browser one of `NAMES`
   * @param {string} url
   * @param {{ root?: string, downloads?: string, before?: (page: import('puppeteer-core').Page) => Promise<void> }} [options]
   *   `root` as of `Visitor`; `downloads` is the folder for what is saved; `before` is called before the page is opened
   */
  async visit(name, browser, url, { root, downloads, before } = {}) {
    const context = await (await launched(browser)).createBrowserContext({
      downloadBehavior: downloads ? { policy: 'allow', downloadPath: downloads } : { policy: 'default' },
    });
    this.defer(() => context.close());
    const page = await context.newPage();
    await page.setViewport(VIEWPORT);
    await before?.(page);
    const visitor = new Visitor(page, name, root);
    this.visitors.push(visitor);
    await visitor.go(url);
    return visitor;
  }

  async picture(title) {
    await mkdir(PICTURES, { recursive: true });
    const file = title.replaceAll(/\W+/g, '-').slice(0, 60);
    for (const { name, page } of this.visitors) {
      await page.screenshot({ path: join(PICTURES, `${file}-${name}.png`) }).catch(() => {});
    }
  }
}

/**
 * A test that no page may write to its console in.
 *
 * @param {string} name
 * @param {(tour: Tour) => Promise<void>} body
 */
export function tour(name, body) {
  test(name, async () => {
    const stage = new Tour();
    try {
      await body(stage);
      for (const { name, complaints } of stage.visitors) assert.deepEqual(complaints, [], `the console of ${name}`);
    } catch (error) {
      await stage.picture(name);
      throw error;
    } finally {
      await stage.end();
    }
  });
}

/**
 * The same test in every browser.
 *
 * @param {string} name
 * @param {(tour: Tour, browser: string) => Promise<void>} body
 */
export function everywhere(name, body) {
  for (const browser of NAMES) tour(`${name}: ${browser}`, (stage) => body(stage, browser));
}
