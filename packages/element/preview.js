/**
 * What a panel showed last, kept by the browser, so that its threads can be read before the WebAssembly half is
 * there. It is a copy of what was on screen: names of elements, a few attributes, and text. Nothing in it can be
 * pressed, and nothing of it is ever read as markup.
 */

const PREFIX = 'postil preview ';
/** Longest copy that is kept, in UTF-16 code units. */
const LIMIT = 150_000;
/** How many pages of a site keep a copy. */
const PAGES = 8;

const SVG = 'http://www.w3.org/2000/svg';
const ELEMENTS = new Set(
  ('a article b blockquote br button code div em h2 h3 h4 label li ol p pre section span strong time ul ' +
    'svg path circle rect line polyline g').split(' '),
);
const DRAWINGS = new Set('svg path circle rect line polyline g'.split(' '));
const ATTRIBUTES = new Set(
  ('aria-hidden aria-label class dir inert lang part role start title ' +
    'cx cy d fill height points r rx stroke viewBox width x x1 x2 y y1 y2').split(' '),
);

/** What is only true of the moment in which the copy is made. */
const PASSING = '[part~="status"], .said, .notices, .arrivals, .adder, .choice, .problem-row';

/** The panel lies over its copy, unseen, until it has taken its place. */
const COVERED = `
  :host { position: relative; }
  .preview ~ div:not([part]) { position: absolute; inset: 0; visibility: hidden; }
`;

/** Fulfilled when the first copy on the page has been painted; at once when there is none. */
let painted = Promise.resolve();

/** What takes long waits for this, so that there is something to read first. */
export const whenPainted = () => painted;

/**
 * Shows the copy that was kept of `element`, if there is one for a page of this shape.
 *
 * @param {HTMLElement} element
 * @param {ShadowRoot} root
 * @returns {(() => void) | undefined} takes it off again
 */
export function showPreview(element, root) {
  const kept = read(element);
  if (!kept || kept.shape !== shape(element)) return undefined;
  const look = new CSSStyleSheet();
  look.replaceSync(kept.look + COVERED);
  const preview = document.createElement('div');
  preview.className = 'preview';
  preview.append(...kept.nodes.map(build).filter(Boolean));
  root.adoptedStyleSheets.push(look);
  root.replaceChildren(preview);
  // A page in the background is never painted.
  painted = Promise.race([paint(), pause(100)]);
  return () => {
    preview.remove();
    root.adoptedStyleSheets = root.adoptedStyleSheets.filter((sheet) => sheet !== look);
  };
}

/**
 * Keeps a copy of what `root` shows, if it is what somebody sees who opens the page.
 *
 * @param {HTMLElement} element
 * @param {ShadowRoot} root
 */
export function keepPreview(element, root) {
  const panel = root.querySelector('.panel');
  // Nobody is far down in it.
  const isFirstSight = panel?.getBoundingClientRect().top > -innerHeight / 2 && !root.querySelector('textarea, [aria-current], .notice');
  if (!panel || !isFirstSight) return;
  try {
    if (!root.querySelector('article')) {
      localStorage.removeItem(key(element));
      return;
    }
    const rules = root.adoptedStyleSheets.flatMap((sheet) => [...sheet.cssRules]);
    const kept = {
      at: Date.now(),
      shape: shape(element),
      look: rules.map((rule) => rule.cssText).join('\n'),
      nodes: [copy(panel)],
    };
    const text = JSON.stringify(kept);
    if (text.length > LIMIT) return;
    forgetOldest();
    localStorage.setItem(key(element), text);
  } catch {
    // Without room for it the page opens as it does the first time.
  }
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const paint = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));

function key(element) {
  return `${PREFIX}${location.pathname}${location.search} ${element.getAttribute('room') ?? ''} ${element.getAttribute('for') ?? ''}`;
}

/** Whether a copy fits depends on this. */
function shape(element) {
  return [innerWidth, element.clientWidth, element.getAttribute('lang') ?? document.documentElement.lang].join(' ');
}

function read(element) {
  try {
    const kept = JSON.parse(localStorage.getItem(key(element)));
    return typeof kept?.look === 'string' && Array.isArray(kept.nodes) ? kept : undefined;
  } catch {
    return undefined;
  }
}

function forgetOldest() {
  const kept = Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));
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

/** @returns {string | [string, Record<string, string>, string, ...unknown[]] | null} */
function copy(node) {
  if (node.nodeType === Node.TEXT_NODE) return node.data;
  const name = node.localName;
  if (!ELEMENTS.has(name) || node.matches(PASSING) || isFarBelow(node)) return null;
  const named = [...node.attributes].filter((it) => ATTRIBUTES.has(it.name));
  const attributes = Object.fromEntries(named.map((it) => [it.name, it.value]));
  // How long ago something was is not known when it is shown.
  const children = name === 'time' ? [] : [...node.childNodes].map(copy).filter((it) => it !== null);
  return [name, attributes, node.style?.cssText ?? '', ...children];
}

/** Whether it is a card that can be seen only after scrolling in the panel. */
function isFarBelow(node) {
  if (!node.matches('.slot')) return false;
  const top = Math.max(0, node.closest('.panel').getBoundingClientRect().top);
  return node.getBoundingClientRect().top - top > innerHeight * 1.5;
}

/** @returns {Node | string | null} */
function build(kept) {
  if (typeof kept === 'string') return kept;
  if (!Array.isArray(kept)) return null;
  const [name, attributes, style, ...children] = kept;
  if (!ELEMENTS.has(name)) return null;
  const element = DRAWINGS.has(name) ? document.createElementNS(SVG, name) : document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes ?? {})) {
    if (ATTRIBUTES.has(attribute)) element.setAttribute(attribute, value);
  }
  if (name === 'button') element.disabled = true;
  if (style) element.style.cssText = style;
  element.append(...children.map(build).filter((it) => it !== null));
  return element;
}
