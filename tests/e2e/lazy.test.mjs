/** `loading="lazy"`: nothing large is loaded before somebody needs it. */

import assert from 'node:assert/strict';

import { serveExamples } from './support/examples.mjs';
import { Reader } from './support/reader.mjs';
import { scenario } from './support/scenario.mjs';
import { until } from './support/until.mjs';

const page = (loading) => `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>A long post</title>
  <link rel="icon" href="data:,">
  <link rel="stylesheet" href="long.css">
  <script type="module" src="postil/define.js"></script>
</head>
<body>
  <article id="article"><p>The first words of a long post.</p><div></div></article>
  <postil-comments for="#article" room="lazy" ${loading}><p>Comments</p></postil-comments>
</body>
</html>`;

/** Does not wait for a discussion that nobody has asked for. */
class Passer extends Reader {
  async go(url) {
    await this.page.goto(url);
  }
}

/** Somebody at the top of a page whose discussion is far below. */
async function open(stage, loading = 'loading="lazy"', fragment = '') {
  const own = { 'long.html': page(loading), 'long.css': 'article div { height: 5000px }' };
  const base = await serveExamples(stage, own);
  const requests = [];
  const ada = await stage.person('Ada', {
    url: `${base}long.html${fragment}`,
    make: (tab) => new Passer(tab, 'Ada'),
    before: (tab) => void tab.on('request', (request) => requests.push(new URL(request.url()).pathname.split('/').pop())),
  });
  await ada.page.waitForFunction(() => customElements.get('postil-comments'));
  await ada.page.waitForTimeout(300);
  const hasLoaded = () => requests.includes('postil_bg.wasm');
  return { ada, page: ada.page, hasLoaded };
}

/** What makes the element load, each on a page of its own. */
const USES = {
  'it comes near the window': (tab) => tab.evaluate(() => scrollTo(0, 4600)),
  'words of its text are selected': (tab) => tab.evaluate(() => getSelection().selectAllChildren(document.querySelector('#article p'))),
  'a thread is asked for': (tab) => tab.evaluate(() => void document.querySelector('postil-comments').reveal('none')),
  'the address names a thread': (tab) => tab.evaluate(() => void (location.hash = '#postil=none')),
  'it is to be eager': (tab) => tab.evaluate(() => (document.querySelector('postil-comments').loading = 'eager')),
  'it is moved near the window': (tab) => tab.evaluate(() => document.body.prepend(document.querySelector('postil-comments'))),
};

for (const [what, use] of Object.entries(USES)) {
  scenario(`a lazy discussion is loaded when ${what}`, async (stage) => {
    const { page: tab, hasLoaded } = await open(stage);
    assert.equal(hasLoaded(), false);
    assert.equal(await tab.getByText('Comments', { exact: true }).count(), 1);
    await use(tab);
    await until('the module is asked for', hasLoaded);
    await tab.evaluate(() => document.querySelector('postil-comments').ready);
  });
}

scenario('a lazy discussion is loaded at once when the address names a thread, and an eager one in any case', async (stage) => {
  for (const given of [['loading="lazy"', '#postil=none'], ['loading="eager"'], ['']]) {
    const { hasLoaded } = await open(stage, ...given);
    await until('the module is asked for', hasLoaded);
  }
});

scenario('a lazy discussion shows at once what it showed last', async (stage) => {
  const { ada, page: tab, hasLoaded } = await open(stage);
  await ada.comment('first words', 'Kept for later.');
  // Nothing is kept of the moment in which somebody writes, but of what is seen first.
  await tab.reload();
  await tab.evaluate(() => scrollTo(0, 4600));
  await tab.evaluate(() => document.querySelector('postil-comments').ready);
  await until('a copy is kept', () => tab.evaluate(() => Object.keys(localStorage).some((it) => it.startsWith('postil preview'))));
  await tab.evaluate(() => scrollTo(0, 0));
  const again = [];
  tab.on('request', (request) => again.push(request.url()));
  await tab.reload();
  await tab.locator('postil-comments').getByText('Kept for later.').waitFor({ state: 'attached' });
  assert.equal(again.some((url) => url.endsWith('.wasm')), false);
  assert.equal(hasLoaded(), true);
});
