/** What somebody does in whichever browser, by the names that people and tools know things by. */

import { selectWords } from './reader.mjs';
import { PATIENCE, until } from './until.mjs';

export class Visitor {
  /**
   * @param {import('puppeteer-core').Page} page
   * @param {string} name what to enter when asked for it
   * @param {string} [root] what is commented, as a CSS selector
   */
  constructor(page, name, root = '#article') {
    Object.assign(this, { page, name, root, complaints: [] });
    page.on('console', (message) => this.complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => this.complaints.push(`uncaught: ${error.message}`));
  }

  /** Opens an address and waits until what this device has is shown. */
  async go(url) {
    await this.page.goto(url);
    await this.ready();
  }

  async reload() {
    await this.page.reload();
    await this.ready();
  }

  ready() {
    return this.page.evaluate(() =>
      Promise.all([...document.querySelectorAll('postil-document, postil-comments')].map((it) => it.ready)).then(() => {}),
    );
  }

  /** What has this role and name, when it is on screen; also in shadow roots. */
  find(role, name) {
    const has = (what, value) => `[${what}=${JSON.stringify(value)}]`;
    const selector = `>>> ::-p-aria(${has('name', name)}${has('role', role)})`;
    return this.page.waitForSelector(selector, { visible: true, timeout: PATIENCE });
  }

  async click(role, name) {
    await (await this.find(role, name)).click();
  }

  /** Strikes a key while others are held. */
  async press(...keys) {
    const held = keys.slice(0, -1);
    for (const key of held) await this.page.keyboard.down(key);
    await this.page.keyboard.press(keys.at(-1));
    for (const key of held.reverse()) await this.page.keyboard.up(key);
  }

  /** Selects words of what is commented, or a part of them. */
  async select(words, { from = 0, length = words.length - from } = {}) {
    await until(`the page has "${words}"`, () => this.page.evaluate(selectWords, [this.root, words]));
    await this.page.evaluate(
      (root, from, length) => {
        const selection = getSelection();
        const { anchorNode: node, anchorOffset: at } = selection;
        document.querySelector(root).focus();
        if (from || !length) selection.setBaseAndExtent(node, at + from, node, at + from + length);
      },
      this.root,
      from,
      length,
    );
  }

  /** Puts the caret right after words of what is commented. */
  caretAfter(words) {
    return this.select(words, { from: words.length, length: 0 });
  }

  /** Where words of the page are in the window. */
  async boxOf(words) {
    await this.select(words);
    return this.page.evaluate(() => {
      const { x, y, width, height } = getSelection().getRangeAt(0).getBoundingClientRect();
      getSelection().removeAllRanges();
      return { x, y, width, height };
    });
  }

  /** Clicks on the middle of the first line of some words. */
  async clickOn(words) {
    const { x, y, width } = await this.boxOf(words);
    await this.page.mouse.click(x + width / 2, y + 8);
  }

  /** Writes in a box and publishes it, saying who one is when asked. */
  async publish(label, body) {
    const box = await this.find('textbox', label);
    await box.click();
    await this.page.keyboard.type(body);
    if (!(await this.isNamed())) {
      await this.click('textbox', 'Your name');
      await this.page.keyboard.type(this.name);
      await box.click();
    }
    await this.press('Control', 'Enter');
    await until(`"${body}" is there`, async () => JSON.stringify(await this.threads()).includes(JSON.stringify(body)));
  }

  /** Whether this person has said who they are. */
  async isNamed() {
    const field = await this.page.$('>>> ::-p-aria([name="Your name"][role="textbox"])');
    return field === null;
  }

  /** Comments on words of the page. */
  async comment(words, body) {
    await this.select(words);
    await this.press('Control', 'Alt', 'm');
    await this.publish('Write a comment', body);
  }

  /** Leaves the box one writes in, then the thread, also with the pointer: what is below it is emphasised. */
  async leave() {
    await this.page.mouse.move(0, 0);
    await until('no thread is open', async () => {
      if ((await this.current()) === '') return true;
      await this.page.keyboard.press('Escape');
      return false;
    });
  }

  /** The text of a shared document. */
  text() {
    return this.page.evaluate((root) => document.querySelector(root).textContent, this.root);
  }

  /** The `threads` of the element. */
  threads() {
    return this.page.evaluate(() => document.querySelector('postil-comments').threads);
  }

  /** The words of the thread that is open in the panel; none when no one is. */
  current() {
    return this.page.evaluate(
      () => document.querySelector('postil-comments').shadowRoot.querySelector('[aria-current=true]')?.textContent ?? '',
    );
  }

  /** The words highlighted as those of one kind of thread, with white space as it is displayed. */
  highlighted(kind) {
    return this.page.evaluate(
      (name) => [...(CSS.highlights.get(name) ?? [])].map((it) => String(it).replace(/\s+/g, ' ')),
      `postil-${kind}`,
    );
  }

  /** Where the threads are, by their quotes. */
  async placements() {
    return (await this.threads()).map(({ quote, placement }) => [quote, placement.state]);
  }
}
