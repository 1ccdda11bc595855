/** What a person does and sees on the page, by the names that people and tools know things by. */

import { until } from './until.mjs';

export class Person {
  /**
   * @param {import('playwright-core').Page} page
   * @param {string} name what to enter when asked for it
   */
  constructor(page, name) {
    this.page = page;
    this.name = name;
    this.document = page.getByRole('textbox', { name: 'Shared document' });
    this.list = page.getByRole('list', { name: 'Threads' });
    this.sheet = page.getByRole('button', { name: /^Show threads/ });
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
      Promise.all([...document.querySelectorAll('postil-document, postil-comments')].map((it) => it.ready)),
    );
  }

  /** Waits until the browser has kept the site: the last file of it is asked for when all is shown. */
  siteKept() {
    return until('the site is kept', () =>
      this.page.evaluate(async () => (await (await caches.open('postil-site')).keys()).some(({ url }) => url.includes('/keep-'))),
    );
  }

  /** Takes the network away, once it is no longer needed for the site. */
  async goOffline() {
    await this.siteKept();
    await this.context.setOffline(true);
  }

  goOnline() {
    return this.context.setOffline(false);
  }

  button(name, within = this.page) {
    return within.getByRole('button', { name, exact: true });
  }

  box(name, within = this.page) {
    return within.getByRole('textbox', { name, exact: true });
  }

  /** The text of the document. */
  text() {
    return this.document.evaluate((it) => it.textContent);
  }

  /** The `threads` of the element. */
  threads() {
    return this.page.evaluate(() => document.querySelector('postil-comments').threads);
  }

  /** Everything that two people must come to agree on, as one string. */
  async view() {
    return JSON.stringify([await this.text(), await this.threads()]);
  }

  /** The words highlighted as those of threads: all, or those of one kind. */
  highlighted(kind = '') {
    return this.page.evaluate(
      (start) => [...CSS.highlights].flatMap(([name, it]) => (name.startsWith(start) ? [...it].map(String) : [])),
      `postil-${kind}`,
    );
  }

  /** The connection as the panel words it. */
  status(words) {
    return this.page.getByRole('status').filter({ hasText: words });
  }

  /** Waits until the relay has everything from here. */
  async delivered() {
    await this.status(/^\s*Up to date\s*$/).waitFor();
  }

  /** Asks to try again at once, unless the relay has come back by itself. */
  async retry() {
    await Promise.race([this.button('Retry now').click().catch(() => {}), this.status('Up to date').waitFor()]);
  }

  /** The card of the thread that holds these words. */
  thread(words) {
    return this.list.getByRole('article').filter({ hasText: words });
  }

  /** Selects the words in the document; with `length` 0 puts the caret in front of them. */
  async select(words, { length = words.length, from = 0 } = {}) {
    await until(`the text has "${words}"`, async () => (await this.text()).includes(words));
    await this.document.evaluate(
      (host, { words, from, length }) => {
        const start = host.textContent.indexOf(words) + from;
        const point = (offset) => {
          const walker = document.createTreeWalker(host, NodeFilter.SHOW_TEXT);
          let before = 0;
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            // Line feeds are not displayed; a place in one is no place for a caret.
            const isShown = node.parentNode !== host;
            if (isShown && offset <= before + node.length && offset >= before) return [node, offset - before];
            before += node.length;
          }
          throw new Error(`there is no place ${offset}`);
        };
        host.focus();
        getSelection().setBaseAndExtent(...point(start), ...point(start + length));
      },
      { words, from, length },
    );
  }

  /** Types right after the words. */
  async typeAfter(words, text) {
    await this.select(words, { from: words.length, length: 0 });
    await this.page.keyboard.type(text);
    await until(`"${text}" is in the text`, async () => (await this.text()).includes(text));
  }

  async typeBefore(words, text) {
    await this.select(words, { length: 0 });
    await this.page.keyboard.type(text);
  }

  /** Removes the words from the document. */
  async erase(words) {
    await this.select(words);
    await this.page.keyboard.press('Delete');
    await until(`"${words}" is gone`, async () => !(await this.text()).includes(words));
  }

  /** Opens the box for a new thread on these words. */
  async startComment(words) {
    await this.select(words);
    await this.button('Comment').click();
    const composer = this.page.getByRole('region', { name: 'Write a comment' }).filter({ hasText: words });
    await composer.waitFor();
    return composer;
  }

  /** Publishes what is in the box. */
  async publish(box, body, key = 'Control+Enter') {
    await box.fill(body);
    const name = this.box('Your name');
    if (await name.isVisible()) {
      // Another tab of the same person may tell the name first.
      await Promise.race([name.fill(this.name), name.waitFor({ state: 'hidden' })]);
      await box.focus();
    }
    await this.page.keyboard.press(key);
  }

  /** Comments on words of the document. */
  async comment(words, body) {
    await this.startComment(words);
    await this.publish(this.box('Write a comment'), body);
    return this.#published(this.thread(shown(body)));
  }

  /** Makes a thread the active one, also one whose card is far from what is on screen. */
  async open(words) {
    const thread = this.thread(words);
    await until(`the thread of "${words}" is active`, async () => {
      if (await thread.and(this.page.locator('[aria-current=true]')).count()) return true;
      if (await thread.count()) {
        // Not in the middle of the card, where a button may be. The card may go while the list moves.
        await thread.getByText(words).first().click({ timeout: 5000 }).catch(() => {});
      } else {
        await this.page.evaluate(revealThread, words);
      }
      return false;
    });
    return thread;
  }

  async reply(words, body) {
    const thread = await this.open(words);
    await this.publish(this.box('Write a reply', thread), body);
    await thread.getByText(shown(body), { exact: true }).waitFor();
    return this.#published(thread);
  }

  /**
   * Waits until the keyboard is in a card: a key that is pressed before goes nowhere. It may be in another one, if the
   * same person has published something in another tab at the same moment.
   */
  async #published(thread) {
    await this.list.getByRole('article').and(this.page.locator(':focus-within')).waitFor();
    return thread;
  }

  /** The comment with these words in the open thread, with its buttons shown. */
  async choose(thread, words) {
    const comment = thread.getByRole('listitem').filter({ hasText: words });
    const options = comment.getByRole('button', { name: /^Options for/ });
    if (await options.isVisible()) await options.click();
    return comment;
  }

  /** Closes the page; a new one can be opened in the same browser. */
  close() {
    return this.page.close();
  }
}

/** The first paragraph of a comment's markup as it is on screen. */
function shown(body) {
  return body.split('\n', 1)[0].replace(/[*`]/g, '');
}

/** Opens the thread that holds these words. Runs in the page. */
function revealThread(words) {
  const panel = document.querySelector('postil-comments');
  const holds = ({ quote, comments }) => quote.includes(words) || comments.some((it) => it.body.includes(words));
  const found = panel.threads.find(holds);
  return found && panel.reveal(found.id);
}

/** Waits until all of them see the same text and, byte for byte, the same threads. */
export async function agree(...people) {
  await until('everyone sees the same', async () => {
    const views = await Promise.all(people.map((person) => person.view()));
    return views.every((view) => view === views[0]);
  });
}
