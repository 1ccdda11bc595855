/**
 * How the Hypothesis client finds quotes: the rules of its `match-quote.ts` and `types.ts` on the package that it uses
 * for them, `approx-string-match`. (Its own package is built to be run, not to be called.) Runs in the page.
 */

import search from 'approx-string-match';

/** Code units of context on each side. */
const CONTEXT = 32;

/** What it keeps of a part of a text. */
export function describe(text, start, end) {
  return {
    exact: text.slice(start, end),
    prefix: text.slice(Math.max(0, start - CONTEXT), start),
    suffix: text.slice(end, end + CONTEXT),
    hint: start,
  };
}

/** Exact places if there are any, else all of those with the fewest errors. */
function matches(text, wanted, most) {
  const exact = [];
  for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + 1)) {
    exact.push({ start: at, end: at + wanted.length, errors: 0 });
  }
  return exact.length > 0 ? exact : search(text, wanted, most);
}

/** How like `wanted` a text is that should be equal to it: 1 is equal. */
function likeness(text, wanted) {
  if (wanted === '' || text === '') return 0;
  const [best] = matches(text, wanted, wanted.length);
  return best ? 1 - best.errors / wanted.length : 0;
}

/** The likeliest place of a quote. */
export function match(text, { exact, prefix, suffix, hint }) {
  const found = matches(text, exact, Math.min(256, exact.length / 2));
  const score = ({ start, end, errors }) => {
    const words = 1 - errors / exact.length;
    const before = prefix ? likeness(text.slice(Math.max(0, start - prefix.length), start), prefix) : 1;
    const after = suffix ? likeness(text.slice(end, end + suffix.length), suffix) : 1;
    const near = 1 - Math.abs(start - hint) / text.length;
    return (50 * words + 20 * before + 20 * after + 2 * near) / 92;
  };
  return found.map((it) => ({ ...it, score: score(it) })).sort((a, b) => b.score - a.score)[0];
}

globalThis.hypothesis = { describe, match };
