/** Below a page one can write before the WebAssembly half is there, and nothing of it is lost or moves. */

import assert from 'node:assert/strict';

import { assertAccessible, assertFits } from './support/axe.mjs';
import { serveExamples } from './support/examples.mjs';
import { Reader } from './support/reader.mjs';
import { scenario } from './support/scenario.mjs';
import { until, untilEqual } from './support/until.mjs';

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

const page = (attributes = '', { lang = 'en', dir = 'ltr', inside = '' } = {}) => `<!doctype html>
<html lang="${lang}" dir="${dir}">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>A post</title>
  <link rel="icon" href="data:,">
  <link rel="stylesheet" href="blog/page.css">
  <link rel="stylesheet" href="post.css">
  <script type="module" src="postil/define.js"></script>
</head>
<body><main>
  <article><h1>A post</h1><p>Its words.</p></article>
  <postil-comments room="composer" ${attributes}>${inside}</postil-comments>
  <p id="after">What is below.</p>
</main></body>
</html>`;

/** Does not wait for the module, which is held back. */
class Early extends Reader {
  async go(url) {
    await this.page.goto(url);
    await this.page.waitForFunction(() => customElements.get('postil-comments'));
  }

  /** The box to write in, the early or the panel's. */
  get field() {
    return this.box('Write a comment');
  }

  /** How it stands with the box: what it says, whether it has the focus, and where the caret is. */
  caret() {
    return this.page.evaluate(() => {
      const root = document.querySelector('postil-comments').shadowRoot;
      const field = root.querySelector('.standing textarea');
      const { value, selectionStart, selectionEnd, scrollTop } = field;
      return { value, selectionStart, selectionEnd, scrollTop, focused: root.activeElement === field };
    });
  }

  /** Whether the panel's own box is the one on the page. */
  isTakenOver() {
    return this.page.evaluate(() => {
      const root = document.querySelector('postil-comments').shadowRoot;
      return Boolean(root.querySelector('#composer')) && root.querySelectorAll('.standing').length === 1;
    });
  }

  /** Where things are in the window, by what is told of them. */
  places() {
    return this.page.evaluate(() => {
      const root = document.querySelector('postil-comments').shadowRoot;
      const shown = [...root.querySelectorAll('.standing :is(textarea, input, label, button, .hint), article')];
      return shown.map((it) => {
        const { x, y, width, height } = it.getBoundingClientRect();
        const name = it.localName === 'article' ? it.querySelector('.body').textContent : it.localName;
        return [name, ...[x, y, width, height].map(Math.round)];
      });
    });
  }
}

/** Somebody at a page with a discussion below it. The module comes when `release` is called, if it is held. */
async function open(stage, { html = page(), hold = true, ...options } = {}) {
  const base = await serveExamples(stage, { 'post.html': html, 'post.css': 'body { background: Canvas; color: CanvasText }' });
  let release = () => {};
  const ada = await stage.person('Ada', {
    url: `${base}post.html`,
    make: (tab) => new Early(tab, 'Ada'),
    before: async (tab) => hold && (release = await holdModule(tab)),
    ...options,
  });
  return { ada, page: ada.page, release, base };
}

async function holdModule(tab) {
  let release;
  const released = new Promise((resolve) => (release = resolve));
  await tab.route('**/*.wasm', async (route) => {
    await released;
    await route.continue();
  });
  return release;
}

scenario('what is typed before the module is there goes on where it is', async (stage) => {
  const { ada, page: tab, release } = await open(stage);
  await ada.field.waitFor();
  await assertAccessible(tab, 'a box before the module');
  await tab.keyboard.press('Tab');
  await tab.keyboard.type('Written erly');
  for (let i = 0; i < 3; i += 1) await tab.keyboard.press('ArrowLeft');
  await tab.keyboard.press('Shift+ArrowRight');
  await assertAccessible(tab, 'an open box before the module');
  const [before, places] = [await ada.caret(), await ada.places()];
  assert.deepEqual(before, { value: 'Written erly', selectionStart: 9, selectionEnd: 10, scrollTop: 0, focused: true });
  release();
  await ada.ready();
  await until('the panel has taken over', () => ada.isTakenOver());
  assert.deepEqual(await ada.caret(), before);
  assert.deepEqual(await ada.places(), places, 'nothing has moved');
  await tab.keyboard.press('ArrowLeft');
  await tab.keyboard.type('a');
  assert.equal((await ada.caret()).value, 'Written early');
  await ada.publish(ada.field, 'Written early');
  await ada.thread('Written early').waitFor();
  await untilEqual('the box is empty again', async () => (await ada.caret()).value, '');
  await ada.reload();
  assert.equal((await ada.caret()).value, '');
});

scenario('keys that are pressed while the panel takes over arrive', async (stage) => {
  const { ada, page: tab, release } = await open(stage);
  await ada.field.click();
  const words = 'All of these words are typed while the module arrives and starts, without a pause. '.repeat(3);
  const typing = (async () => {
    for (const key of words) {
      await tab.keyboard.type(key);
      if (!(await ada.isTakenOver())) release();
    }
  })();
  await typing;
  await ada.ready();
  assert.deepEqual(await ada.caret(), { value: words, selectionStart: words.length, selectionEnd: words.length, scrollTop: 0, focused: true });
});

scenario('what is published in two boxes at once is published, and forgotten, in both', async (stage) => {
  const { ada, page: tab } = await open(stage, { hold: false });
  await ada.ready();
  await ada.publish(ada.field, 'First.');
  const thread = ada.thread('First.');
  await thread.waitFor();
  await untilEqual('the box is empty again', async () => (await ada.caret()).value, '');
  const reply = ada.box('Write a reply', await ada.open('First.'));
  await reply.fill('An answer.');
  await ada.field.fill('Second.');
  await tab.evaluate(() => {
    const root = document.querySelector('postil-comments').shadowRoot;
    const options = { key: 'Enter', ctrlKey: true, bubbles: true, composed: true, cancelable: true };
    for (const field of root.querySelectorAll('.standing textarea, article textarea')) {
      field.dispatchEvent(new KeyboardEvent('keydown', options));
    }
  });
  await ada.thread('Second.').waitFor();
  const written = () => {
    const fields = document.querySelector('postil-comments').shadowRoot.querySelectorAll('textarea');
    return [...fields].map((it) => it.value).join('');
  };
  await thread.getByText(/^An answer\.$|1 reply/).first().waitFor();
  await untilEqual('both boxes are empty', () => tab.evaluate(written), '');
  // A box that is made anew shows what is kept as a draft.
  await ada.open('Second.');
  await ada.open('First.');
  await thread.getByText('An answer.').waitFor();
  assert.equal(await reply.inputValue(), '');
  await ada.reload();
  assert.equal((await ada.caret()).value, '');
});

scenario('a word that an input method is writing is finished first', async (stage) => {
  const { ada, page: tab, release } = await open(stage);
  await ada.field.click();
  await tab.keyboard.type('a ');
  await tab.evaluate(() => addEventListener('postil-ready', () => (globalThis.isReady = true)));
  const session = await tab.context().newCDPSession(tab);
  await session.send('Input.imeSetComposition', { text: 'かな', selectionStart: 2, selectionEnd: 2 });
  release();
  await tab.waitForFunction(() => globalThis.isReady);
  assert.equal(await ada.isTakenOver(), false);
  await session.send('Input.imeSetComposition', { text: 'かなも', selectionStart: 3, selectionEnd: 3 });
  assert.equal((await ada.caret()).value, 'a かなも');
  await session.send('Input.insertText', { text: '仮名も' });
  await until('the panel has taken over', () => ada.isTakenOver());
  assert.deepEqual(await ada.caret(), { value: 'a 仮名も', selectionStart: 5, selectionEnd: 5, scrollTop: 0, focused: true });
});

scenario('what is published before the module is there is published when it is, once', async (stage) => {
  const { ada, page: tab, release } = await open(stage);
  await ada.field.click();
  await tab.keyboard.type('Publish this.');
  await ada.box('Your name').fill('Ada');
  await ada.button('Publish').click();
  await tab.getByRole('status').filter({ hasText: 'Will be published as soon as Postil is ready.' }).waitFor();
  assert.equal(await ada.field.getAttribute('readonly'), '');
  await assertAccessible(tab, 'something to be published');
  // It can be taken back, and asked for by keyboard.
  await ada.button('Cancel').click();
  await tab.keyboard.type(' Now.');
  await tab.keyboard.press('Control+Enter');
  // What was asked for outlives the page.
  await tab.reload();
  await tab.getByRole('status').filter({ hasText: 'Will be published' }).waitFor();
  release();
  await ada.ready();
  await ada.thread('Publish this. Now.').waitFor();
  const [{ comments: [comment] }] = await ada.threads();
  assert.equal(comment.author.name, 'Ada');
  await untilEqual('the box is empty', async () => (await ada.caret()).value, '');
  await ada.reload();
  assert.equal((await ada.threads()).length, 1);
  assert.equal((await ada.caret()).value, '');
});

scenario('a page that is left before the module comes keeps what was written', async (stage) => {
  const { ada, page: tab } = await open(stage);
  await ada.field.click();
  await tab.keyboard.type('Half a thou');
  await tab.reload();
  assert.deepEqual((await ada.caret()).value, 'Half a thou');
  await tab.unroute('**/*.wasm');
  await ada.reload();
  assert.equal((await ada.caret()).value, 'Half a thou');
  // What the panel keeps is there at once, too.
  await ada.field.fill('A whole thought');
  const release = await holdModule(tab);
  await tab.reload();
  assert.equal((await ada.caret()).value, 'A whole thought');
  // What was emptied before stays empty.
  await ada.field.fill('');
  release();
  await ada.ready();
  assert.equal((await ada.caret()).value, '');
});

scenario('without the module the words stay to be read', async (stage) => {
  const { ada, page: tab } = await open(stage, { hold: false, before: (it) => it.route('**/*.wasm', (route) => route.abort()) });
  ada.mayComplain.push(/Failed to load resource/);
  await tab.getByText('Postil cannot be shown here.').first().waitFor();
  await ada.field.fill('Not lost.');
  await assertAccessible(tab, 'a box without a module');
  await tab.reload();
  await tab.getByText('Postil cannot be shown here.').first().waitFor();
  assert.equal((await ada.caret()).value, 'Not lost.');
  assert.equal(await ada.button('Publish').isDisabled(), true);
});

scenario('there is no box where nothing can be written, or something is to be selected first', async (stage) => {
  for (const attributes of ['readonly', 'for="article"']) {
    const { page: tab, release } = await open(stage, { html: page(attributes) });
    await tab.waitForTimeout(100);
    assert.equal(await tab.locator('postil-comments textarea').count(), 0, attributes);
    release();
    await tab.evaluate(() => document.querySelector('postil-comments').ready);
    assert.equal(await tab.locator('postil-comments textarea').count(), 0, attributes);
  }
});

for (const [way, options] of Object.entries({
  wide: {},
  'dark on a phone': { ...PHONE, colorScheme: 'dark' },
})) {
  scenario(`a reader who comes back sees threads and a box at once, and nothing moves: ${way}`, async (stage) => {
    const { ada, page: tab } = await open(stage, { ...options, hold: false });
    await ada.ready();
    for (const body of ['The first of all.', 'The second, which is *longer*.\n\n- in\n- parts']) {
      await ada.publish(ada.field, body);
      await ada.thread(body.slice(0, 10)).waitFor();
    }
    await tab.keyboard.press('Escape');
    await ada.reload();
    await until('a copy is kept', () => tab.evaluate(() => Object.keys(localStorage).some((it) => it.startsWith('postil preview'))));
    const release = await holdModule(tab);
    await tab.reload();
    await ada.thread('The first').waitFor();
    await ada.field.click();
    // The name is known, so it is not asked for.
    assert.equal(await ada.box('Your name').count(), 0);
    await tab.keyboard.type('Two\nlines');
    await assertFits(tab, `early, ${way}`);
    await assertAccessible(tab, `early, ${way}`);
    const before = await ada.places();
    assert.equal(before.filter(([name]) => name.startsWith('The')).length, 2);
    release();
    await ada.ready();
    await until('the panel has taken over', () => ada.isTakenOver());
    assert.deepEqual(await ada.places(), before);
    await assertAccessible(tab, `taken over, ${way}`);
  });
}

scenario('the words are in the language of the last visit, or the page’s own', async (stage) => {
  const { ada, page: tab, base } = await open(stage, { html: page('', { lang: 'ar', dir: 'rtl' }), hold: false });
  await ada.ready();
  const keeps = () => tab.evaluate(() => Object.keys(localStorage).some((it) => it === 'postil words ar'));
  await until('words are kept', keeps);
  await holdModule(tab);
  await tab.reload();
  await ada.box('اكتب تعليقًا').click();
  await ada.button('نشر').waitFor();
  await assertAccessible(tab, 'early, in Arabic');
  await tab.evaluate(() => (document.querySelector('postil-comments').messages = { writeComment: 'Say something', publish: 'Send' }));
  await ada.box('Say something').waitFor();
  await ada.button('Send').waitFor();
  assert.ok(base);
});

scenario('what the page itself has of the discussion is read at once, and then the discussion', async (stage) => {
  const { ada } = await open(stage, { hold: false });
  await ada.ready();
  await ada.publish(ada.field, 'From the page <b>itself</b>, with [a link](https://example.org/?a&b).');
  await ada.thread('From the page').waitFor();
  await ada.reply('From the page', 'And an answer.');
  const inside = await ada.page.evaluate(() => document.querySelector('postil-comments').export('html'));
  const refused = await ada.page.evaluate((html) => document.querySelector('postil-comments').import(html).catch((error) => error.message), inside);
  assert.match(refused, /not a copy/);

  const html = page('', { inside });
  const own = (tab) => tab.locator('postil-comments > article').filter({ hasText: 'From the page <b>itself</b>' });
  const { ada: ben, page: tab, release } = await open(stage, { html });
  await own(tab).waitFor();
  assert.equal(await own(tab).getByRole('link').getAttribute('href'), 'https://example.org/?a&b');
  assert.equal(await own(tab).locator('article').innerText().then((text) => text.includes('And an answer.')), true);
  const [box, article] = [await ben.field.boundingBox(), await own(tab).boundingBox()];
  assert.ok(box.y + box.height <= article.y, 'the box stands above it');
  await assertAccessible(tab, 'with content of its own');
  release();
  await ben.ready();
  await own(tab).waitFor({ state: 'hidden' });
  assert.equal((await ben.field.boundingBox()).y, box.y);
});
