/** Coming back: to nothing new, and to what others wrote in a week. */

import { startRelay } from '../../e2e/support/relay.mjs';
import { calm, marks, takeTasks } from '../support/chrome.mjs';
import { bytes, median, ms, ratio, table } from '../support/numbers.mjs';
import { post } from '../support/room.mjs';
import { SIZES, WEEK, fill } from '../support/stage.mjs';

export async function measureMerging(stage, runs) {
  const comments = SIZES.at(-1);
  const { room } = stage.postil.get(comments);
  const relay = await startRelay();
  await post(relay.url, room.mailbox, room.before);

  // Every run is a device of its own, because a week is merged only once.
  const devices = [];
  for (let run = 0; run < runs; run += 1) {
    const device = await stage.front(stage.site, relay.url);
    devices.push({ ...device, first: await fill(stage.chrome, device, room) });
  }
  for (const device of devices) device.nothing = await comeBack(stage.chrome, device);
  await post(relay.url, room.mailbox, room.week);
  for (const device of devices) {
    device.week = await comeBack(stage.chrome, device);
    device.yjs = await mergeInYjs(stage, comments);
  }
  await relay.remove();

  const of = (pick) => median(devices.map(pick));
  const rows = [
    ['nothing new', (device) => device.nothing],
    [`${WEEK.toLocaleString('en')} comments of a week`, (device) => device.week],
    [`first visit: all ${comments.toLocaleString('en')} comments`, (device) => device.first],
  ];
  table(
    `Coming back to a relay with ${comments.toLocaleString('en')} comments, medians of ${runs} runs`,
    ['what', 'in records', 'with HTTP headers', 'requests', 'from the store’s threads on screen to all of them', 'longest task'],
    rows.map(([name, pick]) => [
      name, `${bytes(of((it) => pick(it).traffic.body))} B`, `${bytes(of((it) => pick(it).traffic.body + pick(it).traffic.head))} B`,
      of((it) => pick(it).traffic.requests), ms(of((it) => pick(it).ms)), ms(of((it) => pick(it).tasks?.longest ?? NaN)),
    ]),
  );
  const { week, stateVector } = stage.documents.get(comments);
  table('The same in yjs: one update, applied and shown', ['what', 'bytes', 'state vector, each time', 'time', 'Postil’s bytes to these'], [[
    `${WEEK.toLocaleString('en')} comments of a week`, `${bytes(week.length)} B`, `${bytes(stateVector)} B`,
    ms(of((it) => it.yjs)), ratio(of((it) => it.week.traffic.body), week.length + stateVector),
  ]]);
}

/** Opens the page and waits until it has everything. */
async function comeBack(chrome, device) {
  device.takeTraffic();
  const seen = await chrome.visit(device.url, async (tab) => {
    const noted = await marks(tab, 'interactive', 'postil-sync up-to-date');
    await calm(tab);
    return { ms: noted['postil-sync up-to-date'] - noted.interactive, tasks: await takeTasks(tab) };
  });
  return { ...seen, traffic: device.takeTraffic() };
}

async function mergeInYjs(stage, comments) {
  const { week } = stage.documents.get(comments);
  return stage.chrome.visit(`${stage.peers.yjs.url}?${comments}`, async (tab) => {
    await marks(tab, 'interactive');
    await calm(tab);
    return tab.evaluate((base64) => {
      const update = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
      const start = performance.now();
      globalThis.peer.apply(update);
      return performance.now() - start;
    }, week.toString('base64'));
  });
}
