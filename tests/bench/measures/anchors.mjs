/** Anchors on a page of 1 MB with 1,000 comments: finding them, taking one, a change of the page, and scrolling. */

import { calm } from '../support/chrome.mjs';
import { BYTES, CHANGED, LINKED, THREADS, openBare, openPage, setAnchoredStage } from '../support/anchored.mjs';
import { median, ms, ratio, table } from '../support/numbers.mjs';
import { longest, traceTasks } from '../support/trace.mjs';

const TURNS = 60;

export async function measureAnchors(runs) {
  const stage = await setAnchoredStage();
  try {
    const seen = [];
    const linked = [];
    const bare = [];
    for (let run = 0; run < runs; run += 1) {
      seen.push(await openPage(stage, (tab, traced) => watch(tab, traced, run)));
      linked.push(await openPage(stage, open, LINKED));
      bare.push(await openBare(stage, (tab) => use(tab, run)));
    }
    // Once, because it takes long.
    const theirs = await openPage(stage, async (tab, traced) => (await traced(), hypothesis(tab, stage)));
    report(runs, seen, linked, bare, theirs);
  } finally {
    await stage.close();
  }
}

/** The page is opened. */
async function open(tab, traced) {
  const times = await tab.evaluate(() => {
    const at = (name) => globalThis.probe.timeline.filter((it) => it.name === name);
    const [start] = performance.getEntriesByName('start');
    return { read: at('postil-text')[0].startTime - start.startTime, found: at('postil-places').at(-1).startTime - at('postil-text')[0].startTime };
  });
  await calm(tab);
  return { ...times, opened: await traced() };
}

/** One visit. */
async function watch(tab, traced, run) {
  const opening = await open(tab, traced);
  const placed = await tab.evaluate(() => {
    const counts = {};
    for (const { placement } of document.querySelector('postil-comments').threads) counts[placement.state] = (counts[placement.state] ?? 0) + 1;
    return counts;
  });
  await calm(tab);

  const { mutation, changed, scrolled } = await use(tab, run, () => globalThis.probe.timeline.some((it) => it.name === 'postil-text'));

  const published = await publish(tab);
  const captured = await tab.evaluate(() => performance.getEntriesByName('postil-capture')[0].detail / 1000);
  return { ...opening, placed, mutation, changed, scrolled, published, captured };
}

/** One word of the page changes, until `heard` holds in it, and then one scrolls. */
async function use(tab, run, heard = () => true) {
  await tab.evaluate(() => (globalThis.probe.timeline.length = 0));
  const changing = await traceTasks(tab);
  await tab.evaluate((nth) => {
    const words = document.createTreeWalker(document.querySelectorAll('#article > p')[400 + nth], NodeFilter.SHOW_TEXT).nextNode();
    words.data = words.data.replace(/\w+ /, 'mutatis mutandis ');
    performance.mark('changed');
  }, run);
  await tab.waitForFunction(heard);
  await calm(tab);
  const mutation = await tab.evaluate(() => globalThis.probe.timeline
    .filter((it) => it.name === 'postil-places').reduce((sum, it) => sum + it.detail, 0));
  const changed = await changing();

  const scrolling = await traceTasks(tab);
  await tab.mouse.move(300, 450);
  for (let turn = 0; turn < TURNS; turn += 1) {
    await tab.mouse.wheel(0, 800);
    await tab.waitForTimeout(30);
  }
  await calm(tab);
  return { mutation, changed, scrolled: await scrolling() };
}

/** Opens a thread on some words; gives how long the page was busy with it when the button was pressed. */
async function publish(tab) {
  await tab.evaluate(() => {
    const node = document.createTreeWalker(document.querySelectorAll('#article > p')[600], NodeFilter.SHOW_TEXT).nextNode();
    node.parentElement.scrollIntoView({ block: 'center' });
    getSelection().setBaseAndExtent(node, 3, node, 63);
  });
  await tab.getByRole('button', { name: 'Comment', exact: true }).first().click();
  await tab.getByRole('textbox', { name: 'Write a comment' }).first().fill('How long does this take?');
  await calm(tab);
  return tab.evaluate(() => {
    const all = [...document.querySelector('postil-comments').shadowRoot.querySelectorAll('button')];
    const button = all.find((it) => it.textContent.trim() === 'Publish' && !it.disabled);
    const start = performance.now();
    button.click();
    const { port1, port2 } = new MessageChannel();
    port2.postMessage(null);
    return new Promise((resolve) => (port1.onmessage = () => resolve(performance.now() - start)));
  });
}

/** The same threads by the rule of Hypothesis, on the text of the same page. */
async function hypothesis(tab, stage) {
  await calm(tab);
  await tab.addScriptTag({ type: 'module', url: '/hypothesis.js' });
  return tab.evaluate(({ before, anchors }) => {
    const { describe, match } = globalThis.hypothesis;
    const quotes = anchors.map(([start, end]) => describe(before, start, end));
    const text = document.querySelector('#article').textContent;
    const start = performance.now();
    let longest = 0;
    let found = 0;
    for (const quote of quotes) {
      const from = performance.now();
      if (match(text, quote)) found += 1;
      longest = Math.max(longest, performance.now() - from);
    }
    return { all: performance.now() - start, longest, found };
  }, { before: stage.article.text, anchors: stage.anchors });
}

function report(runs, seen, linked, bare, theirs) {
  const of = (pick, visits = seen) => median(visits.map(pick));
  // The work on a task is what it says; how long it took has to do with what else the machine does.
  const task = (pick, visits = seen) => longestOf(visits.flatMap(pick));
  const longestOf = (all) => {
    const most = all.reduce((a, b) => (a.worked > b.worked ? a : b));
    return `${ms(most.worked)} of work in ${ms(most.took)}`;
  };
  const work = (tasks) => tasks.reduce((sum, { worked }) => sum + worked, 0);
  const long = (pick, visits = seen) => visits.flatMap(pick).filter((it) => it.worked > 50).length;
  const { placed } = seen[0];
  table(
    `Anchors: a page of ${BYTES.toLocaleString('en')} bytes of text, ${THREADS.toLocaleString('en')} threads, one word in ${CHANGED} changed since; medians of ${runs} runs`,
    ['what', 'Postil', 'the page without it', 'Hypothesis’ rule', 'Postil to it'],
    [
      ['module requested to text read', ms(of((it) => it.read)), '', '', ''],
      ['text read to all looked for', ms(of((it) => it.found)), '', ms(theirs.all), ratio(of((it) => it.found), theirs.all)],
      ['the same where `highlight.css` is linked', ms(of((it) => it.found, linked)), '', '', ratio(of((it) => it.found, linked), theirs.all)],
      ['longest task until then', task((it) => it.opened), '', `${ms(theirs.longest)} for one quote`, ''],
      ['tasks of more than 50 ms of work', long((it) => it.opened), '', '', ''],
      ['longest task where `highlight.css` is linked', task((it) => it.opened, linked), '', '', ''],
      ['tasks of more than 50 ms of work there', long((it) => it.opened, linked), '', '', ''],
      ['placed, proposed, detached', ['placed', 'proposed', 'detached'].map((it) => placed[it] ?? 0).join(', '), '', `${theirs.found} placed`, ''],
      ['words described for a new thread', ms(of((it) => it.captured)), '', '', ''],
      ['“Publish” pressed until the page is free again', ms(of((it) => it.published)), '', '', ''],
      ['one word changes: threads looked for', of((it) => it.mutation), '', THREADS, ''],
      ['one word changes: main thread’s work', ms(of((it) => work(it.changed))), ms(of((it) => work(it.changed), bare)), '', ''],
      ['one word changes: longest task', task((it) => it.changed), task((it) => it.changed, bare), '', ''],
      ['scrolling 48,000 px: main thread’s work', ms(of((it) => work(it.scrolled))), ms(of((it) => work(it.scrolled), bare)), '', ''],
      ['scrolling 48,000 px: tasks of more than 50 ms of work', long((it) => it.scrolled), long((it) => it.scrolled, bare), '', ''],
      ['scrolling 48,000 px: longest task', task((it) => it.scrolled), task((it) => it.scrolled, bare), '', ''],
    ],
  );
  for (const [when, tasks] of [['opening', seen.flatMap((it) => it.opened)], ['opening, linked', linked.flatMap((it) => it.opened)], ['one word changes', seen.flatMap((it) => it.changed)], ['scrolling', seen.flatMap((it) => it.scrolled)], ['scrolling, without Postil', bare.flatMap((it) => it.scrolled)]]) {
    console.log(`The longest tasks, ${when}:`);
    for (const line of longest(tasks)) console.log(`  ${line}`);
  }
}
