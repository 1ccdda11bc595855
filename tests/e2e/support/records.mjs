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

/** Every record of a mailbox. */
export async function read(mailbox) {
  const answer = await fetch(`${mailbox}?after=0`);
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
    records.push(body.subarray(at, (at += length)));
  }
  return records;
}

/** Puts records into a mailbox, whatever they are. Gives the status. */
export async function put(mailbox, records) {
  const answer = await fetch(mailbox, { method: 'POST', body: framed(records) });
  return answer.status;
}
