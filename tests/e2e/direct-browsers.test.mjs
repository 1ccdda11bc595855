/** Two people with different browsers connect directly, by two codes and without any relay. */

import assert from 'node:assert/strict';

import { NAMES, tour } from './support/browsers.mjs';
import { serveExamples } from './support/examples.mjs';
import { until } from './support/until.mjs';

const RULE = 'Water that is colder than four degrees is lighter, and stays on top.';

/** The code that is shown under this label. */
async function shown(visitor, label) {
  const field = await visitor.find('textbox', label);
  return field.evaluate((it) => it.value);
}

async function give(visitor, label, code) {
  await visitor.click('textbox', label);
  await visitor.page.keyboard.type(code);
  await visitor.click('button', 'Connect');
}

const bodies = async (visitor) => JSON.stringify((await visitor.threads()).flatMap((thread) => thread.comments.map((it) => it.body)));

for (const first of NAMES) {
  const second = NAMES.find((it) => it !== first);
  tour(`a code from ${first} is answered in ${second}, and both have the same`, async (stage) => {
    const url = `${await serveExamples(stage)}plain-page/`;
    const ada = await stage.visit('Ada', first, url);
    const ben = await stage.visit('Ben', second, url);
    await ada.comment(RULE, 'Why does it?');
    await ada.click('button', 'More');
    await ada.click('button', 'Connect directly…');
    await ada.click('button', 'Make a code');
    const offer = await shown(ada, 'Send this link to the other person:');
    await ben.click('button', 'More');
    await ben.click('button', 'Connect directly…');
    await give(ben, 'Were you given a code? Put it here:', offer);
    await give(ada, 'Put the code here that comes back:', await shown(ben, 'Send this code back to the other person:'));
    await until('what was there is at both', async () => (await bodies(ben)) === '["Why does it?"]');
    await ben.comment(RULE, 'Hydrogen bonds.');
    await until('what is new as well', async () => (await bodies(ada)).includes('Hydrogen bonds.'));
    assert.deepEqual(await ada.threads(), await ben.threads());
  });
}
