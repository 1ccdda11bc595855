/** The static site on a plain file server under a base path, with no relay: this device and its tabs. */

import assert from 'node:assert/strict';

import { POLICY } from './support/front.mjs';
import { folder, serve } from './support/files.mjs';
import { FIRST, SECOND, THIRD } from './support/guide.mjs';
import { agree } from './support/person.mjs';
import { scenario } from './support/scenario.mjs';

async function site(stage) {
  const server = await serve(folder(process.env.POSTIL_SITE, '/a/b/'), { 'content-security-policy': POLICY });
  stage.defer(() => server.close());
  return `${server.url}/a/b/`;
}

scenario('without a relay a discussion works between tabs, and asks nothing of any server', async (stage) => {
  const url = await site(stage);
  const left = await stage.person('Ada', { url, profile: 'first' });
  const right = await stage.person('Ada', { url, profile: 'first' });
  const requests = [];
  for (const { page } of [left, right]) {
    page.on('requestfailed', (request) => requests.push(`failed: ${request.url()}`));
    page.on('request', (request) => requests.push(request.url()));
  }
  await left.status('On this device only').waitFor();
  await left.comment(FIRST, 'Only here.');
  await right.thread('Only here.').waitFor();
  await right.reply('Only here.', 'In the other tab.');
  await left.thread('Only here.').getByText(/1 reply|In the other tab./).first().waitFor();
  await Promise.all([left.typeAfter(SECOND, ' (left)'), right.typeAfter(THIRD, ' (right)')]);
  await agree(left, right);
  // Keeping the site for later asks for its own files, and for nothing else.
  const isOwn = (address) => address === url || /^\w+-[0-9a-f]{12}\.\w+$/.test(address.slice(url.length));
  assert.deepEqual(requests.filter((address) => !isOwn(address)), []);

  await left.close();
  await right.reload();
  await right.thread('Only here.').waitFor();
  assert.ok((await right.text()).includes('(left)'));
});

scenario('nobody else on another origin sees it', async (stage) => {
  const ada = await stage.person('Ada', { url: await site(stage), profile: 'first' });
  await ada.comment(FIRST, 'Mine.');
  const ben = await stage.person('Ben', { url: await site(stage), profile: 'first' });
  assert.deepEqual(await ben.threads(), []);
});
