/** Discussions that go to other programs and come from them: web annotations, and Hypothesis. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

import { assertAccessible } from './support/axe.mjs';
import { serveExamples } from './support/examples.mjs';
import { reader } from './support/reader.mjs';
import { scenario } from './support/scenario.mjs';
import { until, untilEqual } from './support/until.mjs';

const WORDS = '😀 colder than';
const OTHER = 'stays on top';

/** The same text in two rooms. */
async function pages(stage) {
  const page = (room, more = '') => `<!doctype html><html lang="en"><meta charset="utf-8"><title>Water &amp; ice</title>
    <link rel="icon" href="data:,"><script type="module" src="../postil/define.js"></script>
    <main><article id="article"><h1>Ice</h1><p>Water that is 😀 <em>colder
      than</em> four degrees is lighter.</p><p id="top">It stays on top. It is lighter.</p></article>
    <postil-comments for="#article" room="${room}" ${more}></postil-comments></main></html>`;
  const files = { 'page/one.html': page('one'), 'page/two.html': page('two'), 'page/read.html': page('three', 'readonly') };
  return `${await serveExamples(stage, files)}page/`;
}

async function choose(person, item) {
  await person.button('More').click();
  return person.button(item);
}

/** Saves a file and gives its name and text. */
async function save(person, name) {
  const item = await choose(person, name);
  const saved = person.page.waitForEvent('download');
  await item.click();
  const file = await saved;
  return { name: file.suggestedFilename(), text: await readFile(await file.path(), 'utf8') };
}

async function open(person, text) {
  const item = await choose(person, 'Open a copy…');
  const asked = person.page.waitForEvent('filechooser');
  await item.click();
  await (await asked).setFiles({ name: 'a.json', mimeType: 'application/json', buffer: Buffer.from(text) });
}

const take = (person, data) =>
  person.page.evaluate((data) => document.querySelector('postil-comments').import(data).catch((error) => error.message), data);

for (const [format, item, ending] of [
  ['w3c', 'Save as web annotations…', '.jsonld'],
  ['hypothesis', 'Save for Hypothesis…', '.json'],
]) {
  scenario(`a discussion goes to another room as ${format}, once`, async (stage) => {
    const url = await pages(stage);
    const ada = await reader(stage, 'Ada', `${url}one.html`);
    await ada.comment(WORDS, 'Why **four**?');
    await ada.reply('Why four?', 'It is the densest then.');
    await ada.comment(OTHER, 'And why there?');
    const file = await save(ada, item);
    assert.ok(file.name.endsWith(ending), file.name);
    const exported = await ada.page.evaluate((format) => document.querySelector('postil-comments').export(format), format);
    const undated = (text) => text.replace(/"(modified|export_date)":"[^"]*"/, '');
    assert.equal(undated(exported), undated(file.text), 'the element gives the same');
    assert.match(file.text, /Water & ice/);
    if (format === 'w3c') {
      // Who does not look for words finds the elements that they are in.
      const paths = [...exported.matchAll(/"type":"CssSelector","value":"([^"]+)"/g)].map(([, path]) => path);
      assert.deepEqual(paths, ['p:nth-of-type(1)', 'p:nth-of-type(2)']);
      const ids = [...exported.matchAll(/"type":"FragmentSelector","conformsTo":"[^"]+","value":"([^"]+)"/g)].map(([, id]) => id);
      assert.deepEqual(ids, ['top']);
    }

    const ben = await reader(stage, 'Ben', `${url}two.html`);
    await open(ben, file.text);
    await ben.page.getByText('3 comments imported.').first().waitFor();
    await untilEqual('both threads are placed', () => ben.placements(), [
      [WORDS, 'placed'],
      [OTHER, 'placed'],
    ]);
    await untilEqual('and highlighted', async () => (await ben.highlighted()).length, 2);
    const [first] = await ben.threads();
    const said = first.comments.map(({ origin, body }) => [origin.name, body]);
    assert.deepEqual(said, [['Ada', 'Why **four**?'], ['Ada', 'It is the densest then.']]);
    assert.equal(first.comments[1].parent, first.id);
    const there = await ada.threads();
    assert.deepEqual(
      first.comments.map(({ origin }) => [origin.id, origin.at]),
      there[0].comments.map(({ id, at }) => [id, at]),
    );

    // Again, and back where it came from, it changes nothing.
    const before = await ben.view();
    await open(ben, file.text);
    await ben.page.getByText('Everything in this copy was here already').first().waitFor();
    assert.equal(await take(ben, file.text), false);
    assert.equal(await ben.view(), before);
    const kept = await ada.view();
    const back = await ben.page.evaluate((format) => document.querySelector('postil-comments').export(format), format);
    assert.equal(await take(ada, back), false);
    assert.equal(await ada.view(), kept);
    await ben.reload();
    assert.equal(await ben.view(), before, 'it is kept');

    // Whoever brings it has said so.
    await ben.reply('Why four?', 'I have brought it here.');
    const bylines = await ben.thread('Why four?').locator('.byline').allInnerTexts();
    const [opening, answer, own] = bylines.map((it) => it.replace(/\s+/g, ' '));
    assert.match(opening, /^Ada imported by Ben/);
    assert.match(answer, /^Ada imported by Ben/);
    assert.match(own, /^Ben you/);
    await assertAccessible(ben.page, 'an imported thread');
  });
}

scenario('a file from Hypothesis highlights the words of the page', async (stage) => {
  const ada = await reader(stage, 'Ada', `${await serveExamples(stage)}plain-page/`);
  const annotation = (id, more) => ({
    id,
    created: '2023-04-01T10:00:00.123456+00:00',
    updated: '2023-04-01T10:00:00.123456+00:00',
    user: 'acct:grace@hypothes.is',
    user_info: { display_name: 'Grace <b>H.</b>' },
    uri: 'https://ponds.example/winter',
    group: '__world__',
    permissions: { read: ['group:__world__'] },
    tags: [],
    target: [{ source: 'https://ponds.example/winter' }],
    ...more,
  });
  const quote = { type: 'TextQuoteSelector', exact: 'about a pond\n        in winter', prefix: 'Everything ', suffix: '' };
  const rows = [
    annotation('r2', { text: 'I agree.', references: ['r1'] }),
    annotation('r1', { text: 'All of *it*?', tags: ['ponds'], target: [{ source: 'x', selector: [quote] }] }),
    annotation('r3', { text: '<img src=x onerror=alert(1)>', user_info: {} }),
    annotation('r4', { text: 'Mine alone.', permissions: { read: ['acct:grace@hypothes.is'] } }),
  ];
  await open(ada, JSON.stringify({ total: rows.length, rows }));
  await ada.page.getByText('3 comments imported. 1 left out.').first().waitFor();
  await untilEqual('its words are highlighted', async () => (await ada.highlighted()).map((it) => it.replace(/\s+/g, ' ')), [
    'about a pond in winter',
  ]);
  await ada.open('All of it?');
  const thread = ada.thread('All of it?');
  await thread.getByText('Grace <b>H.</b>').first().waitFor();
  await thread.getByText('#ponds').waitFor();
  await thread.getByText('I agree.').waitFor();
  await ada.thread('onerror=alert(1)').getByText('grace', { exact: true }).first().waitFor();
  assert.ok(!JSON.stringify(await ada.threads()).includes('Mine alone'));
});

scenario('what is no file of comments is refused in words', async (stage) => {
  const url = await pages(stage);
  const ada = await reader(stage, 'Ada', `${url}one.html`);
  await open(ada, '{"type":"FeatureCollection"}');
  await ada.page.getByText(/no comments in a form that is known/).first().waitFor();
  assert.match(await take(ada, '[1,2'), /no comments in a form that is known/);
  assert.match(await take(ada, '{"type":"AnnotationCollection","first":"https://a.example/1"}'), /https:\/\/a.example\/1/);
  assert.match(await take(ada, `[${' '.repeat(5_000_000)}]`), /larger than 4 MiB/);
  assert.match(await take(ada, 'a poem'), /not a copy/);
  const refusal = () => document.querySelector('postil-comments').export('pdf').catch((error) => error.message);
  assert.match(await ada.page.evaluate(refusal), /no format "pdf".*"w3c", "hypothesis"/);
  assert.deepEqual(await ada.threads(), []);

  const ben = await reader(stage, 'Ben', `${url}read.html`);
  assert.match(await take(ben, '{"type":"Annotation","bodyValue":"x"}'), /Read only/);
  assert.deepEqual(await ben.threads(), []);
});

scenario('many comments come in, and those who only look on get them too', async (stage) => {
  const url = await pages(stage);
  const first = await reader(stage, 'Ada', `${url}one.html`, { profile: 'same' });
  const second = await reader(stage, 'Ada', `${url}one.html`, { profile: 'same' });
  const items = Array.from({ length: 450 }, (_, n) => ({
    id: `https://a.example/${n}`,
    type: 'Annotation',
    creator: { name: `Person ${n % 7}` },
    created: new Date(1.6e12 + n * 1000).toISOString(),
    bodyValue: `Number ${n}`,
    target: n % 3 ? `https://a.example/${n - (n % 3)}` : { source: 'https://a.example/page', selector: { type: 'TextQuoteSelector', exact: OTHER } },
  }));
  // The tab that does not lead is one of them.
  const file = JSON.stringify(items);
  assert.deepEqual(await Promise.all([take(first, file), take(second, file)]), [true, true]);
  for (const tab of [first, second]) {
    await until('all are here', async () => {
      const threads = await tab.threads();
      return threads.length === 150 && threads.every(({ comments }) => comments.length === 3);
    });
  }
});
