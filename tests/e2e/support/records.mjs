/** What is in a mailbox, as bytes: `docs/protocol/mailbox.md` gives the form. */

const DIGEST = 16;

/** A number as LEB128. */
export function number(n) {
  const bytes = [];
  for (; n >= 0x80; n = Math.floor(n / 128)) bytes.push((n % 128) | 0x80);
  return Buffer.from([...bytes, n]);
}

/** Records as the body of a request. */
export function framed(records) {
  return Buffer.concat(records.flatMap((record) => [number(record.length), record]));
}

/** The address of the mailbox that a page uses, from what it asks for. */
export function mailboxOf(page) {
  return page
    .waitForRequest((request) => /\/m\/[\w-]{22,}\?/.test(request.url()))
    .then((request) => request.url().replace(/\?.*/, ''));
}

/** Every record of a mailbox, as `after` or only what is `listed`. */
export async function read(mailbox, what = 'after') {
  const answer = await fetch(`${mailbox}?${what}=0`);
  const body = Buffer.from(await answer.arrayBuffer());
  let at = DIGEST;
  const take = () => {
    let [n, scale] = [0, 1];
    for (;;) {
      const byte = body[at++];
      n += (byte & 0x7f) * scale;
      if (byte < 0x80) return n;
      scale *= 128;
    }
  };
  take();
  const records = [];
  while (at < body.length) {
    const length = take();
    if (length > 0) {
      records.push(body.subarray(at, (at += length)));
    } else {
      take();
      at += DIGEST;
    }
  }
  return records;
}

/** What says that none of the records which a mailbox holds needs to be listed any more. */
export async function coverOfAll(mailbox) {
  const answer = await fetch(`${mailbox}?after=${Number.MAX_SAFE_INTEGER}`);
  const position = Buffer.from(await answer.arrayBuffer());
  const { length } = await read(mailbox);
  return Buffer.concat([Buffer.from([0x8b]), Buffer.from('cover\n\x01'), position, number(1), number(length - 1)]);
}

/** Puts records into a mailbox, whatever they are. Gives the status. */
export async function put(mailbox, records) {
  const answer = await fetch(mailbox, { method: 'POST', body: framed(records) });
  return answer.status;
}
