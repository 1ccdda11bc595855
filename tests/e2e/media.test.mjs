/** Comments at a time of a sound or a film. */

import assert from 'node:assert/strict';

import { assertAccessible, assertFits } from './support/axe.mjs';
import { serveExamples } from './support/examples.mjs';
import { POLICY } from './support/front.mjs';
import { FILES, page as html } from './support/gallery.mjs';
import { reader } from './support/reader.mjs';
import { scenario } from './support/scenario.mjs';
import { until, untilEqual } from './support/until.mjs';

const HEADERS = { 'content-security-policy': `${POLICY}; media-src 'self'` };
const SOUND = '<p><audio controls preload="auto" src="song.wav" title="A song"></audio></p>';
/** A player of films plays a sound as well: what matters here is its time. */
const FILM = '<figure><video controls preload="auto" src="song.wav" width="400" height="225"></video><figcaption>The pond at night</figcaption></figure>';

/** Silence of 200 seconds: 8 bit, one channel, 4,000 times a second. */
function wav(seconds = 200, rate = 4000) {
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + seconds * rate, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.write('data', 36);
  head.writeUInt32LE(seconds * rate, 40);
  return Buffer.concat([head, Buffer.alloc(seconds * rate, 128)]);
}

const serve = (stage, pages) =>
  serveExamples(stage, { ...FILES, 'song.wav': { type: 'audio/wav', body: wav() }, 'other.wav': { type: 'audio/wav', body: wav(90) }, ...pages }, HEADERS);

const player = (page) => page.locator('#article audio, #article video').first();
const time = (page) => player(page).evaluate((it) => it.currentTime);

async function seek(page, to) {
  await until('the player is ready', () => player(page).evaluate((it) => it.readyState >= 1));
  await player(page).evaluate((it, to) => (it.currentTime = to), to);
  await until('it is there', async () => Math.abs((await time(page)) - to) < 0.5);
}

for (const [what, tag, name] of [['a sound', SOUND, 'A song'], ['a film', FILM, 'The pond at night']]) {
  scenario(`${what} is commented at a time, which its card goes to`, async (stage) => {
    const url = `${await serve(stage, { 'a.html': html(tag) })}a.html`;
    const ada = await reader(stage, 'Ada', url, { profile: 'first' });
    const { page } = ada;
    await seek(page, 83.4);
    await player(page).hover();
    const offer = ada.button('Comment at 1:23');
    await offer.waitFor();
    await assertAccessible(page, `${what} pointed at`);
    const [button, box] = [await offer.boundingBox(), await player(page).boundingBox()];
    assert.ok(button.y + button.height <= box.y + 2, 'what it is played with is not covered');
    await offer.click();
    await page.getByText(`Recording: ${name}`).waitFor();
    await assertAccessible(page, `writing about ${what}`);
    await ada.publish(ada.box('Write a comment'), 'Here it is.');
    const card = ada.thread('Here it is.');
    await card.waitFor();
    const [thread] = await ada.threads();
    assert.deepEqual([thread.about, thread.placement], [{ name, time: 83_400 }, { state: 'element' }]);
    await assertAccessible(page, `${what} with a thread`);

    const ben = await reader(stage, 'Ada', `${url}#postil=${thread.id}`, { profile: 'first' });
    await ben.button('1:23', ben.thread('Here it is.')).click();
    await until('it is at that time', async () => Math.abs((await time(ben.page)) - 83.4) < 0.5);
    assert.deepEqual(await player(ben.page).evaluate((it) => [it.paused, it === document.activeElement]), [true, true]);
  });
}

scenario('by keyboard: at the player, and from the menu', async (stage) => {
  const ada = await reader(stage, 'Ada', `${await serve(stage, { 'a.html': html(SOUND) })}a.html`);
  const { page } = ada;
  await seek(page, 5);
  await player(page).focus();
  await ada.button('Comment at 0:05').waitFor();
  await page.keyboard.press('Control+Alt+m');
  await ada.publish(ada.box('Write a comment'), 'At five.');
  await ada.thread('At five.').waitFor();
  await seek(page, 65);
  await ada.button('More').press('Enter');
  const entry = page.getByRole('list', { name: 'Comment on a picture or recording' }).getByRole('button', { name: '1:05 Recording: A song' });
  await assertAccessible(page, 'the list of recordings');
  await entry.press('Enter');
  await ada.publish(ada.box('Write a comment'), 'At sixty-five.');
  await ada.thread('At sixty-five.').waitFor();
  assert.deepEqual((await ada.threads()).map((it) => it.about.time), [5000, 65_000]);
  // The bar's button means the page, wherever the pointer was before.
  await page.keyboard.press('Escape');
});

scenario('the time on the button goes with what is played, and another recording is asked about', async (stage) => {
  const base = await serve(stage, { 'a.html': html(SOUND), 'b.html': html(SOUND.replace('song.wav', 'other.wav')) });
  const ada = await reader(stage, 'Ada', `${base}a.html`, { profile: 'first' });
  const { page } = ada;
  await seek(page, 9);
  await player(page).hover();
  await ada.button('Comment at 0:09').waitFor();
  await player(page).evaluate((it) => {
    it.muted = true;
    return it.play();
  });
  await ada.button('Comment at 0:10').waitFor();
  await player(page).evaluate((it) => it.pause());
  await page.getByRole('button', { name: /^Comment at 0:1/ }).click();
  await ada.publish(ada.box('Write a comment'), 'Listen.');
  await ada.thread('Listen.').waitFor();
  const ben = await reader(stage, 'Ada', `${base}b.html`, { profile: 'first' });
  await untilEqual('it is proposed', async () => (await ben.threads())[0].placement.state, 'proposed');
});

scenario('recordings are accessible on a phone in the dark', async (stage) => {
  const options = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, colorScheme: 'dark' };
  const ada = await reader(stage, 'Ada', `${await serve(stage, { 'a.html': html(FILM) })}a.html`, options);
  const { page } = ada;
  await seek(page, 61);
  await player(page).tap({ position: { x: 60, y: 60 } });
  await page.getByRole('button', { name: /^Comment at 1:0/ }).waitFor();
  await assertFits(page, 'a film tapped on');
  await assertAccessible(page, 'a film tapped on');
  await page.getByRole('button', { name: /^Comment at 1:0/ }).tap();
  await ada.publish(ada.box('Write a comment'), 'Look.');
  await ada.thread('Look.').waitFor();
  await assertFits(page, 'a film with a thread');
  await assertAccessible(page, 'a film with a thread');
});
