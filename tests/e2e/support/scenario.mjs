/** Tests with people: each has its own relay, everyone a browser of their own, and none may complain. */

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { killBrowser, launch, launchProfile, openPage } from './browser.mjs';
import { Person } from './person.mjs';
import { startRelay } from './relay.mjs';
import { PATIENCE } from './until.mjs';

/** Where pictures of failed tests go. */
export const PICTURES = fileURLToPath(new URL('../../../target/e2e/', import.meta.url));
const VIEWPORT = { width: 1280, height: 900 };

/** One browser for people without a profile: each gets a private window in it. */
let shared;
/** @type {Map<string, Profile>} */
const profiles = new Map();

after(async () => {
  await shared?.then((browser) => browser.close());
  await Promise.all([...profiles.values()].map((profile) => profile.remove()));
});

/** A browser with a folder of its own, which outlives it. */
class Profile {
  async context() {
    this.folder ??= await mkdtemp(join(tmpdir(), 'postil-profile-'));
    this.opened ??= await launchProfile(this.folder, { viewport: VIEWPORT });
    return this.opened;
  }

  async kill() {
    await killBrowser(this.opened);
    this.opened = undefined;
  }

  async remove() {
    await this.opened?.close();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** What a test works with. */
export class Stage {
  #people = [];
  #closing = [];

  /** The relay server of this test; started when it is first asked for. */
  relay(options) {
    this.started ??= startRelay(options);
    return this.started;
  }

  /** Takes the relay's place after it was stopped. */
  async restart(relay) {
    this.started = relay.again();
    return this.started;
  }

  /** Something to end when the test has ended. */
  defer(close) {
    this.#closing.unshift(close);
  }

  /**
   * Somebody at the page.
   *
   * @param {string} name
   * @param {{
   *   profile?: string,
   *   url?: string,
   *   before?: (page: import('playwright-core').Page) => Promise<void>,
   *   make?: (page: import('playwright-core').Page) => Person,
   * } & import('playwright-core').BrowserContextOptions} [options] `profile` names a browser with a folder of its own;
   *   without it a private window is opened. `before` is called before the page is,
   *   `make` with it.
   */
  async person(name, { profile, url, before, make = (page) => new Person(page, name), ...options } = {}) {
    const context = await this.#context(profile, options);
    const page = await openPage(context);
    page.setDefaultTimeout(PATIENCE);
    const person = Object.assign(make(page), { context, profile, mayComplain: [] });
    this.#people.push(person);
    await before?.(page);
    await person.go(url ?? `${(await this.relay()).url}/`);
    return person;
  }

  async #context(profile, options) {
    if (!profile) {
      shared ??= launch();
      const context = await (await shared).newContext({ viewport: VIEWPORT, ...options });
      this.defer(() => context.close());
      return context;
    }
    if (!profiles.has(profile)) profiles.set(profile, new Profile());
    return profiles.get(profile).context();
  }

  /** Ends somebody's browser as a power cut would. */
  async kill(person) {
    await profiles.get(person.profile).kill();
  }

  /** Asserts that no page has written to its console, but for what was expected of it. */
  assertQuiet() {
    for (const { name, page, mayComplain } of this.#people) {
      const told = page.complaints.filter((it) => !mayComplain.some((expected) => expected.test(it)));
      assert.deepEqual(told, [], `the console of ${name}`);
    }
  }

  async picture(title) {
    await mkdir(PICTURES, { recursive: true });
    const file = title.replaceAll(/\W+/g, '-').slice(0, 60);
    for (const { name, page } of this.#people.filter((it) => !it.page.isClosed())) {
      await page.screenshot({ path: join(PICTURES, `${file}-${name}.png`) }).catch(() => {});
    }
  }

  async end() {
    for (const { page, context, profile } of this.#people) {
      if (!profile || page.isClosed()) continue;
      await context.setOffline(false);
      await context.unrouteAll();
      await page.close();
    }
    for (const close of this.#closing) await close();
    await (await this.started)?.remove();
  }
}

/**
 * A test with people.
 *
 * @param {string} name
 * @param {(stage: Stage, t: import('node:test').TestContext) => Promise<void>} body
 */
export function scenario(name, body) {
  test(name, async (t) => {
    const stage = new Stage();
    try {
      await body(stage, t);
      stage.assertQuiet();
    } catch (error) {
      await stage.picture(name);
      throw error;
    } finally {
      await stage.end();
    }
  });
}

/** What a browser itself says about requests to a relay that cannot be reached. */
export const UNREACHABLE = /^error: Failed to load resource: net::ERR_\S+ http:\/\/[^/]+\/m\//;

/** What a browser says about an answer that is an error. */
export const STATUS = /^error: Failed to load resource: the server responded with a status of \d+/;
/** What a browser says about a stream that is none. */
export const NO_STREAM = /^error: EventSource's response has/;
