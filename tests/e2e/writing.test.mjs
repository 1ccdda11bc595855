/** Writing in the shared document. */

import assert from 'node:assert/strict';

import { FIRST, LAST, SECOND, THIRD, TITLE } from './support/guide.mjs';
import { agree } from './support/person.mjs';
import { scenario } from './support/scenario.mjs';
import { until, untilEqual } from './support/until.mjs';

/** The selection as offsets in the text. */
function selection(person) {
  return person.document.evaluate((host) => {
    const { anchorNode, anchorOffset, focusNode, focusOffset } = getSelection();
    const at = (node, offset) => {
      const range = new Range();
      range.setStart(host, 0);
      range.setEnd(node, offset);
      return range.toString().length;
    };
    return [at(anchorNode, anchorOffset), at(focusNode, focusOffset)];
  });
}

scenario('the text is long, styled, and on screen as it is in the source', async (stage) => {
  const ada = await stage.person('Ada');
  const text = await ada.text();
  assert.ok(text.split(/\s+/).length >= 1000, 'it is a guide of 1,000 words');
  assert.match(text, /^# /);
  const styles = await ada.document.evaluate((host) => {
    const spans = [...host.querySelectorAll('*')];
    const size = (it) => parseFloat(getComputedStyle(it).fontSize);
    return {
      large: Math.max(...spans.map(size)) / size(host),
      bold: spans.some((it) => Number(getComputedStyle(it).fontWeight) >= 600),
      italic: spans.some((it) => getComputedStyle(it).fontStyle === 'italic'),
      mono: spans.some((it) => getComputedStyle(it).fontFamily.includes('mono')),
    };
  });
  assert.ok(styles.large > 1.3, 'headings are larger');
  assert.deepEqual([styles.bold, styles.italic, styles.mono], [true, true, true]);
});

scenario('own edits are undone and done again, those of others are not', async (stage) => {
  const ada = await stage.person('Ada');
  const ben = await stage.person('Ben');
  const before = await ada.text();
  await ada.typeAfter(FIRST, ' zones');
  await ben.typeAfter(LAST, ' rooms');
  await agree(ada, ben);
  await ada.document.focus();
  await ada.page.keyboard.press('Control+z');
  await untilEqual('only the own words are gone', () => ada.text(), before.replace(LAST, `${LAST} rooms`));
  await ada.page.keyboard.press('Control+Shift+z');
  await until('they are back', async () => (await ada.text()).includes(`${FIRST} zones`));
  await ada.page.keyboard.press('Control+z');
  await ada.page.keyboard.press('Control+y');
  await until('they are back again', async () => (await ada.text()).includes(`${FIRST} zones`));
  await agree(ada, ben);
});

scenario('keys do to the text what they do everywhere', async (stage) => {
  const ada = await stage.person('Ada');
  const ben = await stage.person('Ben');
  await ada.select(FIRST, { length: 0 });
  const { keyboard } = ada.page;
  await keyboard.type('one two three');
  await keyboard.press('Control+Backspace');
  await keyboard.press('Backspace');
  await keyboard.press('Enter');
  await keyboard.type('next 😀');
  await keyboard.press('Backspace');
  await keyboard.press('Backspace');
  await keyboard.press('Enter');
  await keyboard.press('Enter');
  await keyboard.press('ArrowUp');
  await keyboard.press('Delete');
  await until('the text is as typed', async () => (await ada.text()).includes(`one two\nnext\n${FIRST}`));
  await agree(ada, ben);
});

scenario('what is pasted is plain text, also when there is much of it', async (stage) => {
  const ada = await stage.person('Ada');
  const ben = await stage.person('Ben');
  await ada.select(FIRST, { length: 0 });
  const paste = (html, plain) =>
    ada.document.evaluate(
      (host, [html, plain]) => {
        const clipboardData = new DataTransfer();
        if (html) clipboardData.setData('text/html', html);
        clipboardData.setData('text/plain', plain);
        host.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
      },
      [html, plain],
    );
  await paste('<h1>Pasted</h1><img src=x onerror=alert(1)>', 'Pasted <b>as it is</b>\r\n');
  await until('it is there', async () => (await ada.text()).includes(`Pasted <b>as it is</b>\n${FIRST}`));
  assert.equal(await ada.document.locator('img, b, h1').count(), 0);

  const large = `${'All work and no play makes a long text. '.repeat(10)}\n`.repeat(250);
  await ada.select(LAST, { length: 0 });
  await paste(null, large);
  await until('100,000 characters are there', async () => (await ada.text()).includes(large + LAST));
  await agree(ada, ben);
  await ada.page.keyboard.press('Control+z');
  await until('and gone again', async () => !(await ada.text()).includes('All work and no play'));
  await agree(ada, ben);
});

scenario('copying gives the source', async (stage) => {
  const ada = await stage.person('Ada', { permissions: ['clipboard-read', 'clipboard-write'] });
  const words = (await ada.text()).split('\n').find((line) => /\*\*.+\*\*/.test(line));
  await ada.select(words);
  await ada.page.keyboard.press('Control+c');
  assert.equal(await ada.page.evaluate(() => navigator.clipboard.readText()), words);
});

scenario('a caret stays where it is when others write before it', async (stage) => {
  const ada = await stage.person('Ada');
  const ben = await stage.person('Ben');
  await ada.select(SECOND);
  const [from, to] = await selection(ada);
  await ben.typeBefore(FIRST, 'Something new.\n\n');
  await until('it has arrived', async () => (await ada.text()).includes('Something new.'));
  const added = 'Something new.\n\n'.length;
  await untilEqual('the selection', () => selection(ada), [from + added, to + added]);
  assert.equal(await ada.page.evaluate(() => getSelection().toString()), SECOND);
});

scenario('others can write in the same line while an input method composes', async (stage) => {
  const ada = await stage.person('Ada');
  const ben = await stage.person('Ben');
  await ada.select(THIRD, { from: THIRD.length, length: 0 });
  const session = await ada.context.newCDPSession(ada.page);
  const compose = (text) =>
    session.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
  await compose('に');
  await compose('にほ');
  await ben.typeBefore(THIRD, 'Listen: ');
  await ben.delivered();
  await compose('にほんご');
  await until('the composition is on screen', async () => (await ada.text()).includes(`${THIRD}にほんご`));
  await session.send('Input.insertText', { text: '日本語' });
  const expected = `Listen: ${THIRD}日本語`;
  await until('both are in the text', async () => (await ada.text()).includes(expected));
  await agree(ada, ben);
  assert.ok(!(await ben.text()).includes('にほ'));
});

scenario('what is typed at two places at the same time does not mix', async (stage) => {
  const ada = await stage.person('Ada');
  const ben = await stage.person('Ben');
  await Promise.all([
    ada.select(FIRST, { length: 0 }).then(() => ada.page.keyboard.type('The quick brown fox jumps. ', { delay: 15 })),
    ben.select(TITLE, { length: 0 }).then(() => ben.page.keyboard.type('Really, the lazy dog sleeps. ', { delay: 15 })),
  ]);
  await agree(ada, ben);
  const text = await ada.text();
  assert.ok(text.includes(`The quick brown fox jumps. ${FIRST}`));
  assert.ok(text.includes(`Really, the lazy dog sleeps. ${TITLE}`));
});

scenario('a document that is read only cannot be changed, and still be commented', async (stage) => {
  const ada = await stage.person('Ada');
  const before = await ada.text();
  await ada.page.evaluate(() => (document.querySelector('postil-document').readonly = true));
  await ada.select(FIRST);
  await ada.page.keyboard.type('nothing');
  await ada.page.keyboard.press('Delete');
  await ada.comment(SECOND, 'But this works.');
  assert.equal(await ada.text(), before);
});
