/** What `<postil-comments>` shows until the module is there. */

import { Composer, LOOK } from './composer.js';
import { readPreview } from './preview.js';

/** The panel lies over what is shown early, unseen until it takes its place. */
const over = (visibility) => `
:host { position: relative; }
.preview ~ div:not([part]) { position: absolute; inset: 0; visibility: ${visibility}; }
`;

/** Fulfilled when the first of what there is to see on the page has been painted; at once when there is nothing. */
let painted = Promise.resolve();

/** What takes long waits for this, so that there is something to read first. */
export const whenPainted = () => painted;

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const paint = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));

function sheet(rules) {
  const made = new CSSStyleSheet();
  made.replaceSync(rules);
  return made;
}

/** In the place of the panel: a copy of what it showed last, or the element's own content; and a box to write in. */
export class Early {
  #root;
  #sheets = [];
  #stage = document.createElement('div');
  /** @type {Composer | undefined} */
  composer;

  /**
   * @param {HTMLElement} element
   * @param {ShadowRoot} root
   * @param {HTMLSlotElement} fallback shows the element's own content
   * @param {import('./draft.js').Draft | undefined} draft what is kept of what somebody writes here, if that is possible
   */
  constructor(element, root, fallback, draft) {
    this.#root = root;
    this.#stage.className = 'preview';
    const kept = readPreview(element);
    const hasContent = /\S/.test(element.textContent) || element.childElementCount > 0;
    if (!kept && !draft && !hasContent) return;
    if (draft) this.composer = new Composer(draft, kept?.named || element.hasAttribute('author'));
    this.#sheets = [over('hidden'), ...(draft ? [LOOK] : []), ...(kept ? [kept.look] : [])].map(sheet);
    this.#stage.append(...(kept?.nodes ?? []));
    this.#place(kept ? undefined : fallback);
    root.adoptedStyleSheets.push(...this.#sheets);
    root.replaceChildren(this.#stage);
    // A page in the background is never painted.
    painted = Promise.race([paint(), pause(100)]);
    // What has to be scrolled to is made and laid out after that.
    painted.then(() => this.#stage.querySelector('.threads')?.append(...(kept?.rest() ?? [])));
  }

  #place(fallback) {
    const place = this.#stage.querySelector('.standing');
    if (!this.composer) place?.remove();
    else if (place) place.replaceWith(this.composer.element);
    else {
      const panel = document.createElement('div');
      panel.className = 'panel';
      panel.append(this.composer.element);
      this.#stage.prepend(panel);
    }
    if (fallback) this.#stage.append(fallback);
  }

  /** Whether there is anything to see. */
  get isShown() {
    return this.#stage.isConnected;
  }

  /** Nothing can be written here after all. */
  dropComposer() {
    this.composer?.end();
    this.composer?.element.remove();
    this.composer = undefined;
  }

  /** The panel can be seen now, and goes on with what was begun. */
  async handOver() {
    if (!this.isShown) return;
    // Both can be seen for a moment that is never painted: what is hidden takes no focus.
    this.#sheets[0].replaceSync(over('visible'));
    const isDone = (await this.composer?.handOver(this.#root)) ?? true;
    if (isDone) {
      this.remove();
    } else {
      // There is no panel to go on with the words, so they stay to be read.
      this.composer.stayAlone();
      this.#stage.replaceChildren(this.composer.element.parentElement);
      this.#stage.className = '';
    }
  }

  remove() {
    this.composer?.end();
    this.#stage.remove();
    this.#root.adoptedStyleSheets = this.#root.adoptedStyleSheets.filter((it) => !this.#sheets.includes(it));
  }
}
