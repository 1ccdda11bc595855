/** A busy room: its records for a relay, and the same discussion for the peers. */

import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as Y from 'yjs';

/** Comments in one sitting; each sitting is a client of its own in yjs. */
const SITTING = 5;

/**
 * Makes a room.
 *
 * @param {{ name: string, text: string, comments: number, week: number, folder: string, page?: boolean }} room
 *   `page` says that the text is that of an ordinary page, and every comment is a thread in it
 */
export function makeRoom({ name, text, comments, week, folder, page = false }) {
  const source = join(folder, 'text.md');
  writeFileSync(source, text);
  const made = join(folder, String(comments));
  execFileSync(process.env.POSTIL_MAKE_ROOM, [name, source, String(comments), String(week), made, ...(page ? ['page'] : [])]);
  const posts = (stem) => readdirSync(made).filter((file) => file.startsWith(stem)).sort()
    .map((file) => readFileSync(join(made, file)));
  const list = readFileSync(join(made, 'comments.txt'), 'utf8').trimEnd().split('\n').map((line) => {
    const [at, author, thread, body] = line.split('\t');
    return { at: Number(at), author, thread, body };
  });
  return {
    mailbox: readFileSync(join(made, 'mailbox'), 'utf8'),
    before: posts('room'),
    week: posts('week'),
    comments: list.slice(0, comments),
    weekComments: list.slice(comments),
  };
}

/** Gives a relay the bodies of requests. */
export async function post(relay, mailbox, bodies) {
  for (const body of bodies) {
    const answer = await fetch(new URL(`/m/${mailbox}`, relay), { method: 'POST', body });
    if (!answer.ok) throw new Error(`the relay answered ${answer.status}: ${await answer.text()}`);
  }
}

/** The records in bodies of requests: each stands behind its length as a varint. */
export function recordsOf(bodies) {
  const records = [];
  for (const body of bodies) {
    for (let at = 0; at < body.length;) {
      const start = at;
      let length = 0;
      for (let shift = 0; ; shift += 7) {
        const byte = body[at];
        at += 1;
        length |= (byte & 0x7f) << shift;
        if (byte < 0x80) break;
      }
      at += length;
      records.push(body.subarray(start, at));
    }
  }
  return records;
}

/** The same comments in a document of yjs, and what one more week adds to it. */
export function makeDocument(comments, weekComments) {
  const doc = new Y.Doc();
  const add = (all) => {
    for (let from = 0; from < all.length; from += SITTING) {
      const sitting = new Y.Doc();
      const map = sitting.getMap('comments');
      sitting.transact(() => {
        all.slice(from, from + SITTING).forEach((comment, index) => {
          const { at, author, thread, body } = comment;
          map.set(`${at.toString(36)}-${index}-${thread.slice(0, 6)}`, new Y.Map(Object.entries({ at, author, parent: thread, body })));
        });
      });
      Y.applyUpdate(doc, Y.encodeStateAsUpdate(sitting));
    }
  };
  add(comments);
  const update = Buffer.from(Y.encodeStateAsUpdate(doc));
  const seen = Y.encodeStateVector(doc);
  add(weekComments);
  return { update, week: Buffer.from(Y.encodeStateAsUpdate(doc, seen)), stateVector: seen.length };
}
