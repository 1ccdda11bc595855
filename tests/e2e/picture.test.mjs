/** Comments on pictures and on parts of them. */

import assert from 'node:assert/strict';

import { assertAccessible, assertFits } from './support/axe.mjs';
import { serveExamples } from './support/examples.mjs';
import { FILES, page as html, picture } from './support/gallery.mjs';
import { reader } from './support/reader.mjs';
import { scenario } from './support/scenario.mjs';
import { until, untilEqual } from './support/until.mjs';

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const HOUSE = { left: 0.2, top: 0.5, right: 0.6, bottom: 0.8 };

const serve = (stage, pages) => serveExamples(stage, { ...FILES, ...pages });
const image = (page) => page.locator('#article img').first();
const pieces = (page) => page.locator('postil-comments .piece:visible');
const current = (reader, words) => reader.thread(words).and(reader.page.locator('[aria-current=true]'));

/** The button that takes what is chosen. */
const take = (page) => page.getByRole('group', { name: /^Picture:/ }).getByRole('button', { name: 'Comment', exact: true });

/** Drags over a part of the picture, given in parts of its size. */
async function drag(page, { left, top, right, bottom }) {
  const box = await image(page).boundingBox();
  const at = (x, y) => [box.x + box.width * x, box.y + box.height * y];
  await page.mouse.move(...at(left, top));
  await page.mouse.down();
  await page.mouse.move(...at(right, bottom), { steps: 4 });
  await page.mouse.up();
}

/** Chooses a part of the picture with the pointer, up to where it is written about. */
async function choose({ page }, part = HOUSE) {
  await image(page).hover();
  await page.getByRole('button', { name: 'Comment on this picture' }).click();
  await page.getByRole('group', { name: 'Picture: Ice on a pond' }).locator('.glass').waitFor();
  await drag(page, part);
}

async function comment(reader, body, part) {
  await choose(reader, part);
  await take(reader.page).click();
  await reader.publish(reader.box('Write a comment'), body);
  await reader.thread(body).waitFor();
}

/** Whether two boxes have a point in common. */
const meet = (a, b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** Where the part of the picture is that a box should be at, against where it is: the largest difference. */
async function offBy(page, part = HOUSE) {
  const [box, piece] = [await image(page).boundingBox(), await pieces(page).first().boundingBox()];
  const edges = [
    [box.x + box.width * part.left, piece.x],
    [box.y + box.height * part.top, piece.y],
    [box.x + box.width * part.right, piece.x + piece.width],
    [box.y + box.height * part.bottom, piece.y + piece.height],
  ];
  return Math.max(...edges.map(([a, b]) => Math.abs(a - b)));
}

scenario('a part of a picture is commented with the pointer, drawn over it, and opened from there', async (stage) => {
  const url = `${await serve(stage, { 'a.html': html(picture()) })}a.html`;
  const ada = await reader(stage, 'Ada', url, { profile: 'first' });
  const { page } = ada;
  // Nothing of the page is changed by any of this.
  await page.evaluate(() => {
    window.changes = 0;
    new MutationObserver((all) => (window.changes += all.length)).observe(document.querySelector('#article'), {
      subtree: true, childList: true, attributes: true, characterData: true,
    });
  });
  await image(page).hover();
  await assertAccessible(page, 'a picture pointed at');
  await choose(ada);
  const chosen = await page.locator('postil-comments .framed').boundingBox();
  const button = await take(page).boundingBox();
  assert.ok(!meet(chosen, button), JSON.stringify({ chosen, button }));
  await assertAccessible(page, 'choosing a part');
  await take(page).click();
  await ada.box('Write a comment').waitFor();
  await page.getByText('Part of picture: Ice on a pond').waitFor();
  await assertAccessible(page, 'writing about a part');
  await ada.publish(ada.box('Write a comment'), 'Who lives there?');
  await ada.thread('Who lives there?').getByText('Part of picture: Ice on a pond').waitFor();

  const [thread] = await ada.threads();
  assert.deepEqual(thread.placement, { state: 'element' });
  assert.equal(thread.about.name, 'Ice on a pond');
  thread.about.region.forEach((side, n) => assert.ok(Math.abs(side - [2000, 5000, 4000, 3000][n]) < 60, `${thread.about.region}`));
  await until('the box is over the part', async () => (await offBy(page)) < 3);
  await assertAccessible(page, 'a part with a thread');

  // It follows the picture.
  await page.evaluate(() => scrollTo(0, 60));
  await until('the box follows when one scrolls', async () => (await offBy(page)) < 3);
  await page.setViewportSize({ width: 1100, height: 900 });
  await until('the box follows when the window is another', async () => (await offBy(page)) < 3);
  await page.evaluate(() => (document.querySelector('#article img').style.width = '60%'));
  await until('the box follows when the picture is another size', async () => (await offBy(page)) < 3);
  await page.evaluate(() => (document.querySelector('#article img').style.width = '40%'));
  await until('the box follows again', async () => (await offBy(page)) < 3);
  await page.evaluate(() => document.querySelector('#article img').style.removeProperty('width'));

  // The card stands beside the part.
  await until('the card is beside the part', async () => {
    const [piece, card] = [await pieces(page).first().boundingBox(), await ada.thread('Who lives there?').boundingBox()];
    return Math.abs(piece.y - card.y) < 4;
  });

  // From the picture to the thread: with the pointer and with the keyboard.
  await page.keyboard.press('Escape');
  await current(ada, 'Who lives there?').waitFor({ state: 'detached' });
  await pieces(page).first().click();
  await current(ada, 'Who lives there?').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Ada on “Part of picture: Ice on a pond”' }).press('Enter');
  await current(ada, 'Who lives there?').waitFor();
  const changes = await page.evaluate(() => window.changes);
  assert.ok(changes <= 3, `the page was changed ${changes} times; three of them were the test's own`);

  // And back, also from a link.
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await ada.button('Go to text', ada.thread('Who lives there?')).click();
  const inView = async ({ page }) => {
    const { y, height } = await pieces(page).first().boundingBox();
    return y >= 0 && y + height <= 900;
  };
  await until('the part is in view', () => inView(ada));
  const ben = await reader(stage, 'Ada', `${url}#postil=${thread.id}`, { profile: 'first' });
  await current(ben, 'Who lives there?').waitFor();
  await until('the link leads to the part', () => inView(ben));
});

scenario('a picture is chosen and a part of it framed by keyboard alone', async (stage) => {
  const ada = await reader(stage, 'Ada', `${await serve(stage, { 'a.html': html(picture()) })}a.html`);
  const { page } = ada;
  const start = async () => {
    await ada.button('More').press('Enter');
    const entry = page.getByRole('list', { name: 'Comment on a picture or recording' }).getByRole('button', { name: 'Picture: Ice on a pond' });
    await entry.press('Enter');
    await page.locator('postil-comments .framed:focus').waitFor();
  };
  await ada.button('More').press('Enter');
  await page.getByRole('list', { name: 'Comment on a picture or recording' }).waitFor();
  await assertAccessible(page, 'the list of pictures');
  await page.keyboard.press('Escape');
  await start();
  await page.keyboard.press('Escape');
  await page.locator('postil-comments .framed').waitFor({ state: 'detached' });
  await start();
  // All of it.
  await page.keyboard.press('Enter');
  await ada.publish(ada.box('Write a comment'), 'The whole of it.');
  await ada.thread('The whole of it.').getByText('Picture: Ice on a pond').waitFor();
  assert.equal((await ada.threads())[0].about.region, undefined);
  // A part: its middle, then moved and resized.
  await start();
  for (const key of ['ArrowLeft', 'ArrowLeft', 'ArrowDown', 'Shift+ArrowRight', 'Shift+ArrowUp']) await page.keyboard.press(key);
  await page.getByRole('button', { name: 'Part of the picture: 23 % from the left, 27 % from the top, 52 % wide, 48 % high' }).waitFor();
  await page.keyboard.press('Enter');
  await ada.publish(ada.box('Write a comment'), 'A part of it.');
  await ada.thread('A part of it.').waitFor();
  assert.deepEqual((await ada.threads())[1].about.region, [2300, 2700, 5200, 4800]);
  // Both are at the place of the part: one is asked for.
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Ada on “Part of picture: Ice on a pond”' }).press('Enter');
  const choice = page.getByRole('dialog', { name: 'Which thread?' });
  await choice.waitFor();
  await assertAccessible(page, 'choosing a thread of a picture');
  await choice.getByRole('button', { name: 'The whole of it.' }).press('Enter');
  await current(ada, 'The whole of it.').waitFor();
});

scenario('a finger scrolls over pictures, and frames a part once that was asked for', async (stage) => {
  const ada = await reader(stage, 'Ada', `${await serve(stage, { 'a.html': html(picture()) })}a.html`, PHONE);
  const { page } = ada;
  const session = await page.context().newCDPSession(page);
  const swipe = async (from, to) => {
    const touch = (type, ...points) => session.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y]) => ({ x, y })) });
    await touch('touchStart', from);
    for (let n = 1; n <= 8; n++) await touch('touchMove', from.map((it, axis) => it + ((to[axis] - it) * n) / 8));
    await touch('touchEnd');
  };
  const box = await image(page).boundingBox();
  const middle = [box.x + box.width / 2, box.y + box.height / 2];
  await swipe(middle, [middle[0], middle[1] - 150]);
  await until('the page scrolls', () => page.evaluate(() => scrollY > 50));
  // A page that was flung goes on scrolling for a while, wherever a script puts it.
  const frames = () => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await until('it stays at its top', async () => {
    await page.evaluate(() => scrollTo(0, 0));
    await frames();
    return page.evaluate(() => scrollY === 0);
  });

  await page.touchscreen.tap(...middle);
  await page.getByRole('button', { name: 'Comment on this picture' }).tap();
  await page.getByRole('group', { name: 'Picture: Ice on a pond' }).locator('.glass').waitFor();
  await assertFits(page, 'framing on a phone');
  await assertAccessible(page, 'framing on a phone');
  const now = await image(page).boundingBox();
  const at = (x, y) => [now.x + now.width * x, now.y + now.height * y];
  await swipe(at(0.2, 0.5), at(0.6, 0.8));
  await page.getByRole('button', { name: /^Part of the picture: (19|20) % from the left/ }).waitFor();
  const [chosen, button] = [await page.locator('postil-comments .framed').boundingBox(), await take(page).boundingBox()];
  assert.ok(Math.abs(chosen.width - now.width * 0.4) < 4 && !meet(chosen, button), JSON.stringify({ chosen, button, now }));
  // A tap while something still scrolls only stops that.
  await until('there is a box to write in', async () => {
    if (await take(page).isVisible()) await take(page).tap();
    return ada.box('Write a comment').isVisible();
  });
  await ada.publish(ada.box('Write a comment'), 'By finger.');
  await ada.thread('By finger.').waitFor();
  await page.getByRole('button', { name: /^Hide threads/ }).tap();
  await until('the box is over the part', async () => (await offBy(page)) < 3);
  await pieces(page).first().tap();
  await current(ada, 'By finger.').waitFor();
});

scenario('a picture that was replaced is asked about, one that was moved is followed, one that went is detached', async (stage) => {
  const base = await serve(stage, {
    'a.html': html(picture()),
    'replaced.html': html(picture('fire.svg', 'A fire')),
    'moved.html': html(`${picture('fire.svg', 'A fire')}<p>More.</p>${picture()}`),
    'gone.html': html('<p>No pictures here.</p>'),
  });
  const at = (name) => reader(stage, 'Ada', `${base}${name}.html`, { profile: 'first' });
  const ada = await at('a');
  await comment(ada, 'Thin ice.');
  const state = async (reader) => (await reader.threads())[0].placement.state;

  const moved = await at('moved');
  await untilEqual('it is followed', () => state(moved), 'element');
  const [box, piece] = [await moved.page.locator('img[src="pond.svg"]').boundingBox(), await pieces(moved.page).first().boundingBox()];
  assert.ok(piece.y > box.y && piece.y + piece.height < box.y + box.height);

  const gone = await at('gone');
  await untilEqual('it is detached', () => state(gone), 'detached');
  await gone.thread('Thin ice.').getByText('What this is about is not on the page any more.').waitFor();
  await gone.thread('Thin ice.').getByText('Part of picture: Ice on a pond').waitFor();
  await assertAccessible(gone.page, 'a picture that went');
  // A page that is rendered anew brings it back.
  await gone.page.evaluate(() => {
    const img = Object.assign(document.createElement('img'), { src: 'pond.svg', alt: 'Ice on a pond' });
    document.querySelector('#article p').after(img);
  });
  await untilEqual('it is back', () => state(gone), 'element');

  const replaced = await at('replaced');
  await untilEqual('it is proposed', () => state(replaced), 'proposed');
  assert.equal(await pieces(replaced.page).count(), 0);
  const card = await replaced.open('Thin ice.');
  await card.getByText('Something else is shown here now: is this it?').waitFor();
  await card.getByRole('blockquote').getByText('A fire').waitFor();
  await assertAccessible(replaced.page, 'a picture that was replaced');
  await replaced.button('Yes, link it', card).click();
  await untilEqual('it is linked', () => state(replaced), 'element');
  assert.equal((await replaced.threads())[0].about.name, 'A fire');
  assert.ok((await replaced.threads())[0].about.region);
});

for (const [way, options] of Object.entries({
  'dark and wide': { colorScheme: 'dark' },
  'dark on a phone': { ...PHONE, colorScheme: 'dark' },
  'forced colours': { forcedColors: 'active' },
})) {
  scenario(`pictures are accessible: ${way}`, async (stage) => {
    const ada = await reader(stage, 'Ada', `${await serve(stage, { 'a.html': html(picture()), 'ar.html': html(picture(), 'ar') })}a.html`, options);
    const { page } = ada;
    await choose(ada);
    await assertFits(page, `framing, ${way}`);
    await assertAccessible(page, `framing, ${way}`);
    await take(page).click();
    await assertAccessible(page, `writing, ${way}`);
    await ada.publish(ada.box('Write a comment'), 'Thin ice.');
    await ada.thread('Thin ice.').waitFor();
    await image(page).hover({ force: true, position: { x: 10, y: 10 } });
    await assertFits(page, `a part with a thread, ${way}`);
    await assertAccessible(page, `a part with a thread, ${way}`);
    await ada.go(page.url().replace('a.html', 'ar.html'));
    await pieces(page).first().waitFor();
    await assertFits(page, `in Arabic, ${way}`);
    await assertAccessible(page, `in Arabic, ${way}`);
  });
}
