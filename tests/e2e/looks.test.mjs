/** Every state of the page, in every way people look at pages: axe-core finds nothing, and all of it fits. */

import { assertAccessible, assertFits } from './support/axe.mjs';
import { startFront, passTo } from './support/front.mjs';
import { FIRST, LAST, SECOND, THIRD } from './support/guide.mjs';
import { refusing } from './support/liar.mjs';
import { put, mailboxOf } from './support/records.mjs';
import { scenario, UNREACHABLE } from './support/scenario.mjs';
import { until } from './support/until.mjs';

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

const WAYS = {
  'light and wide': {},
  'dark and wide, with reduced motion': { colorScheme: 'dark', reducedMotion: 'reduce' },
  'light on a phone': PHONE,
  'dark on a phone, with more contrast': { ...PHONE, colorScheme: 'dark', contrast: 'more' },
  'forced colours': { forcedColors: 'active' },
  'zoomed to 200 %': { viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 },
  'Arabic, right to left': { lang: 'ar' },
};

for (const [way, { lang, ...options }] of Object.entries(WAYS)) {
  scenario(`every state is accessible: ${way}`, async (stage) => {
    const relay = await stage.relay();
    const front = await startFront(passTo(relay));
    stage.defer(() => front.close());
    const ada = await stage.person('Ada', { url: front.url, ...options });
    const ben = await stage.person('Ben', { url: front.url });
    const look = new Look(ada, way, lang);
    await walk(look, ada, ben, front, relay);
  });
}

/** Looks at a page. With a language, everything but the looking is done in English. */
class Look {
  constructor({ page, mayComplain }, way, lang) {
    mayComplain.push(UNREACHABLE, /^error: Failed to load resource: the server responded with a status of 403/);
    Object.assign(this, { page, way, lang });
  }

  async at(state) {
    const speak = (lang) =>
      this.page.evaluate((lang) => {
        document.documentElement.dir = lang === 'ar' ? 'rtl' : 'ltr';
        document.documentElement.lang = lang;
        for (const it of document.querySelectorAll('postil-comments, postil-document')) it.lang = lang;
      }, lang);
    if (this.lang) {
      await speak(this.lang);
      await this.page.locator('postil-comments').locator(`[part=panel][lang^=${this.lang}]`).waitFor();
    }
    await assertFits(this.page, `${state}, ${this.way}`);
    await assertAccessible(this.page, `${state}, ${this.way}`);
    if (this.lang) {
      await speak('en');
      await this.page.locator('postil-comments').locator('[part=panel][lang^=en]').waitFor();
    }
  }
}

/** Takes the page through its states. */
async function walk(look, ada, ben, front, relay) {
  const { page } = ada;
  await look.at('empty');
  await ada.startComment(SECOND);
  await look.at('composing, asked for a name');
  await ada.publish(ada.box('Write a comment'), 'A question, with `code`, [a link](https://example.org/) and\n\n> a quote');
  await ada.thread('A question').waitFor();
  await look.at('an active thread of one’s own');

  await ben.comment(FIRST, 'Another one.');
  await ben.comment(LAST, 'On what goes.');
  await ben.erase(LAST);
  await ben.reply('A question', 'An answer.');
  await ben.comment(THIRD, 'Done with this.');
  await ben.button('Resolve', ben.thread('Done with this.')).click();
  await ben.delivered();
  await until('all is here', async () => (await ada.threads()).length === 4);
  await look.at('threads: active, open, detached');

  if (await ada.sheet.isVisible()) await ada.sheet.click();
  const thread = await ada.open('A question');
  const comment = await ada.choose(thread, 'A question');
  await ada.button('React', comment).click();
  await look.at('choosing an emoji');
  await thread.getByRole('button', { name: '👍' }).click();
  await ada.button('Edit', comment).click();
  await look.at('editing');
  await ada.box('Change the text', thread).fill('A better question');
  await ada.box('Change the text', thread).press('Control+Enter');
  await ada.thread('A better question').waitFor();
  await ada.button('Earlier versions', thread).click();
  await look.at('earlier versions, a reaction');
  await ada.button('Delete', comment).click();
  await look.at('asked whether to delete');
  await ada.button('Delete', thread.getByRole('group', { name: /Delete this comment/ })).click();
  await thread.or(ada.thread('This comment was deleted.')).first().waitFor();
  await look.at('deleted');
  await ada.box('Write a reply').fill('x'.repeat(17_000));
  await look.at('a reply that is too long');
  await ada.button('Cancel').click();

  await page.getByRole('radio', { name: /^Resolved/ }).check();
  await ada.open('Done with this.');
  await look.at('resolved');
  await page.getByRole('radio', { name: /^All/ }).check();
  await look.at('all threads');
  if (await ada.button('Full height').isVisible()) {
    await ada.button('Full height').click();
    await look.at('full sheet');
    await ada.button('Half height').click();
  }
  await page.getByRole('button', { name: /change name/ }).click();
  await look.at('changing the name');
  await ada.button('Cancel').first().click();

  const mailbox = mailboxOf(ben.page);
  await ben.reload();
  await put(`${relay.url}${new URL(await mailbox).pathname}`, [Buffer.from([1, 2, 3])]);
  await page.getByText('Something was set aside').waitFor();
  await ada.button('Details').click();
  await look.at('a notice with its details');
  await ada.button('Dismiss').click();

  await ada.goOffline();
  await ada.status('Offline').waitFor();
  await ada.open('Another one.');
  await ada.reply('Another one.', 'Written offline.');
  await look.at('offline, with something to send');
  await ada.goOnline();
  await ada.delivered();
  await ben.close();
  front.mailboxes = refusing(403, 'You may not.');
  front.hangUp();
  await ada.status('Refused by the relay').waitFor();
  await look.at('refused');
  await page.evaluate(() => {
    for (const it of document.querySelectorAll('postil-comments, postil-document')) it.readonly = true;
  });
  await ada.button('Reply').first().waitFor({ state: 'detached' });
  await look.at('read only');
}

scenario('while it loads, and when it cannot', async (stage) => {
  const front = await startFront(passTo(await stage.relay()));
  stage.defer(() => front.close());
  // Without what the site keeps for when there is no network.
  const ada = await stage.person('Ada', { url: front.url, serviceWorkers: 'block' });
  ada.mayComplain.push(/Service Worker registration blocked/, /Cache.addAll/);
  await ada.page.route('**/*.wasm', () => {});
  await ada.page.goto(front.url, { waitUntil: 'load' });
  await assertFits(ada.page, 'loading');
  await assertAccessible(ada.page, 'loading');
  await ada.page.unroute('**/*.wasm');
  await ada.page.route('**/*.wasm', (route) => route.fulfill({ status: 404, body: '' }));
  ada.mayComplain.push(/Failed to load resource: .*\.wasm$/, /preload/);
  await ada.page.goto(front.url);
  await ada.page.getByRole('alert').first().waitFor();
  await assertFits(ada.page, 'failed');
  await assertAccessible(ada.page, 'failed');
});
