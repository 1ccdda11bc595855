/** A discussion beside an ordinary page, and one below a blog's post. */

import assert from 'node:assert/strict';

import { assertAccessible } from './support/axe.mjs';
import { serveExamples } from './support/examples.mjs';
import { reader } from './support/reader.mjs';
import { scenario } from './support/scenario.mjs';
import { until, untilEqual } from './support/until.mjs';

const POINT = 'Everything about a pond in winter';
const END = 'one left in them to ask';
const RULE = 'Water that is colder than four degrees is lighter, and stays on top.';

scenario('words of an ordinary page are commented, found again and gone to', async (stage) => {
  const url = `${await serveExamples(stage)}plain-page/`;
  const ada = await reader(stage, 'Ada', url, { profile: 'first' });
  await ada.comment(RULE, 'Why does it?');
  await ada.comment(POINT, 'Everything?');
  await untilEqual('both are placed', () => ada.placements(), [
    [RULE, 'placed'],
    [POINT, 'placed'],
  ]);
  await untilEqual('both are highlighted', async () => (await ada.highlighted()).length, 2);
  assert.deepEqual((await ada.highlighted()).map((it) => it.replace(/\s+/g, ' ')).sort(), [POINT, RULE].sort());

  // The cards stand beside their words.
  for (const [words, body] of [[RULE, 'Why does it?'], [POINT, 'Everything?']]) {
    await ada.open(body);
    await until(`the card of "${body}" is beside its words`, async () => {
      const [text, card] = [await ada.boxOf(words), await ada.thread(body).boundingBox()];
      return Math.abs(text.y - card.y) < 4 && card.x >= text.x + text.width;
    });
  }

  // From the text to the thread, and back.
  await ada.page.keyboard.press('Escape');
  await ada.clickOn(RULE);
  await ada.thread('Why does it?').and(ada.page.locator('[aria-current=true]')).waitFor();
  await ada.page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await ada.button('Go to text', ada.thread('Why does it?')).click();
  await until('the words are in view', async () => {
    const { y, height } = await ada.boxOf(RULE);
    return y >= 0 && y + height <= 900;
  });

  const link = `${url}#postil=${(await ada.threads())[1].id}`;
  const ben = await reader(stage, 'Ada', link, { profile: 'first' });
  await ben.thread('Everything?').and(ben.page.locator('[aria-current=true]')).waitFor();
  await untilEqual('its words are emphasised', () => ben.highlighted('active'), [POINT.replace('about a pond', 'about a\n        pond')]);
  await ben.reply('Why does it?', 'Hydrogen bonds.');
  await ada.thread('Why does it?').getByText(/Hydrogen bonds.|1 reply/).first().waitFor();
});

scenario('cards are in their places as soon as they are there', async (stage) => {
  const url = `${await serveExamples(stage)}plain-page/`;
  const ada = await reader(stage, 'Ada', url);
  await ada.comment(RULE, 'Why does it?');
  await ada.page.keyboard.press('Escape');
  await ada.page.addInitScript(() => {
    // The page is read before anything is known of its threads.
    const read = new Promise((resolve) => {
      const seen = new PerformanceObserver((list) => list.getEntriesByName('postil-text').length > 0 && resolve());
      seen.observe({ type: 'mark', buffered: true });
    });
    const request = navigator.locks.request.bind(navigator.locks);
    navigator.locks.request = async (...all) => (await read, request(...all));
    globalThis.places = [];
    const attach = Element.prototype.attachShadow;
    Element.prototype.attachShadow = function attachShadow(options) {
      const root = attach.call(this, options);
      const look = (records) => {
        const cards = records.map((it) => it.target).filter((it) => it.matches('li.slot'));
        globalThis.places.push(...cards.map((it) => it.style.transform));
      };
      new MutationObserver(look).observe(root, { subtree: true, attributeFilter: ['style'] });
      return root;
    };
  });
  await ada.reload();
  await until('the card is beside its words', async () => {
    const [text, card] = [await ada.boxOf(RULE), await ada.thread('Why does it?').boundingBox()];
    return Math.abs(text.y - card.y) < 4;
  });
  assert.equal(new Set(await ada.page.evaluate(() => globalThis.places)).size, 1);
});

scenario('on a phone the words that one writes about are above the sheet, also the last ones', async (stage) => {
  const url = `${await serveExamples(stage)}plain-page/`;
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
  const ada = await reader(stage, 'Ada', url, phone);
  await ada.startComment(END);
  const box = ada.box('Write a comment');
  await until('the words are above the box', async () => {
    // By their highlight: a selection would take the caret from the box.
    const words = await ada.page.evaluate(() => [...(CSS.highlights.get('postil-draft') ?? [])][0]?.getBoundingClientRect().bottom);
    const panel = await ada.page.locator('postil-comments').locator('[part=panel]').boundingBox();
    return words <= panel.y && (await box.boundingBox()).y >= panel.y;
  });
  await assertAccessible(ada.page, 'writing about the last words');
});

scenario('below a post without more than an element, everybody with the address meets', async (stage) => {
  const url = `${await serveExamples(stage)}blog/`;
  const ada = await reader(stage, 'Ada', `${url}?utm_source=letter`, { profile: 'first' });
  await ada.box('Write a comment').click();
  await ada.publish(ada.box('Write a comment'), 'Which neighbour?');
  await ada.thread('Which neighbour?').waitFor();
  const ben = await reader(stage, 'Ada', `${url}index.html#comments`, { profile: 'first' });
  await ben.thread('Which neighbour?').waitFor();
  assert.equal((await ben.threads())[0].placement.state, 'whole');
  assert.equal((await ada.page.evaluate(() => CSS.highlights.size)), 0);
});

scenario('below a post the newest thread comes first, and what is read stays where it is', async (stage) => {
  const relay = await stage.relay();
  const post = `<!doctype html><html lang="en"><title>A post</title><link rel="icon" href="data:,">
    <script type="module" src="postil/define.js"></script>
    <h1>A post</h1><postil-comments room="post" relay="${relay.url}/"></postil-comments><p style="height: 100vh">The end.</p></html>`;
  // The relay is somewhere else, which the policy of the examples does not allow.
  const url = `${await serveExamples(stage, { 'post.html': post }, {})}post.html`;
  const [ada, ben] = [await reader(stage, 'Ada', url), await reader(stage, 'Ben', url)];
  const listed = (person) => person.page.locator('postil-comments li.slot .body').allInnerTexts();
  const write = async (body) => {
    await ada.box('Write a comment').first().fill(body);
    await ada.publish(ada.box('Write a comment').first(), body);
    await ada.thread(body).waitFor();
  };
  await write('One.');
  await write('Two.');
  await ben.thread('Two.').waitFor();
  assert.deepEqual(await listed(ada), ['Two.', 'One.']);
  assert.deepEqual(await listed(ben), ['Two.', 'One.']);

  // With the pointer over a thread, and then with the beginning of the list above the window.
  const held = ben.page.getByText('1 new thread');
  await ben.thread('One.').hover();
  const top = async () => Math.round((await ben.thread('One.').boundingBox()).y);
  let before = await top();
  await write('Three.');
  await held.waitFor();
  assert.equal(await top(), before);
  await ben.page.mouse.move(0, 0);
  await untilEqual('it is shown when the pointer has left', () => listed(ben), ['Three.', 'Two.', 'One.']);

  await ben.thread('One.').evaluate((it) => it.scrollIntoView({ block: 'start' }));
  before = await top();
  await write('Four.');
  await held.waitFor();
  assert.equal(await top(), before);
  await ben.button('Show').click();
  await untilEqual('the last one is shown too', () => listed(ben), ['Four.', 'Three.', 'Two.', 'One.']);
});

scenario('where several threads are about the same words, one is chosen', async (stage) => {
  const ada = await reader(stage, 'Ada', `${await serveExamples(stage)}plain-page/`);
  const { page } = ada;
  await ada.comment('Water is at its heaviest', 'The *longer* one.');
  await ada.comment('its heaviest', 'The shorter one.');
  await page.keyboard.press('Escape');
  const choice = page.getByRole('dialog', { name: 'Which thread?' });
  await ada.clickOn('its heaviest');
  await choice.waitFor();
  assert.deepEqual(await choice.getByRole('button').allInnerTexts().then((all) => all.map((it) => it.split('\n').at(-1).trim())), [
    'Ada The shorter one.',
    'Ada The longer one.',
  ]);
  await assertAccessible(page, 'choosing a thread');
  await page.keyboard.press('Escape');
  await choice.waitFor({ state: 'detached' });
  await ada.clickOn('its heaviest');
  await choice.locator('button:focus').waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await ada.thread('The longer one.').and(page.locator('[aria-current=true]')).waitFor();
  await choice.waitFor({ state: 'detached' });
  await page.keyboard.press('Escape');
  // With a caret in the text, as people have who browse with one.
  await page.evaluate(() => getSelection().collapse(document.querySelector('#article p').firstChild, 3));
  await page.keyboard.press('Enter');
  await ada.thread('The longer one.').and(page.locator('[aria-current=true]')).waitFor();
  // Where there is nothing, nothing happens.
  await ada.clickOn('follows from that');
  assert.equal(await ada.thread('The longer one.').and(page.locator('[aria-current=true]')).count(), 1);
  assert.equal(await choice.count(), 0);
});

scenario('a page that links how highlights look is given no sheet', async (stage) => {
  const page = (head) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>Linked</title><link rel="icon" href="data:,">${head}
    <script type="module" src="postil/define.js"></script>
    <article id="article"><p>Words to be highlighted.</p></article><postil-comments for="#article" room="linked"></postil-comments>`;
  const link = '<link rel="stylesheet" href="postil/highlight.css">';
  const base = await serveExamples(stage, { 'with.html': page(link), 'without.html': page('') });
  const looks = [];
  for (const [name, sheets] of [['with', 0], ['without', 1]]) {
    const ada = await reader(stage, 'Ada', `${base}${name}.html`);
    await ada.comment('Words', 'Which?');
    await ada.page.keyboard.press('Escape');
    await untilEqual('they are highlighted', () => ada.highlighted('open'), ['Words']);
    assert.equal(await ada.page.evaluate(() => document.adoptedStyleSheets.length), sheets, name);
    looks.push(await ada.page.evaluate(() => {
      const look = getComputedStyle(document.querySelector('#article p'), '::highlight(postil-open)');
      return [look.backgroundColor, look.textDecoration];
    }));
  }
  assert.deepEqual(looks[0], looks[1]);
  assert.match(looks[0][0], /^rgb\(/);
});

scenario('a click on highlighted words counts while the page is being read again', async (stage) => {
  // So many blocks take several slices.
  const blocks = Array.from({ length: 3_000 }, (_, n) => `<p>Block ${n} of <em>a long</em> page.</p>`).join('\n');
  const long = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Long</title><link rel="icon" href="data:,">
    <script type="module" src="postil/define.js"></script>
    <article id="article">${blocks}</article><postil-comments for="#article" room="long"></postil-comments>`;
  const ada = await reader(stage, 'Ada', `${await serveExamples(stage, { 'long.html': long })}long.html`);
  const { page } = ada;
  const current = page.locator('[aria-current=true]');
  for (const [nth, body] of [[0, 'The first?'], [2_999, 'The last?']]) {
    const words = `Block ${nth} of`;
    await ada.comment(words, body);
    await page.keyboard.press('Escape');
    await current.waitFor({ state: 'detached' });
    await page.evaluate((nth) => document.querySelectorAll('#article p')[nth].scrollIntoView({ block: 'center', behavior: 'instant' }), nth);
    const { x, y, width } = await ada.boxOf(words);
    // Reading begins 40 ms after the page says that all of it may look different.
    const isRead = await page.evaluate(([x, y]) => {
      const count = () => performance.getEntriesByName('postil-text').length;
      const on = document.elementFromPoint(x, y);
      dispatchEvent(new Event('resize'));
      const before = count();
      return new Promise((resolve) => setTimeout(() => {
        const isRead = count() > before;
        on.dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true, clientX: x, clientY: y }));
        resolve(isRead);
      }, 45));
    }, [x + width / 2, y + 6]);
    assert.ok(!isRead, 'it was clicked while the page was read');
    await ada.thread(body).and(current).waitFor();
    await page.keyboard.press('Escape');
  }
});

scenario('words are selected by keyboard and by finger, and the button covers none of them', async (stage) => {
  const url = `${await serveExamples(stage)}plain-page/`;
  const ada = await reader(stage, 'Ada', url);
  const { page } = ada;
  await page.evaluate(() => getSelection().collapse(document.querySelector('#article p').firstChild, 0));
  for (let n = 0; n < 5; n++) await page.evaluate(() => getSelection().modify('extend', 'forward', 'word'));
  const beside = page.locator('postil-comments .beside-text');
  await beside.waitFor();
  const [button, words] = [await beside.boundingBox(), await page.evaluate(() => getSelection().getRangeAt(0).getBoundingClientRect().toJSON())];
  const apart = button.x >= words.x + words.width || button.y >= words.y + words.height || button.y + button.height <= words.y;
  assert.ok(apart, JSON.stringify({ button, words }));
  await page.keyboard.press('Control+Alt+m');
  await ada.publish(ada.box('Write a comment'), 'By keyboard.');
  await ada.thread('By keyboard.').waitFor();
  assert.equal((await ada.threads())[0].quote, 'Water is at its heaviest');

  const phone = await reader(stage, 'Ben', url, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  const { y } = await phone.boxOf('heaviest');
  await phone.select('heaviest');
  const comment = phone.button('Comment');
  const box = await comment.boundingBox();
  assert.ok(box.y > y + 30 && box.height >= 30);
  await comment.tap();
  await phone.publish(phone.box('Write a comment'), 'By finger.');
  await phone.thread('By finger.').waitFor();
  assert.equal((await phone.threads())[0].quote, 'heaviest');
  if (await phone.page.getByRole('button', { name: /^Hide threads/ }).isVisible()) {
    await phone.page.getByRole('button', { name: /^Hide threads/ }).tap();
  }
  const there = await phone.boxOf('heaviest');
  await phone.page.touchscreen.tap(there.x + 12, there.y + 8);
  await phone.thread('By finger.').and(phone.page.locator('[aria-current=true]')).waitFor();
});
