/** A mailbox of many small records, joined by whoever has read them; and what somebody else says to hide them. */

import assert from 'node:assert/strict';

import { FIRST, SECOND, THIRD } from './support/guide.mjs';
import { agree } from './support/person.mjs';
import { coverOfAll, mailboxOf, put, read } from './support/records.mjs';
import { scenario } from './support/scenario.mjs';
import { until, untilEqual } from './support/until.mjs';

/** From 256 records on they are joined. */
const MANY = 260;

/** Somebody whose clock can be put forward, and the mailbox of the page. */
async function withClock(stage, name) {
  let mailbox;
  const before = async (page) => {
    await page.clock.install();
    mailbox = mailboxOf(page);
  };
  const person = await stage.person(name, { before });
  return [person, await mailbox];
}

/** Lets time pass for somebody until it is so. */
function inTime(what, person, ask) {
  return until(what, async () => {
    await person.page.clock.fastForward(5_000);
    return ask();
  });
}

/** Comments as another program has them, taken over one by one, each in a record of its own. */
function writeMany(person) {
  return person.page.evaluate(async (many) => {
    const element = document.querySelector('postil-comments');
    const sent = () =>
      new Promise((resolve) => {
        const listen = ({ detail }) => {
          if (detail.pending > 0) return;
          element.removeEventListener('postil-sync', listen);
          resolve();
        };
        element.addEventListener('postil-sync', listen);
      });
    for (let n = 1; n <= many; n++) {
      const annotation = {
        '@context': 'http://www.w3.org/ns/anno.jsonld',
        id: `urn:example:${n}`,
        type: 'Annotation',
        body: { type: 'TextualBody', value: `Comment ${n}` },
        target: location.href,
      };
      const arrived = sent();
      await element.import(JSON.stringify(annotation));
      await arrived;
    }
  }, MANY);
}

scenario('many small records are joined, and who comes late reads few and sees all', async (stage) => {
  const ada = await stage.person('Ada');
  await ada.comment(FIRST, 'The first.');
  await writeMany(ada);
  await ada.context.close();
  const [ben, mailbox] = await withClock(stage, 'Ben');
  await untilEqual('Ben has all', async () => (await ben.threads()).length, MANY + 1);
  const before = await read(mailbox, 'listed');
  assert.ok(before.length > MANY, `${before.length} records`);
  await inTime('they are joined', ben, async () => (await read(mailbox, 'listed')).length < 8);
  const after = await read(mailbox, 'listed');
  const bytes = (records) => Buffer.concat(records).length;
  assert.ok(bytes(after) * 4 < bytes(before) * 3, `${bytes(after)} of ${bytes(before)} bytes`);
  assert.ok((await read(mailbox)).length > MANY, 'the others are kept');
  const cleo = await stage.person('Cleo');
  await untilEqual('Cleo has all', async () => (await cleo.threads()).length, MANY + 1);
  // Both go on.
  await cleo.comment(SECOND, 'Late, and not too late.');
  await ben.thread('Late, and not too late.').waitFor();
  await agree(ben, cleo);
});

scenario('what somebody else hides is given back by who has it', async (stage) => {
  const [ada, mailbox] = await withClock(stage, 'Ada');
  await ada.comment(FIRST, 'One.');
  await ada.comment(SECOND, 'Two.');
  await ada.comment(THIRD, 'Three.');
  await ada.delivered();
  assert.equal(await put(mailbox, [await coverOfAll(mailbox)]), 200);
  assert.equal((await read(mailbox, 'listed')).length, 1, 'only what was said is listed');
  await inTime('they are listed again', ada, async () => (await read(mailbox, 'listed')).length > 1);
  const ben = await stage.person('Ben');
  await ben.thread('One.').waitFor();
  await agree(ada, ben);
  await ada.delivered();
});
