/** The same in every browser: under a strict Content Security Policy with Trusted Types, as `POLICY` says. */

import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { assertAccessibleAnywhere, assertFits } from './support/axe.mjs';
import { everywhere, NAMES, tour } from './support/browsers.mjs';
import { serveExamples } from './support/examples.mjs';
import { FILES, page as gallery, picture } from './support/gallery.mjs';
import { FIRST, SECOND } from './support/guide.mjs';
import { until, untilEqual } from './support/until.mjs';

const RULE = 'Water that is colder than four degrees is lighter, and stays on top.';

everywhere('words are painted, threads shown, opened from the text, and written for good', async (stage, browser) => {
  const ada = await stage.visit('Ada', browser, `${await serveExamples(stage)}plain-page/`);
  const { page } = ada;
  assert.deepEqual(await page.evaluate(() => [typeof CSS.highlights, typeof trustedTypes]), ['object', 'object']);
  const clip = await ada.boxOf(RULE);
  const look = async () => Buffer.from(await page.screenshot({ clip })).toString('base64');
  const before = await look();

  await ada.comment(RULE, 'Why does it?');
  await ada.leave();
  await untilEqual('it is highlighted', () => ada.highlighted('open'), [RULE]);
  await until('that is to be seen', async () => (await look()) !== before);
  assert.deepEqual(await ada.placements(), [[RULE, 'placed']]);

  // With the pointer, and with a caret in the text.
  await ada.clickOn(RULE);
  await until('it is open', async () => (await ada.current()).includes('Why does it?'));
  await untilEqual('its words are emphasised', () => ada.highlighted('active'), [RULE]);
  await assertAccessibleAnywhere(page, 'an open thread');
  await ada.click('textbox', 'Write a reply');
  await ada.leave();
  await page.evaluate(() => (document.activeElement.blur(), getSelection().collapse(document.querySelector('#article strong').firstChild, 2)));
  await page.keyboard.press('Enter');
  await until('it is open again', async () => (await ada.current()).includes('Why does it?'));

  await ada.publish('Write a reply', 'Hydrogen bonds.');
  await ada.reload();
  const bodies = async () => (await ada.threads()).flatMap((thread) => thread.comments.map((it) => it.body));
  await untilEqual('all is kept', bodies, ['Why does it?', 'Hydrogen bonds.']);
  await untilEqual('and painted', () => ada.highlighted('open'), [RULE]);
  // Without the element, the page is as it was.
  await page.evaluate(() => document.querySelector('postil-comments').remove());
  await until('nothing is left of it', async () => (await look()) === before);
});

const NOTES = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Notes</title><link rel="icon" href="data:,">
  <script type="module" src="postil/define.js"></script>
  <main><h1>Notes</h1><postil-document id="text" room="notes"># Notes

First line of text.

Second, with 👍🏽 and שלום.
</postil-document></main><postil-comments for="#text" room="notes"></postil-comments>`;

everywhere('a shared document is written in', async (stage, browser) => {
  const url = `${await serveExamples(stage, { 'notes.html': NOTES })}notes.html`;
  const ada = await stage.visit('Ada', browser, url, { root: '#text' });
  const { keyboard } = ada.page;
  const shows = async (what, from, to) => {
    await untilEqual(what, async () => (await ada.text()).split('\n').slice(from, from + to.length), to);
  };
  const steps = [
    ['letters', async () => (await ada.caretAfter('First'), await keyboard.type(' long')), ['First long line of text.']],
    ['a line feed', async () => (await keyboard.press('Enter'), await keyboard.type('and')), ['First long', 'and line of text.']],
    ['backspace over lines', async () => { for (let n = 0; n < 4; n++) await keyboard.press('Backspace'); }, ['First long line of text.']],
    ['delete over lines', async () => (await ada.caretAfter('of text.'), await keyboard.press('Delete'), await keyboard.press('Delete')), ['First long line of text.Second, with 👍🏽 and שלום.']],
    ['taken back', () => ada.press('Control', 'z'), ['First long line of text.', '', 'Second, with 👍🏽 and שלום.']],
    ['done again', () => ada.press('Control', 'y'), ['First long line of text.Second, with 👍🏽 and שלום.']],
    ['a whole emoji', async () => (await ada.caretAfter('👍🏽'), await keyboard.press('Backspace')), ['First long line of text.Second, with  and שלום.']],
    ['right to left', async () => (await ada.caretAfter('שלום'), await keyboard.type(' עולם')), ['First long line of text.Second, with  and שלום עולם.']],
    ['a word', () => ada.press('Control', 'Backspace'), ['First long line of text.Second, with  and שלום .']],
    ['bold', async () => (await ada.select('line'), await ada.press('Control', 'b')), ['First long **line** of text.Second, with  and שלום .']],
    ['no longer bold, but italic', async () => (await ada.press('Control', 'b'), await ada.press('Control', 'i')), ['First long *line* of text.Second, with  and שלום .']],
    ['to the ends of the line', async () => (await keyboard.press('Home'), await keyboard.type('> '), await keyboard.press('End'), await keyboard.type('!')), ['> First long *line* of text.Second, with  and שלום .!']],
    ['cut and pasted', async () => (await ada.select('First'), await ada.press('Control', 'x'), await keyboard.press('End'), await ada.press('Control', 'v')), [/^> {2}long .*!First$/]],
  ];
  for (const [what, act, lines] of steps) {
    await act();
    if (lines[0] instanceof RegExp) {
      await until(what, async () => lines[0].test((await ada.text()).split('\n')[2]));
    } else {
      await shows(what, 2, lines);
    }
  }
  await ada.press('Control', 'a');
  await keyboard.press('Delete');
  await untilEqual('nothing is left', () => ada.text(), '');
  await keyboard.type('Once more');
  await keyboard.press('Home');
  await keyboard.press('Enter');
  await keyboard.press('ArrowUp');
  await keyboard.type('A title');
  await untilEqual('it begins anew', () => ada.text(), 'A title\nOnce more');
  await ada.comment('more', 'How often?');
  await untilEqual('it is highlighted', () => ada.highlighted('active'), ['more']);
  await ada.caretAfter('Once');
  await keyboard.type(' or twice');
  await untilEqual('the words stay those', () => ada.highlighted('active'), ['more']);
  await until('it is kept', async () => (await ada.reload(), (await ada.text()) === 'A title\nOnce or twice more'));
  await untilEqual('with its thread', () => ada.placements(), [['more', 'placed']]);
  await assertAccessibleAnywhere(ada.page, 'a shared document');
});

everywhere('on a narrow screen everything has its place', async (stage, browser) => {
  const before = (page) => page.setViewport({ width: 390, height: 700 });
  const ada = await stage.visit('Ada', browser, `${await serveExamples(stage)}plain-page/`, { before });
  const { page } = ada;
  const state = () => page.evaluate(() => {
    const words = document.querySelector('postil-comments').shadowRoot.querySelector('.status .state');
    return [words.textContent, words.getClientRects().length];
  });
  const look = async (what) => {
    const [words, lines] = await state();
    assert.equal(words, 'On this device only');
    assert.ok(lines <= 2, `${what}: "${words}" takes ${lines} lines`);
    await assertFits(page, what);
    await assertAccessibleAnywhere(page, what);
  };
  await look('nothing yet');
  await ada.comment(RULE, 'Why does it?');
  await look('half of the screen');
  await ada.click('button', 'Full height');
  await look('all of it');
});

everywhere('a part of a picture is commented', async (stage, browser) => {
  const base = await serveExamples(stage, { ...FILES, 'a.html': gallery(picture()) });
  const ada = await stage.visit('Ada', browser, `${base}a.html`);
  const { page } = ada;
  const image = await page.$('#article img');
  await image.hover();
  await ada.click('button', 'Comment on this picture');
  await page.waitForSelector('>>> .glass', { visible: true });
  const box = await image.boundingBox();
  const at = (x, y) => [box.x + box.width * x, box.y + box.height * y];
  await page.mouse.move(...at(0.2, 0.5));
  await page.mouse.down();
  await page.mouse.move(...at(0.6, 0.8), { steps: 4 });
  await page.mouse.up();
  const take = await page.waitForSelector('>>> [role=group][aria-label^="Picture:"] ::-p-aria([name="Comment"][role="button"])', { visible: true });
  await take.click();
  await ada.publish('Write a comment', 'A crack.');
  await assertAccessibleAnywhere(page, 'a part of a picture');
  const piece = () => page.waitForSelector('postil-comments >>> .piece', { visible: true });
  const drawn = await (await piece()).boundingBox();
  const off = [drawn.x - at(0.2)[0], drawn.y - at(0, 0.5)[1], drawn.width - box.width * 0.4, drawn.height - box.height * 0.3];
  assert.ok(off.every((it) => Math.abs(it) < 3), JSON.stringify(off));
  await ada.leave();
  await (await piece()).click();
  await until('it is open', async () => (await ada.current()).includes('A crack.'));
});

everywhere('where there are no highlights, there are marks', async (stage, browser) => {
  const before = (page) => page.evaluateOnNewDocument(() => Object.defineProperty(CSS, 'highlights', { value: undefined }));
  const ada = await stage.visit('Ada', browser, `${await serveExamples(stage)}plain-page/`, { before });
  const { page } = ada;
  const tree = () => page.evaluate(() => document.querySelector('#article').innerHTML);
  const plain = await tree();
  await ada.comment(RULE, 'Marked.');
  const marked = () => page.evaluate(() => [...document.querySelectorAll('#article mark')].map((it) => it.textContent).join('').replace(/\s+/g, ' '));
  await untilEqual('it is marked', marked, RULE);
  await ada.leave();
  await ada.clickOn(RULE);
  await until('it is open', async () => (await ada.current()).includes('Marked.'));
  await page.evaluate(() => document.querySelector('postil-comments').remove());
  await untilEqual('no mark is left', tree, plain);
});

everywhere('a copy is saved and opened', async (stage, browser) => {
  const url = `${await serveExamples(stage)}plain-page/`;
  const folder = await mkdtemp(join(tmpdir(), 'postil-copy-'));
  stage.defer(() => rm(folder, { recursive: true }));
  const ada = await stage.visit('Ada', browser, url, { downloads: folder });
  await ada.comment(RULE, 'In a copy.');
  await ada.click('button', 'More');
  await ada.click('button', 'Save a copy…');
  const file = await until('it is saved', async () => (await readdir(folder)).find((it) => it.endsWith('.postil')));
  const ben = await stage.visit('Ben', browser, url);
  await ben.click('button', 'More');
  const [chooser] = await Promise.all([ben.page.waitForFileChooser(), ben.click('button', 'Open a copy…')]);
  await chooser.accept([join(folder, file)]);
  await until('it is taken', async () => (await ben.threads()).length === 1);
  assert.equal(JSON.stringify((await ben.threads())[0].comments), JSON.stringify((await ada.threads())[0].comments));
  await untilEqual('and painted', () => ben.highlighted('open'), [RULE]);
});

tour('between the browsers, text and threads cross over a relay', async (stage) => {
  const url = `${(await stage.relay()).url}/`;
  const [ada, ben] = await Promise.all(NAMES.map((browser) => stage.visit(`in-${browser}`, browser, url, { root: 'postil-document' })));
  await ada.comment(FIRST, 'From one browser.');
  await until('the other has it', async () => (await ben.threads()).length === 1);
  await ben.select(FIRST);
  await ben.page.evaluate(() => document.querySelector('postil-comments').reveal(document.querySelector('postil-comments').threads[0].id));
  await ben.publish('Write a reply', 'From the other.');
  await ben.caretAfter(SECOND);
  await ben.page.keyboard.type(' (and here)');
  await ada.caretAfter(FIRST);
  await ada.page.keyboard.type(' (there)');
  const view = async (it) => JSON.stringify([await it.text(), await it.threads()]);
  await until('both see the same', async () => {
    const [one, other] = [await view(ada), await view(ben)];
    return one === other && ['From the other.', '(and here)', '(there)'].every((words) => one.includes(words));
  });
});
