/** The bodies of comments: from a syntax tree to elements, never from HTML. */

import assert from 'node:assert/strict';

import { FIRST, SECOND } from './support/guide.mjs';
import { scenario } from './support/scenario.mjs';
import { untilEqual } from './support/until.mjs';

const BODY = `A paragraph with **bold**, *italic*, \`code\` and [a link](https://example.org/there).

> Quoted words.

- one
- two

1. first
2. second

\`\`\`
let block = "of code";
\`\`\`

And an address: https://example.org/bare`;

scenario('markup becomes elements', async (stage) => {
  const ada = await stage.person('Ada');
  const ben = await stage.person('Ben');
  await ada.comment(FIRST, 'Look:');
  await ben.startComment(SECOND);
  await ben.publish(ben.box('Write a comment'), BODY);
  const thread = ada.thread('A paragraph with');
  await thread.waitFor();
  await ada.open('A paragraph with');
  for (const [selector, text] of [
    ['strong', 'bold'],
    ['em', 'italic'],
    ['p code', 'code'],
    ['blockquote', 'Quoted words.'],
    ['ul:not([role]) li >> nth=1', 'two'],
    ['ol li >> nth=0', 'first'],
    ['pre', 'let block = "of code";'],
    ['a[href="https://example.org/there"]', 'a link'],
    ['a[href="https://example.org/bare"]', 'https://example.org/bare'],
  ]) {
    assert.equal((await thread.locator(selector).textContent()).trim(), text, selector);
  }
  // A link must not give away or hand over the page it is on.
  for (const link of await thread.locator('a').all()) {
    assert.match(await link.getAttribute('rel'), /noopener/);
  }
});

const HOSTILE = [
  '<script>document.title = "owned"</script>',
  '<img src=x onerror="document.title=\'owned\'">',
  '[click](javascript:document.title=1)',
  '[click](JaVaScRiPt&colon;document.title=1)',
  '[click](data:text/html;base64,PHNjcmlwdD4=)',
  '[click](vbscript:x) [click](file:///etc/passwd) [click](//example.org/relative)',
  '![image](https://example.org/pixel.png)',
  '<style>body { display: none }</style><a href="javascript:1" onclick="1">x</a>',
  '<svg onload=alert(1)><math><mtext></p><style><img src onerror=alert(1)>',
  `${'> '.repeat(2000)}deep`,
  `${'['.repeat(5000)}x${']('.repeat(5000)}`,
  '*'.repeat(8000),
  '\u202Egnp.exe\u202C \u0000 \uFEFF \u2028 z̸̢̛̺̈a̷̡̛l̴̨̛g̵̢̛o̶̧̊',
];

scenario('hostile markup is only text', async (stage) => {
  const ada = await stage.person('Ada');
  const ben = await stage.person('Ben');
  const title = await ada.page.title();
  const requests = [];
  ada.page.on('request', (request) => requests.push(request.url()));
  await ben.comment(FIRST, 'Try this:');
  for (const body of HOSTILE) {
    const thread = await ben.open('Try this:');
    const box = ben.box('Write a reply', thread);
    await ben.publish(box, body);
    await untilEqual('it is published', () => box.inputValue(), '');
  }
  await ada.page.waitForFunction(
    (n) => document.querySelector('postil-comments').threads[0]?.comments.length === n,
    HOSTILE.length + 1,
  );
  const thread = await ada.open('Try this:');
  await thread.getByText('<script>').waitFor();
  assert.equal(await thread.locator('script, img, style, iframe, svg:not([aria-hidden]), math, object').count(), 0);
  const links = await thread.locator('a').evaluateAll((all) => all.map((it) => it.href));
  assert.ok(links.every((href) => /^(https?|mailto):/.test(href)), links.join(' '));
  const handlers = await thread.evaluate((it) =>
    [...it.querySelectorAll('*')].flatMap((e) => e.getAttributeNames().filter((name) => /^on|^style$/.test(name))),
  );
  assert.deepEqual(handlers, []);
  assert.equal(await ada.page.title(), title);
  assert.deepEqual(requests.filter((url) => url.includes('example.org')), []);
});

scenario('a name is only text as well, and a document too', async (stage) => {
  const ada = await stage.person('<img src=x onerror=alert(1)>');
  const ben = await stage.person('Ben');
  await ada.comment(FIRST, 'Who am I?');
  await ada.typeAfter(SECOND, ' <img src=x onerror=alert(1)> [x](javascript:alert(1))');
  await ben.thread('Who am I?').getByText('<img src=x onerror=alert(1)>').waitFor();
  await ben.document.getByText('onerror=alert(1)').waitFor();
  assert.equal(await ben.page.locator('postil-document img, postil-document a[href^=javascript], postil-comments img').count(), 0);
});
