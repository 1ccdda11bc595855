/** Somebody who reads an ordinary page with a discussion beside it. */

import { Person } from './person.mjs';
import { until } from './until.mjs';

export class Reader extends Person {
  /** @param {string} root what is commented, as a CSS selector */
  constructor(page, name, root = '#article') {
    super(page, name);
    this.root = root;
    this.document = page.locator(root);
  }

  /**
   * Selects words of the page, which may go through several elements: the `nth` time they are there, and with `until`
   * up to the end of these.
   */
  async select(words, { nth = 1, until: last } = {}) {
    await until(`the page has "${words}"`, () => this.page.evaluate(selectWords, [this.root, words, nth, last]));
  }

  /** What stands before what is highlighted as one kind. */
  before(kind) {
    return this.page.evaluate(
      ([name, selector]) => {
        const range = document.createRange();
        const [first] = CSS.highlights.get(name);
        range.setStart(document.querySelector(selector), 0);
        range.setEnd(first.startContainer, first.startOffset);
        return String(range);
      },
      [`postil-${kind}`, this.root],
    );
  }

  /** Where words of the page are in the window. */
  async boxOf(words) {
    await this.select(words);
    return this.page.evaluate(() => {
      const box = getSelection().getRangeAt(0).getBoundingClientRect();
      getSelection().removeAllRanges();
      return { x: box.x, y: box.y, width: box.width, height: box.height };
    });
  }

  /** Clicks on the middle of the first line of some words. */
  async clickOn(words) {
    const { x, y, width } = await this.boxOf(words);
    await this.page.mouse.click(x + width / 2, y + 6);
  }

  /** The quotes of the threads with how they stand, in the order of opening. */
  async placements() {
    const threads = await this.threads();
    return threads.map(({ quote, placement }) => [quote, placement.state]);
  }
}

/** Selects words. Runs in the page. White space is compared as it is displayed. */
export function selectWords([selector, words, nth = 1, last = words]) {
  const root = document.querySelector(selector);
  if (!root) return false;
  const places = [];
  let text = '';
  const children = (node) => node.assignedNodes?.({ flatten: true }) ?? (node.shadowRoot ?? node).childNodes;
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      [...node.data].reduce((at, letter) => {
        const space = /\s/.test(letter);
        if (!space || !/\s$/.test(text)) {
          text += space ? ' ' : letter;
          for (let i = 0; i < (space ? 1 : letter.length); i++) places.push([node, at + i]);
        }
        return at + letter.length;
      }, 0);
    } else if (!node.localName?.startsWith('postil-')) {
      children(node).forEach(walk);
    }
  };
  children(root).forEach(walk);
  let at = -1;
  for (let n = 0; n < nth; n++) at = text.indexOf(words, at + 1);
  const to = text.indexOf(last, at);
  if (at < 0 || to < 0) return false;
  const [start, end] = [places[at], places[to + last.length - 1]];
  getSelection().setBaseAndExtent(start[0], start[1], end[0], end[1] + 1);
  return true;
}

/**
 * Somebody at an ordinary page.
 *
 * @param {import('./scenario.mjs').Stage} stage
 * @param {string} name
 * @param {string} url
 * @param {object} [options] as of `stage.person`, and `root`
 */
export async function reader(stage, name, url, { root, ...options } = {}) {
  const make = (page) => new Reader(page, name, root);
  return stage.person(name, { url, make, ...options });
}
