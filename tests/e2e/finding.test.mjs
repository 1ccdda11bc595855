/** Finding one's way: cards, highlights, permalinks, filters, and threads whose text is gone. */

import assert from 'node:assert/strict';

import { FIRST, LAST, SECOND, THIRD } from './support/guide.mjs';
import { agree } from './support/person.mjs';
import { scenario } from './support/scenario.mjs';
import { until, untilEqual } from './support/until.mjs';

/** The first words of the cards, from top to bottom. */
function cards(person) {
  return person.list.getByRole('article').evaluateAll((all) =>
    all
      .map((it) => [it.getBoundingClientRect().top, it.querySelector('.quote').textContent])
      .sort(([a], [b]) => a - b)
      .map(([, quote]) => quote),
  );
}

scenario('cards stand beside their text, in the order of the document', async (stage) => {
  const ada = await stage.person('Ada');
  await ada.comment(THIRD, 'Third.');
  await ada.comment(FIRST, 'First.');
  await ada.comment(SECOND, 'Second.');
  await untilEqual('the order', () => cards(ada), [FIRST, SECOND, THIRD]);
  await ada.page.keyboard.press('Escape');
  const thread = await ada.open('Third.');
  const words = await ada.document.getByText(THIRD).boundingBox();
  await until('the active card is level with its text', async () => {
    const card = await thread.boundingBox();
    const line = (await ada.document.getByText(THIRD).boundingBox()) ?? words;
    return card && Math.abs(card.y - line.y) < 60;
  });
  const card = await thread.boundingBox();
  assert.ok(card.x > words.x + words.width - 1, 'beside, not over, the text');
});

scenario('highlights tell open, active and resolved threads apart', async (stage) => {
  const ada = await stage.person('Ada');
  await ada.comment(FIRST, 'Open.');
  await ada.comment(SECOND, 'Active.');
  await ada.comment(THIRD, 'Resolved.');
  await ada.button('Resolve', ada.thread('Resolved.')).click();
  await ada.open('Active.');
  await untilEqual('active', () => ada.highlighted('active'), [SECOND]);
  await until('open', async () => (await ada.highlighted('open')).includes(FIRST));
  await untilEqual('resolved', () => ada.highlighted('resolved'), [THIRD]);
  // A card that is pointed at shows its words, too.
  await ada.page.mouse.move(0, 0);
  await ada.page.keyboard.press('Escape');
  await untilEqual('none is active', () => ada.highlighted('active'), []);
});

scenario('from a thread to its text, and from the text to its thread', async (stage) => {
  const ada = await stage.person('Ada');
  await ada.comment(LAST, 'Far below.');
  await ada.comment(FIRST, 'At the top.');
  await ada.page.evaluate(() => scrollTo(0, 0));
  const thread = await ada.thread('Far below.').count() ? await ada.open('Far below.') : null;
  if (thread) {
    await ada.button('Go to text', thread).click();
    await until('the text is in view', () =>
      ada.document.evaluate((host, words) => {
        const line = [...host.children].find((it) => it.textContent.includes(words)).getBoundingClientRect();
        return line.top >= 0 && line.top < innerHeight && host.contains(document.activeElement);
      }, LAST),
    );
  }
  await ada.page.keyboard.press('Escape');
  await ada.document.getByText(FIRST).click({ position: { x: 12, y: 12 } });
  await ada.thread('At the top.').and(ada.page.locator('[aria-current=true]')).waitFor();
});

scenario('a permalink opens the page at the thread', async (stage) => {
  const permissions = ['clipboard-read', 'clipboard-write'];
  const ada = await stage.person('Ada', { permissions });
  const ben = await stage.person('Ben');
  await ada.comment(FIRST, 'Another.');
  await ada.comment(LAST, 'This one.');
  await agree(ada, ben);
  const thread = await ada.open('This one.');
  await ada.button('Copy link', thread).click();
  await ada.page.getByText('Link copied').waitFor();
  const link = await ada.page.evaluate(() => navigator.clipboard.readText());

  await ben.page.goto('about:blank');
  await ben.go(link);
  await ben.thread('This one.').and(ben.page.locator('[aria-current=true]')).waitFor();
  await until('its text is in view', () =>
    ben.document.evaluate((host, words) => {
      const line = [...host.children].find((it) => it.textContent.includes(words)).getBoundingClientRect();
      return line.top >= 0 && line.top < innerHeight;
    }, LAST),
  );
  // A link to something that is not here leaves the page as it is.
  await ben.page.goto('about:blank');
  await ben.go(`${link.slice(0, -6)}AAAAAA`);
  assert.equal(await ben.page.locator('[aria-current=true]').count(), 0);
});

scenario('words selected with a pointer are commented', async (stage) => {
  const ada = await stage.person('Ada');
  const { mouse } = ada.page;
  const line = await ada.document.getByText(FIRST).boundingBox();
  await mouse.move(line.x + 2, line.y + 12);
  await mouse.down();
  await mouse.move(line.x + 200, line.y + 12, { steps: 5 });
  await mouse.up();
  const dragged = await ada.page.evaluate(() => getSelection().toString());
  assert.ok(dragged.length > 5 && (await ada.text()).includes(`\n${dragged}`), dragged);
  await ada.button('Comment').click();
  await ada.publish(ada.box('Write a comment'), 'Dragged.');
  await ada.thread('Dragged.').getByText(dragged).waitFor();

  await mouse.dblclick(line.x + 35, line.y + 12);
  const word = await ada.page.evaluate(() => getSelection().toString().trim());
  assert.match(word, /^\w+$/);
  await ada.button('Comment').click();
  await ada.publish(ada.box('Write a comment'), 'Clicked twice.');
  await ada.thread('Clicked twice.').waitFor();
  assert.deepEqual((await ada.threads()).map((it) => it.quote.trim()).sort(), [dragged.trim(), word].sort());
});

scenario('filters show open, resolved, own and all threads', async (stage) => {
  const ada = await stage.person('Ada');
  const ben = await stage.person('Ben');
  await ada.comment(FIRST, 'By Ada.');
  await ben.comment(SECOND, 'By Ben.');
  await ben.comment(THIRD, 'Done.');
  await ben.button('Resolve', ben.thread('Done.')).click();
  await untilEqual('Ada has all three', async () => (await ada.threads()).map((it) => it.status).sort(), [
    'open',
    'open',
    'resolved',
  ]);
  const shown = async (filter) => {
    await ada.page.getByRole('radio', { name: filter }).check();
    return untilEqual(`${filter}`, () => cards(ada), {
      Open: [FIRST, SECOND],
      Resolved: [THIRD],
      Mine: [FIRST],
      All: [FIRST, SECOND, THIRD],
    }[filter.source.slice(1)]);
  };
  await ada.page.keyboard.press('Escape');
  for (const filter of [/^Resolved/, /^Mine/, /^All/, /^Open/]) await shown(filter);
});

scenario('a thread whose text was deleted stays listed with its quote', async (stage) => {
  const ada = await stage.person('Ada');
  const ben = await stage.person('Ben');
  await ada.comment(SECOND, 'About words that go.');
  await ben.thread('About words that go.').waitFor();
  await ben.erase(SECOND);
  for (const person of [ada, ben]) {
    const thread = person.thread('About words that go.');
    await thread.getByText('Detached').waitFor();
    await thread.getByText(SECOND).waitFor();
  }
  await ada.reply('About words that go.', 'They are gone, this is not.');
  await agree(ada, ben);
  assert.equal((await ben.threads())[0].quote, SECOND);
  await ada.reload();
  await ada.thread('About words that go.').getByText('Detached').waitFor();
  // Bringing the text back brings the thread back to it.
  await ben.document.focus();
  await ben.page.keyboard.press('Control+z');
  await until('the words are back', async () => (await ada.text()).includes(SECOND));
  await agree(ada, ben);
});

scenario('what arrives does not move what is being read', async (stage) => {
  const ada = await stage.person('Ada');
  const ben = await stage.person('Ben');
  await ada.comment(SECOND, 'I am reading this.');
  await ada.reply('I am reading this.', 'A first reply.');
  await ben.thread('I am reading this.').waitFor();
  const thread = await ada.open('I am reading this.');
  await ada.box('Write a reply', thread).fill('I am writing');
  const place = async () => Math.round((await ada.box('Write a reply', thread).boundingBox()).y);
  const before = await place();
  await ben.reply('I am reading this.', 'A second reply.');
  await ada.page.getByText('1 new reply').waitFor();
  assert.equal(await thread.getByText('A second reply.').count(), 0);
  assert.equal(await place(), before);
  await ada.button('Show').click();
  await thread.getByText('A second reply.').waitFor();
  assert.equal(await ada.box('Write a reply', thread).inputValue(), 'I am writing');
});
