/** Two people who connect directly, by two codes and without any relay. */

import assert from 'node:assert/strict';

import { assertAccessible, assertFits } from './support/axe.mjs';
import { serveExamples } from './support/examples.mjs';
import { readCode } from './support/qr.mjs';
import { reader } from './support/reader.mjs';
import { scenario } from './support/scenario.mjs';
import { until, untilEqual } from './support/until.mjs';

const ONE = 'lighter than';
const OTHER = 'stays on top';
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

async function pageUrl(stage) {
  const page = (room) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>Ice</title>
    <meta name="viewport" content="width=device-width">
    <link rel="icon" href="data:,"><script type="module" src="../postil/define.js"></script>
    <main><article id="article"><h1>Ice</h1><p>Ice is lighter than water.</p><p>It stays on top.</p></article>
    <postil-comments for="#article" room="${room}"></postil-comments></main></html>`;
  const files = { 'page/ice.html': page('ice'), 'page/other.html': page('other') };
  return `${await serveExamples(stage, files)}page/ice.html`;
}

const dialog = (person) => person.page.getByRole('dialog', { name: 'Connect directly' });
const field = (person, name) => dialog(person).getByRole('textbox', { name });
const press = (person, name) => dialog(person).getByRole('button', { name, exact: true }).click();

async function openDialog(person) {
  if (await person.sheet.isVisible()) await person.sheet.click();
  await person.button('More').click();
  await person.button('Connect directly…').click();
  await dialog(person).waitFor();
}

/** Makes the first code. */
async function propose(person) {
  await openDialog(person);
  await press(person, 'Make a code');
  const link = field(person, /^Send this link/);
  await link.waitFor();
  return link.inputValue();
}

/** Answers a code that was put in or is in the address. */
async function answered(person) {
  const code = field(person, /^Send this code back/);
  await code.waitFor();
  return code.inputValue();
}

async function accept(person, code) {
  await field(person, /that comes back/).fill(code);
  await press(person, 'Connect');
}

/** Connects two people. */
async function connect(one, other) {
  const offer = await propose(one);
  await openDialog(other);
  await field(other, /given a code/).fill(offer);
  await press(other, 'Connect');
  await accept(one, await answered(other));
  for (const person of [one, other]) {
    await until('the dialog is gone', async () => (await dialog(person).count()) === 0);
    await person.status(/^\s*Up to date\s*$/).waitFor();
  }
}

const same = (one, other) =>
  until('both have the same', async () => JSON.stringify(await one.threads()) === JSON.stringify(await other.threads()));

scenario('two people connect by two codes, write, part and meet again', async (stage) => {
  const url = await pageUrl(stage);
  const ada = await reader(stage, 'Ada', url);
  const ben = await reader(stage, 'Ben', url);
  await ada.comment(ONE, 'From Ada.');
  await ben.comment(OTHER, 'From Ben.');
  await connect(ada, ben);
  await ada.thread('From Ben.').waitFor();
  await ben.thread('From Ada.').waitFor();
  await ben.reply('From Ada.', 'Heard at once.');
  await ada.open('From Ada.');
  await ada.thread('Heard at once.').waitFor();
  await same(ada, ben);

  // It is one of the relays, and can be ended; nothing is lost.
  await ada.button('More').click();
  await ada.button('Relays').click();
  await ada.page.getByText('Direct connection 1').waitFor();
  await assertAccessible(ada.page, 'a direct connection in the list');
  await ada.button('Disconnect').click();
  for (const person of [ada, ben]) {
    await person.page.getByText('The direct connection has ended.').first().waitFor();
    await person.status('On this device only').waitFor();
  }
  await ada.comment(OTHER, 'Written alone.');
  await ada.reload();
  await connect(ben, ada);
  await ben.thread('Written alone.').waitFor();
  await same(ada, ben);

  // One goes to another page.
  await ada.page.goto('about:blank');
  await ben.page.getByText('The direct connection has ended.').first().waitFor();
  await ben.thread('Written alone.').waitFor();
});

scenario('the first code is a link, and both are read by a camera', async (stage) => {
  const url = await pageUrl(stage);
  const ada = await reader(stage, 'Ada', url);
  await ada.comment(ONE, 'From Ada.');
  const offer = await propose(ada);
  assert.ok(offer.startsWith(`${url}#postil-direct=`), offer);
  assert.ok(offer.length < url.length + 260, `${offer.length} letters`);
  const shown = (person) => dialog(person).getByRole('img', { name: /^QR code/ });
  assert.equal(await readCode(shown(ada)), offer);

  const ben = await reader(stage, 'Ben', offer);
  const answer = await answered(ben);
  assert.equal(await ben.page.evaluate(() => location.href), url, 'the address is clean');
  assert.equal(await readCode(shown(ben)), answer);
  await dialog(ben).getByText('Waiting for the other person').waitFor();
  await accept(ada, answer);
  await ben.thread('From Ada.').waitFor();
});

scenario('three people, two connections: what one brings reaches the third', async (stage) => {
  const url = await pageUrl(stage);
  const [ada, ben, cem] = [await reader(stage, 'Ada', url), await reader(stage, 'Ben', url), await reader(stage, 'Cem', url)];
  await connect(ada, ben);
  await connect(cem, ben);
  await ada.comment(ONE, 'From Ada.');
  await cem.thread('From Ada.').waitFor();
  await ben.button('More').click();
  await ben.button('Relays').click();
  await untilEqual('there are two', () => ben.button('Disconnect').count(), 2);
});

scenario('a wrong code is refused in words, and the right one works afterwards', async (stage) => {
  const url = await pageUrl(stage);
  const ada = await reader(stage, 'Ada', url, { permissions: ['clipboard-read', 'clipboard-write'] });
  const ben = await reader(stage, 'Ben', url.replace('ice.html', 'other.html'));
  const offer = await propose(ada);
  const alert = (person) => dialog(person).getByRole('alert');
  for (const [text, expected] of [
    ['hello', /no such code/],
    [offer.slice(0, -9), /no such code/],
    [offer, /not the code that is wanted/],
  ]) {
    await accept(ada, text);
    await alert(ada).filter({ hasText: expected }).waitFor();
  }
  await assertAccessible(ada.page, 'a wrong code');
  await press(ada, 'Copy link');
  await dialog(ada).getByText('Text copied').waitFor();
  assert.equal(await ada.page.evaluate(() => navigator.clipboard.readText()), offer);

  await openDialog(ben);
  await field(ben, /given a code/).fill(offer);
  await press(ben, 'Connect');
  await alert(ben).filter({ hasText: /copy of another discussion|another discussion/ }).waitFor();
  await ben.go(url);
  await openDialog(ben);
  await field(ben, /given a code/).fill(`Try this:\n${offer}\n`);
  await press(ben, 'Connect');
  await accept(ada, await answered(ben));
  await until('they are connected', async () => (await dialog(ada).count()) === 0);
});

for (const [way, options] of Object.entries({
  'wide and light': {},
  'dark on a phone': { ...PHONE, colorScheme: 'dark' },
  'forced colours': { forcedColors: 'active' },
})) {
  scenario(`every state is accessible and goes by keyboard: ${way}`, async (stage) => {
    const url = await pageUrl(stage);
    const ada = await reader(stage, 'Ada', url, options);
    const look = async (state) => {
      await assertAccessible(ada.page, `${state}, ${way}`);
      if (options.isMobile) await assertFits(ada.page, `${state}, ${way}`);
    };
    await openDialog(ada);
    await look('two ways to begin');
    // The button that makes a code has the focus.
    await ada.page.keyboard.press('Enter');
    const link = field(ada, /^Send this link/);
    await link.waitFor();
    await look('a code is made');
    const offer = await link.inputValue();
    await ada.page.keyboard.press('Escape');
    await until('it is closed', async () => (await dialog(ada).count()) === 0);
    await until('the button has the focus again', () =>
      ada.button('More').evaluate((it) => it.getRootNode().activeElement === it));

    const ben = await reader(stage, 'Ben', offer, options);
    await answered(ben);
    await assertAccessible(ben.page, `a code goes back, ${way}`);
    if (options.isMobile) await assertFits(ben.page, `a code goes back, ${way}`);
  });
}

scenario('in a tab that does not lead it is said where to connect', async (stage) => {
  const url = await pageUrl(stage);
  const first = await reader(stage, 'Ada', url, { profile: 'two tabs' });
  const second = await reader(stage, 'Ada', url, { profile: 'two tabs' });
  await second.button('More').click();
  await second.button('Connect directly…').click();
  await second.page.getByText('Another tab of this browser').first().waitFor();
  assert.equal(await dialog(second).count(), 0);
  await openDialog(first);
});
