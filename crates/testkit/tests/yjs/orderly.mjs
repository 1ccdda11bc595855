// Loaded into `@y/websocket-server` before it starts: when standard input ends,
// the server puts on disk what it was told and ends. By itself it knows no other
// end than being killed, and what it had not yet written is lost then.
import { setImmediate } from 'node:timers/promises';
import { getPersistence } from '@y/websocket-server/utils';

const turn = async (persistence) => {
  await persistence.provider._transact(async () => {});
  await setImmediate();
};

process.stdin.on('end', async () => {
  const persistence = getPersistence();
  // The first turn ends when every document that was being read is read, and
  // only then what arrived meanwhile is put in line to be written.
  await turn(persistence);
  await turn(persistence);
  await persistence.provider.destroy();
  process.exit();
}).resume();
