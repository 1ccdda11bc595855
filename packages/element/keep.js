/** Keeps what a panel shows, to be shown first the next time (`preview.js`), and the words of its language. */

/** Longest copy that is kept, in UTF-16 code units. */
const LIMIT = 150_000;
/** How many pages of a site keep a copy. */
const PAGES = 8;

/** What is only true of the moment in which the copy is made. */
const PASSING = '.said, .notices, .arrivals, .adder, .choice, .problem-row';
/** What is left out but for its place: how long ago something was and how things stand now is not known when it is shown. */
const EMPTY = 'time, [part~="status"], .standing';

/**
 * Keeps a copy of what `root` shows, if it is what somebody sees who opens the page.
 *
 * @param {HTMLElement} element
 * @param {ShadowRoot} root
 * @param {typeof import('./preview.js')} form of a copy: handed over, because `preview.js` may be part of another file
 */
export function keepPreview(element, root, form) {
  const { PREFIX, place, shape } = form;
  const panel = root.querySelector('.panel');
  const passing = root.querySelector('textarea:not(#composer), [aria-current], .notice');
  // Nobody is far down in it.
  const isFirstSight = panel?.getBoundingClientRect().top > -innerHeight / 2 && !passing;
  if (!panel || !isFirstSight) return;
  try {
    const key = PREFIX + place(element);
    if (!root.querySelector('article')) {
      localStorage.removeItem(key);
      return;
    }
    const rest = [];
    const rules = root.adoptedStyleSheets.flatMap((sheet) => [...sheet.cssRules]);
    const kept = {
      at: Date.now(),
      shape: shape(element),
      named: !root.querySelector('#me.nameless'),
      look: rules.map((rule) => rule.cssText).join('\n'),
      nodes: [copy(panel, form, rest)],
      rest,
    };
    const text = JSON.stringify(kept);
    if (text.length > LIMIT) return;
    forgetOldest(PREFIX);
    localStorage.setItem(key, text);
  } catch {
    // Without room for it the page opens as it does the first time.
  }
}

/**
 * Keeps words of the panel's language for elements that ask for the same.
 *
 * @param {ShadowRoot} root
 * @param {string} key where they are kept
 * @param {string[]} names
 * @param {(name: string) => string | undefined} word gives one
 */
export function keepWords(root, key, names, word) {
  const { lang, dir } = root.querySelector('.panel') ?? {};
  if (!lang) return;
  try {
    const words = names.map((name) => [name, word(name)]).filter(([, it]) => it);
    localStorage.setItem(key, JSON.stringify({ ...Object.fromEntries(words), lang, dir }));
  } catch {
    // They are there again when the module is.
  }
}

function forgetOldest(prefix) {
  const kept = Object.keys(localStorage).filter((name) => name.startsWith(prefix));
  const age = (name) => {
    try {
      return JSON.parse(localStorage.getItem(name)).at ?? 0;
    } catch {
      return 0;
    }
  };
  const oldest = kept.map((name) => [age(name), name]).sort(([a], [b]) => a - b);
  for (const [, name] of oldest.slice(0, Math.max(0, kept.length - PAGES + 1))) localStorage.removeItem(name);
}

/**
 * Cards that are seen only after scrolling in the page go to `rest`: they can come a moment later.
 *
 * @returns {string | [string, Record<string, string>, string, ...unknown[]] | null}
 */
function copy(node, form, rest) {
  if (node.nodeType === Node.TEXT_NODE) return node.data;
  const name = node.localName;
  if (!form.ELEMENTS.has(name) || node.matches(PASSING) || isFarBelow(node)) return null;
  const named = [...node.attributes].filter((it) => form.ATTRIBUTES.has(it.name));
  const attributes = Object.fromEntries(named.map((it) => [it.name, it.value]));
  const children = node.matches(EMPTY) ? [] : [...node.childNodes].map((it) => copy(it, form, rest)).filter((it) => it !== null);
  const copied = [name, attributes, node.style?.cssText ?? '', ...children];
  if (!node.matches('li.slot:nth-child(n + 3)') || node.getBoundingClientRect().top + scrollY < innerHeight) return copied;
  rest.push(copied);
  return null;
}

/** Whether it is a card that can be seen only after scrolling in the panel. */
function isFarBelow(node) {
  if (!node.matches('.slot')) return false;
  const top = Math.max(0, node.closest('.panel').getBoundingClientRect().top);
  return node.getBoundingClientRect().top - top > innerHeight * 1.5;
}
