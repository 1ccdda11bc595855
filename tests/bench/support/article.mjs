/** A long page of ordinary HTML, and its text as Postil reads it: blocks are lines. The same every time. */

/** Numbers that look drawn by lot (Knuth's linear congruence). */
function lot(seed) {
  let state = BigInt(seed);
  return (limit) => {
    state = BigInt.asUintN(64, state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n);
    return Number((state >> 33n) % BigInt(limit));
  };
}

const SYLLABLES = ['ta', 're', 'son', 'li', 'mar', 'o', 'ken', 'du', 'pi', 'vel', 'shi', 'que', 'ban', 'a', 'ru', 'mo'];

/** Words of one to five syllables, the short ones more often. */
function word(below) {
  const count = 1 + Math.floor((below(5) * below(5)) / 4);
  return Array.from({ length: count }, () => SYLLABLES[below(SYLLABLES.length)]).join('') + ['', 'n', 's', 't'][below(4)];
}

/** What each block is in, the outermost element first. Most of a page is paragraphs. */
const BLOCKS = [['h2'], ['p'], ['p'], ['p'], ['ul', 'li'], ['p'], ['blockquote', 'p'], ['p'], ['table', 'tbody', 'tr', 'td'], ['p']];
/** Every so many words some are in one of these. */
const INLINE = ['em', 'a href="#"', 'strong', 'code'];

/**
 * The page before and after one word in `changed` was replaced: `text` is what it said, `html` what it says now.
 *
 * @param {{ bytes: number, changed: number }} size
 */
export function makeArticle({ bytes, changed }) {
  const below = lot(7);
  const [before, after] = [[], []];
  for (let size = 0; size < bytes;) {
    const elements = BLOCKS[before.length % BLOCKS.length];
    const length = elements[0] === 'h2' || elements.at(-1) === 'td' ? 6 : 30 + below(60);
    const words = Array.from({ length }, () => word(below));
    const edited = words.map((it) => (below(changed) === 0 ? word(below) : it));
    before.push(words.join(' '));
    after.push({ elements, words: edited });
    size += before.at(-1).length + 1;
  }
  return {
    text: before.join('\n'),
    html: after.map(markup).join('\n'),
    changedText: after.map(({ words }) => words.join(' ')).join('\n'),
  };
}

function markup({ elements, words }) {
  const inline = words.map((it, at) => {
    if (at % 17 !== 16) return it;
    const name = INLINE[(at + words.length) % INLINE.length];
    return `<${name}>${it}</${name.split(' ')[0]}>`;
  });
  return elements.map((it) => `<${it}>`).join('') + inline.join(' ') + elements.toReversed().map((it) => `</${it}>`).join('');
}
