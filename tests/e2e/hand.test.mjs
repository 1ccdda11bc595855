/** A discussion on its way by a screen: a code for cameras, and the system's share sheet. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

import { assertAccessible, assertFits } from './support/axe.mjs';
import { serveExamples } from './support/examples.mjs';
import { readCode } from './support/qr.mjs';
import { reader } from './support/reader.mjs';
import { scenario } from './support/scenario.mjs';
import { until, untilEqual } from './support/until.mjs';

const WORDS = 'lighter than';
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

async function pageUrl(stage) {
  const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Water: ice</title>
    <meta name="viewport" content="width=device-width">
    <link rel="icon" href="data:,"><script type="module" src="../postil/define.js"></script>
    <main><article id="article"><h1>Ice</h1><p>Ice is lighter than water.</p></article>
    <postil-comments for="#article"></postil-comments></main></html>`;
  return `${await serveExamples(stage, { 'page/ice.html': page })}page/ice.html`;
}

async function choose(person, item) {
  await person.button('More').click();
  await person.button(item).click();
}

const dialog = (person) => person.page.getByRole('dialog');
const code = (person) => dialog(person).getByRole('img', { name: /^QR code/ });

scenario('a camera opens the discussion from a code on another screen', async (stage) => {
  const url = await pageUrl(stage);
  const ada = await reader(stage, 'Ada', url);
  await ada.comment(WORDS, 'By how much?');
  await choose(ada, 'Show as a QR code…');
  await code(ada).waitFor();
  await assertAccessible(ada.page, 'a code is shown');
  const link = await readCode(code(ada));
  assert.ok(link?.startsWith(`${url}#postil-bundle=`), link);

  const ben = await reader(stage, 'Ben', link);
  await untilEqual('the discussion is there', () => ben.placements(), [[WORDS, 'placed']]);
  assert.equal(await ben.page.evaluate(() => location.href), url, 'the address is clean');

  // It can be kept as a picture, and says so without one.
  const saved = ada.page.waitForEvent('download');
  await dialog(ada).getByRole('button', { name: 'Save picture' }).click();
  const file = await saved;
  assert.equal(file.suggestedFilename(), 'Water ice.svg');
  assert.match(await readFile(await file.path(), 'utf8'), /^<svg [^>]*viewBox="0 0 \d+ \d+".*<path d="M4 4h7v1h-7z/s);

  await ada.page.keyboard.press('Escape');
  await until('it is closed', async () => (await dialog(ada).count()) === 0);
  await until('the button has the focus again', () =>
    ada.button('More').evaluate((it) => it.getRootNode().activeElement === it));
});

for (const [way, options] of Object.entries({
  'in the dark on a phone': { ...PHONE, colorScheme: 'dark' },
  'in forced colours': { forcedColors: 'active' },
})) {
  scenario(`a code is read ${way}`, async (stage) => {
    const url = await pageUrl(stage);
    const ada = await reader(stage, 'Ada', url, options);
    await ada.page.evaluate(async (words) => {
      const note = { type: 'Annotation', bodyValue: words, target: { source: location.href } };
      await document.querySelector('postil-comments').import(JSON.stringify(note));
    }, 'A comment.');
    if (await ada.sheet.isVisible()) await ada.sheet.click();
    await choose(ada, 'Show as a QR code…');
    await code(ada).waitFor();
    await assertAccessible(ada.page, way);
    if (options.isMobile) await assertFits(ada.page, way);
    assert.match((await readCode(code(ada))) ?? '', /#postil-bundle=/);
  });
}

scenario('a discussion that is too large for a code is offered as a file', async (stage) => {
  const ada = await reader(stage, 'Ada', await pageUrl(stage));
  await ada.comment(WORDS, 'long '.repeat(600));
  await choose(ada, 'Show as a QR code…');
  await dialog(ada).getByText('too large for a QR code').waitFor();
  await assertAccessible(ada.page, 'too large');
  assert.equal(await code(ada).count(), 0);
  assert.equal(await dialog(ada).getByRole('button', { name: 'Copy link' }).count(), 1);
  const saved = ada.page.waitForEvent('download');
  await dialog(ada).getByRole('button', { name: 'Save a copy…' }).click();
  assert.match((await saved).suggestedFilename(), /\.postil$/);
  assert.equal(await dialog(ada).count(), 0);
});

/** A browser with a share sheet; headless there is none. What is shared is kept in `shared`. */
const withSheet = (page) =>
  page.addInitScript(() => {
    globalThis.shared = [];
    navigator.canShare = ({ files }) => files?.every((file) => file.type === 'text/plain') ?? false;
    navigator.share = async ({ files, ...rest }) => {
      globalThis.shared.push({ ...rest, name: files[0].name, text: await files[0].text() });
      if (globalThis.refuse) throw new DOMException('no', globalThis.refuse);
    };
  });

scenario('the share sheet gets a file that is opened again, where there is one', async (stage) => {
  const url = await pageUrl(stage);
  const ada = await reader(stage, 'Ada', url, { before: withSheet });
  await ada.comment(WORDS, 'By how much?');
  await choose(ada, 'Share…');
  await until('it is shared', () => ada.page.evaluate(() => globalThis.shared.length === 1));
  const [shared] = await ada.page.evaluate(() => globalThis.shared);
  assert.equal(shared.name, 'Water ice.txt');
  assert.equal(shared.title, 'Water: ice');
  assert.ok(shared.url.startsWith(`${url}#postil-bundle=`));

  const ben = await reader(stage, 'Ben', url);
  await ben.button('More').click();
  assert.equal(await ben.button('Share…').count(), 0, 'there is no share sheet here');
  const asked = ben.page.waitForEvent('filechooser');
  await ben.button('Open a copy…').click();
  await (await asked).setFiles({ name: shared.name, mimeType: 'text/plain', buffer: Buffer.from(shared.text) });
  await ben.thread('By how much?').waitFor();

  // Thinking better of it is no error; a refusal is.
  await ada.page.evaluate(() => (globalThis.refuse = 'AbortError'));
  await choose(ada, 'Share…');
  await until('it was asked', () => ada.page.evaluate(() => globalThis.shared.length === 2));
  assert.equal(await ada.page.getByText('That did not work').count(), 0);
  await ada.page.evaluate(() => (globalThis.refuse = 'NotAllowedError'));
  await choose(ada, 'Share…');
  await ada.page.getByText('That did not work').waitFor();
});
