/**
 * Postil and its peers as pages in a browser, measured in the same run. What is
 * measured and why: `docs/performance.md`. `cargo xtask bench` starts it.
 *
 * POSTIL_BENCH_RUNS is how often everything is measured (`--runs`), and
 * POSTIL_BENCH_ONLY names some of the measures (`--only`).
 */

import { cpus } from 'node:os';
import { measureAnchors } from './measures/anchors.mjs';
import { measureLoad } from './measures/load.mjs';
import { measureMemory } from './measures/memory.mjs';
import { measureMerging } from './measures/merging.mjs';
import { measurePage } from './measures/page.mjs';
import { measureScrolling } from './measures/scrolling.mjs';
import { measureSizes } from './measures/sizes.mjs';
import { measureTyping } from './measures/typing.mjs';
import { setStage } from './support/stage.mjs';

/** Measures that share a stage, which takes a while to set. */
const MEASURES = {
  sizes: measureSizes,
  load: measureLoad,
  memory: measureMemory,
  typing: measureTyping,
  scrolling: measureScrolling,
  merging: measureMerging,
};

/** Measures with a stage of their own. */
const ALONE = {
  anchors: measureAnchors,
  page: measurePage,
};

const runs = Number(process.env.POSTIL_BENCH_RUNS ?? 5);
const only = process.env.POSTIL_BENCH_ONLY?.split(',') ?? [...Object.keys(MEASURES), ...Object.keys(ALONE)];

console.log(`\n${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpus()[0]?.model}, ${runs} runs`);
const together = only.filter((name) => name in MEASURES);
if (together.length > 0) {
  const stage = await setStage();
  try {
    console.log(stage.chrome.version);
    for (const name of together) await MEASURES[name](stage, runs);
  } finally {
    await stage.close();
  }
}
for (const name of only.filter((it) => !(it in MEASURES))) await ALONE[name](runs);
