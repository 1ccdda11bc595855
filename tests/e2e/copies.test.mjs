/** Copies that go from hand to hand: files, and links that carry a whole discussion. No relay at all. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

import { assertAccessible } from './support/axe.mjs';
import { folder, serve } from './support/files.mjs';
import { POLICY } from './support/front.mjs';
import { FIRST, SECOND, THIRD } from './support/guide.mjs';
import { agree } from './support/person.mjs';
import { scenario } from './support/scenario.mjs';
import { until } from './support/until.mjs';

/** The site without a relay, and a page in it that is about something else and short enough for a link. */
async function site(stage) {
  const find = folder(process.env.POSTIL_SITE);
  const small = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Small & short</title>
    <link rel="icon" href="data:,"><script type="module" src="/postil/define.js"></script>
    <main><article id="text"><p>A short page with a few words.</p></article>
    <postil-comments for="#text"></postil-comments></main></html>`;
  const inPackage = folder(process.env.POSTIL_PACKAGE, '/postil/');
  const page = (path) => {
    if (path === '/small') return { body: small, type: 'text/html' };
    return path.startsWith('/postil/') ? inPackage(path) : find(path);
  };
  const server = await serve(async (path) => page(path), { 'content-security-policy': POLICY });
  stage.defer(() => server.close());
  return server.url;
}

async function choose(person, item) {
  await person.button('More').click();
  return person.button(item);
}

/** Saves a copy as a file and gives its bytes. */
async function save(person, name = 'Save a copy…') {
  const item = await choose(person, name);
  const saved = person.page.waitForEvent('download');
  await item.click();
  const file = await saved;
  return { name: file.suggestedFilename(), buffer: await readFile(await file.path()) };
}

async function open(person, buffer) {
  const item = await choose(person, 'Open a copy…');
  const asked = person.page.waitForEvent('filechooser');
  await item.click();
  await (await asked).setFiles({ name: 'a.postil', mimeType: 'application/octet-stream', buffer });
}

scenario('two people who only ever exchange files end with the same', async (stage) => {
  const url = `${await site(stage)}/`;
  const ada = await stage.person('Ada', { url });
  const ben = await stage.person('Ben', { url });
  await ada.comment(FIRST, 'From Ada.');
  await ada.typeAfter(SECOND, ' (Ada was here)');
  await ben.comment(FIRST, 'From Ben.');
  await ben.typeAfter(SECOND, ' (and Ben)');
  const first = await save(ada);
  assert.match(first.name, /\.postil$/);
  await open(ben, first.buffer);
  await ben.thread('From Ada.').waitFor();
  await ben.reply('From Ada.', 'Seen by hand.');
  const second = await save(ben);
  await open(ada, second.buffer);
  await ada.thread('From Ben.').waitFor();
  await agree(ada, ben);
  assert.ok((await ada.text()).includes('(Ada was here)') && (await ada.text()).includes('(and Ben)'));

  // Opening either again changes nothing, here or there.
  const before = await ada.view();
  for (const person of [ada, ben]) {
    for (const { buffer } of [first, second]) {
      await open(person, buffer);
      await person.page.getByText('Everything in this copy was here already').first().waitFor();
    }
    assert.equal(await person.view(), before);
  }
  // What came by hand is kept.
  await ada.reload();
  assert.equal(await ada.view(), before);
});

scenario('a file is dropped on the panel, or given to the element', async (stage) => {
  const url = `${await site(stage)}/`;
  const ada = await stage.person('Ada', { url });
  await ada.comment(FIRST, 'Take this.');
  const bytes = await ada.page.evaluate(async () => [...(await document.querySelector('postil-comments').export())]);
  const ben = await stage.person('Ben', { url });
  const transfer = await ben.page.evaluateHandle((bytes) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([new Uint8Array(bytes)], 'a.postil'));
    return transfer;
  }, bytes);
  const panel = ben.page.getByRole('region', { name: 'Discussion' });
  await panel.dispatchEvent('dragover', { dataTransfer: transfer });
  await ben.page.getByText('Drop the copy here').waitFor();
  await panel.dispatchEvent('drop', { dataTransfer: transfer });
  await ben.thread('Take this.').waitFor();
  assert.equal(await ben.page.getByText('Drop the copy here').count(), 0);

  const cem = await stage.person('Cem', { url });
  const taken = await cem.page.evaluate(async (bytes) => {
    const panel = document.querySelector('postil-comments');
    const copy = new Blob([new Uint8Array(bytes)]);
    const refusal = (data, format) => panel[format ? 'export' : 'import'](format ?? data).catch((error) => error.message);
    return [
      await panel.import(copy),
      await panel.import(await copy.arrayBuffer()),
      await refusal(new Uint8Array([1, 2, 3])),
      await refusal(7),
      await refusal(null, 'pdf'),
    ];
  }, bytes);
  assert.deepEqual(taken.slice(0, 2), [true, false]);
  assert.match(taken[2], /not a copy of a discussion/);
  assert.match(taken[3], /A copy is a Blob/);
  assert.match(taken[4], /no format "pdf"/);
  await cem.thread('Take this.').waitFor();
});

scenario('what is no copy of this discussion is refused in words, and what is bad in one is set aside', async (stage) => {
  const url = await site(stage);
  const ada = await stage.person('Ada', { url: `${url}/` });
  await ada.comment(FIRST, 'Whole.');
  const { buffer } = await save(ada);
  const ben = await stage.person('Ben', { url: `${url}/` });
  await open(ben, Buffer.from('a poem'));
  await ben.page.getByText('This is not a copy of a discussion.').waitFor();
  const elsewhere = await stage.person('Ben', { url: `${url}/small` });
  await open(elsewhere, buffer);
  await elsewhere.page.getByText('This is a copy of another discussion.').waitFor();
  assert.deepEqual(await elsewhere.threads(), []);

  const bad = Buffer.from(buffer);
  bad[bad.length - 10] ^= 1;
  await open(ben, bad);
  await ben.page.getByText('It was set aside').waitFor();
  assert.deepEqual(await ben.threads(), []);
  await open(ben, buffer.subarray(0, buffer.length - 100));
  await open(ben, buffer);
  await ben.thread('Whole.').waitFor();
  await ben.comment(THIRD, 'Everything else works.');
});

scenario('a link carries a small discussion, once', async (stage) => {
  const url = `${await site(stage)}/small`;
  const ada = await stage.person('Ada', { url, permissions: ['clipboard-read', 'clipboard-write'] });
  await ada.page.evaluate(() => document.querySelector('postil-comments').ready);
  await ada.button('Comment').click();
  await ada.publish(ada.box('Write a comment'), 'In the link.');
  await ada.thread('In the link.').waitFor();
  await (await choose(ada, 'Copy everything as a link')).click();
  await ada.page.getByText('Link copied').first().waitFor();
  const link = await ada.page.evaluate(() => navigator.clipboard.readText());
  assert.ok(link.startsWith(`${url}#postil-bundle=`), link);

  const ben = await stage.person('Ben', { url: link });
  await ben.thread('In the link.').waitFor();
  assert.equal(await ben.page.evaluate(() => location.href), url, 'the address is clean');
  await until('both have the same', async () =>
    JSON.stringify(await ada.threads()) === JSON.stringify(await ben.threads()));

  // The same link again, and one that was cut short on its way.
  await ben.go(link);
  await ben.page.getByText('Everything in this copy was here already').first().waitFor();
  const cem = await stage.person('Cem', { url: link.slice(0, -20) });
  await cem.page.getByText('It was set aside').waitFor();

  // A letter with the same link.
  const letter = ada.page.evaluate(() => new Promise((resolve) => {
    addEventListener('click', (event) => {
      const link = event.composedPath()[0];
      if (link.localName !== 'a') return;
      event.preventDefault();
      resolve(link.getAttribute('href'));
    }, { capture: true });
  }));
  await (await choose(ada, 'Send everything by e-mail…')).click();
  assert.equal(await letter, `mailto:?subject=Small%20%26%20short&body=${encodeURIComponent(link)}`);
});

scenario('an e-mail carries a discussion as an attachment, once', async (stage) => {
  const url = `${await site(stage)}/small`;
  const ada = await stage.person('Ada', { url });
  await ada.page.evaluate(() => document.querySelector('postil-comments').ready);
  await ada.button('Comment').click();
  await ada.publish(ada.box('Write a comment'), 'In the letter.');
  await ada.thread('In the letter.').waitFor();
  const email = await save(ada, 'Save as an e-mail…');
  assert.equal(email.name, 'Small & short.eml');
  const lines = email.buffer.toString('latin1').split('\r\n');
  assert.ok(lines.includes('X-Unsent: 1') && lines.includes('Subject: Small & short'));
  assert.ok(!lines.some((line) => /^(from|to):/i.test(line)), 'nobody has sent it');
  const said = email.buffer.toString('latin1').replaceAll('=\r\n', '');
  assert.match(said, /choose =E2=80=9CMore=E2=80=9D and =E2=80=9COpen a copy=E2=80=A6=E2=80=9D/);
  assert.ok(said.includes(`${url}#postil-bundle=3D`), 'a small one has the link');

  // On its way it was folded anew, and something was put around it.
  const headers = 'Received: by mail.example;\r\n\tThu, 26 Nov 2026\r\nFrom: Ada <ada@mail.example>\r\n';
  const sent = Buffer.concat([Buffer.from(headers), email.buffer]);
  const ben = await stage.person('Ben', { url });
  await open(ben, sent);
  await ben.thread('In the letter.').waitFor();
  await open(ben, email.buffer);
  await ben.page.getByText('Everything in this copy was here already').first().waitFor();
  assert.equal((await ben.threads()).length, 1);

  const cem = await stage.person('Cem', { url });
  const results = await cem.page.evaluate(async (email) => {
    const panel = document.querySelector('postil-comments');
    const refusal = (data) => panel.import(data).catch((error) => error.message);
    const [first, again] = [await panel.import(email), await panel.import(email)];
    const own = await panel.export('eml');
    return [first, again, await panel.import(own), await refusal('Subject: a\n\nhello'), await refusal('From: a')];
  }, sent.toString('latin1'));
  assert.deepEqual(results.slice(0, 3), [true, false, false]);
  assert.match(results[3], /no copy of a discussion is attached/);
  assert.match(results[4], /no copy of a discussion is attached/);
  await open(ben, Buffer.from('Subject: a\n\nhello'));
  await ben.page.getByText('no copy of a discussion is attached').first().waitFor();
});

scenario('a discussion that is too long for a link says so', async (stage) => {
  const ada = await stage.person('Ada', { url: `${await site(stage)}/` });
  await ada.comment(FIRST, 'long '.repeat(1500));
  await (await choose(ada, 'Copy everything as a link')).click();
  await ada.page.getByText('too long for a link').first().waitFor();
});

scenario('the menu works with the keyboard and is accessible', async (stage) => {
  const ada = await stage.person('Ada', { url: `${await site(stage)}/` });
  await ada.button('More').focus();
  await ada.page.keyboard.press('Enter');
  await until('the first item has the focus', () =>
    ada.button('Save a copy…').evaluate((it) => it.getRootNode().activeElement === it));
  await assertAccessible(ada.page, 'the menu is open');
  await ada.page.keyboard.press('Escape');
  await until('the button has it again', () =>
    ada.button('More').evaluate((it) => it.getRootNode().activeElement === it));
  assert.equal(await ada.button('Save a copy…').count(), 0);
});
