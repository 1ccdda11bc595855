/** Makes pictures of the page with a discussion going on: `node pictures.mjs <main picture> <folder for the others>`. */

import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { settled } from './support/axe.mjs';
import { launch, openPage } from './support/browser.mjs';
import { agree, Person } from './support/person.mjs';
import { startRelay } from './support/relay.mjs';

const [main, folder] = process.argv.slice(2);
const WIDE = { viewport: { width: 1280, height: 900 } };
const NARROW = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };

/** The evening before, for a discussion that takes its time. */
const BEGIN = Date.now() - 15 * 3_600_000;

const relay = await startRelay();
const browser = await launch();
try {
  const [ines, tomo, wren] = [
    await person('Ines Sá', WIDE),
    await person('Tomo Arai', WIDE),
    await person('Wren Okafor', NARROW),
  ];
  await discuss(ines, tomo, wren);
  await mkdir(dirname(main), { recursive: true });
  await mkdir(folder, { recursive: true });
  for (const colorScheme of ['light', 'dark']) {
    for (const [shape, { page }] of [['wide', ines], ['narrow', wren]]) {
      await page.emulateMedia({ colorScheme });
      await settled(page);
      await page.screenshot({ path: join(folder, `${shape}-${colorScheme}.png`) });
      if (shape === 'wide' && colorScheme === 'light') await page.screenshot({ path: main });
    }
  }
} finally {
  await browser.close();
  await relay.remove();
}

async function person(name, options) {
  const page = await openPage(await browser.newContext(options));
  await page.clock.setSystemTime(BEGIN);
  const person = new Person(page, name);
  await person.go(`${relay.url}/`);
  await person.delivered();
  return person;
}

/** Three people at work, hours apart. */
async function discuss(ines, tomo, wren) {
  const everyone = [ines, tomo, wren];
  const after = async (hours) => {
    await agree(...everyone);
    for (const { page } of everyone) await page.clock.setSystemTime(BEGIN + hours * 3_600_000);
  };
  await ines.comment('Friday evening', 'Should we **promise** a time here, or only name a default? `two working days` comes further down.');
  await tomo.comment('costs everybody their attention', 'Everybody who is *in* the call, to be fair.');
  await after(3);
  await tomo.comment('choose the latency on purpose', 'This is the sentence I will quote to my team.');
  await tomo.reply('Should we', 'A default. A promise would be broken on the first holiday.');
  await react(tomo, 'Should we', '👍');
  await after(13);
  await wren.comment('blocked today', 'Part-time colleagues read this as pressure. Can we say who decides that something is blocked?');
  await wren.reply('Should we', 'Agreed, and let us say *working* days every time: half of us start the week on Sunday.');
  await react(wren, 'Should we', '👍');
  await after(14.7);
  await ines.button('Resolve', await ines.open('to be fair')).click();
  await ines.reply('quote to my team', 'Please do.');
  await after(15);
  for (const reader of [ines, wren]) {
    await reader.open('Should we');
    await reader.page.evaluate(() => scrollTo(0, 0));
    await reader.page.mouse.move(0, 0);
  }
}

async function react(person, words, emoji) {
  const thread = await person.open(words);
  const first = await person.choose(thread, words);
  await person.button('React', first).click();
  await thread.getByRole('group', { name: 'Emoji' }).getByRole('button', { name: emoji }).click();
  await thread.getByRole('button', { name: emoji, pressed: true }).waitFor();
}
