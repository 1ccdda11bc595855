/**
 * What a panel showed last, kept by the browser, so that its threads can be read before the WebAssembly half is
 * there. It is a copy of what was on screen: names of elements, a few attributes, and text. Nothing in it can be
 * pressed, and nothing of it is ever read as markup. `keep.js` makes it.
 */

export const PREFIX = 'postil preview ';

const SVG = 'http://www.w3.org/2000/svg';
export const ELEMENTS = new Set(
  ('a article b blockquote br button code div em h2 h3 h4 label li ol p pre section span strong time ul ' +
    'svg path circle rect line polyline g').split(' '),
);
const DRAWINGS = new Set('svg path circle rect line polyline g'.split(' '));
export const ATTRIBUTES = new Set(
  ('aria-hidden aria-label class data-hue data-initials dir inert lang part role start title ' +
    'cx cy d fill height points r rx stroke viewBox width x x1 x2 y y1 y2').split(' '),
);

/** What tells a discussion from the others of a site, before its room is known. */
export function place(element) {
  return `${location.pathname}${location.search} ${element.getAttribute('room') ?? ''} ${element.getAttribute('for') ?? ''}`;
}

/** Whether a copy fits depends on this. */
export function shape(element) {
  return [innerWidth, element.clientWidth, language(element)].join(' ');
}

/** The language that the page asks for. */
export function language(element) {
  return element.getAttribute('lang') ?? document.documentElement.lang;
}

/**
 * The copy that was kept of `element`, if there is one for a page of this shape.
 *
 * @param {HTMLElement} element
 * @returns {{ look: string, named: boolean, nodes: (Node | string)[], rest: () => (Node | string)[] } | undefined}
 *   `rest` gives the cards that are seen only after scrolling
 */
export function readPreview(element) {
  try {
    const kept = JSON.parse(localStorage.getItem(PREFIX + place(element)));
    if (typeof kept?.look !== 'string' || kept.shape !== shape(element)) return undefined;
    const { look, named, nodes, rest } = kept;
    const built = (all) => all.map(build).filter(Boolean);
    return { look, named: named === true, nodes: built(nodes), rest: () => built(Array.isArray(rest) ? rest : []) };
  } catch {
    return undefined;
  }
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
