/**
 * `<postil-comments>` and `<postil-document>`. Importing this module defines nothing; `define.js` does.
 * The elements are known to the page before the WebAssembly half has loaded, and show their own content, or what
 * they showed last, until it has. What is not needed for that is imported when it is needed: this module and what it
 * imports at once become one file (`xtask/src/dist/bundle.rs`), which a page waits for.
 */

import { PostilElement, reflect } from './base.js';
import { Draft } from './draft.js';
import { Early } from './early.js';
import { addNote, removeNote } from './note.js';
import * as form from './preview.js';
import { NAMES, wordsKey, wordsOf } from './words.js';

/** Until there is more to see. The page's own rules for the element win over it. */
const LOOK = ':host { display: block; } :host([hidden]) { display: none; }';

/** Keeps what panels show, once it is there. It is not when the page goes away: there is no time to import it then. */
let keeper;

/**
 * The discussion of a document. Its own children are shown until, or instead of, the discussion.
 *
 * @fires postil-ready @fires postil-change @fires postil-sync @fires postil-error
 */
export class PostilComments extends PostilElement {
  static observedAttributes = ['room', 'relay', 'for', 'lang', 'readonly', 'author', 'loading', 'wasm-url'];

  #waiting = null;
  #isWanted = false;
  #root = this.attachShadow({ mode: 'open' });
  #fallback = document.createElement('slot');
  /** @type {Early | null} */
  #early = null;
  #keeping = false;
  /** Whether more happened while a copy waited to be kept, which may not be drawn when it is. */
  #changed = false;

  constructor() {
    super();
    const look = new CSSStyleSheet();
    look.replaceSync(LOOK);
    this.#root.adoptedStyleSheets = [look];
    this._showFallback();
    // What is on screen then is what to show first the next time.
    for (const name of ['postil-ready', 'postil-change']) {
      this.addEventListener(name, () => this.#keepLater());
    }
  }

  attributeChangedCallback(name, before, after) {
    super.attributeChangedCallback(name, before, after);
    if (name === 'loading' && this.loading === 'eager') this._stopWaiting();
    if (this.#early && !this.#draft()) this.#early.dropComposer();
  }

  /** Where what somebody writes is kept, if that can be done before the module is there. */
  #draft() {
    return this.readonly || this.for ? undefined : new Draft(form.place(this));
  }

  _showEarly() {
    // An element that is only moved shows what it showed.
    if (!this.#root.contains(this.#fallback) || this.#early?.isShown) return;
    this.#early = new Early(this, this.#root, this.#fallback, this.#draft());
    this._reword();
  }

  _reword() {
    this.#early?.composer?.say(wordsOf(this));
  }

  async _whenRested() {
    await this.#early?.composer?.rested();
  }

  async _whenWanted() {
    this._stopWaiting();
    if (this.#isWanted || this.loading === 'eager') return;
    const { waitFor } = await import('./lazy.js');
    if (this.#isWanted || this.loading === 'eager' || !this.isConnected) return;
    this.#waiting = waitFor(this);
    await this.#waiting.wanted;
  }

  _stopWaiting() {
    this.#waiting?.end();
    this.#waiting = null;
  }

  /** Somebody asks for what only the module can give. */
  #want() {
    this.#isWanted = true;
    this._stopWaiting();
  }

  /** `lazy`: the module is loaded when the element comes near the window or is used. Else `eager`. */
  get loading() {
    return this.getAttribute('loading')?.toLowerCase() === 'lazy' ? 'lazy' : 'eager';
  }
  set loading(value) {
    reflect(this, 'loading', value);
  }

  /** A CSS selector of what is commented. Without it, the discussion is about the page. */
  get for() {
    return this.getAttribute('for');
  }
  set for(value) {
    reflect(this, 'for', value);
  }

  /** The reader's name, if the page knows it. */
  get author() {
    return this.getAttribute('author');
  }
  set author(value) {
    reflect(this, 'author', value);
  }

  /** The threads as plain data; none before `ready`. */
  get threads() {
    return JSON.parse(this._use((handle) => handle.threads(), '[]'));
  }

  /**
   * Opens a thread and brings it and its text into view, once the element is ready.
   *
   * @param {string} id
   * @returns {Promise<boolean>} whether there is such a thread
   */
  async reveal(id) {
    this.#want();
    const isReady = await this.ready.then(() => true, () => false);
    return isReady && this._use((handle) => handle.reveal(String(id)), false);
  }

  /**
   * Everything that is here of the discussion, to be kept or sent as a file: as bytes, or as the text of a file of
   * another program.
   *
   * @param {'bundle' | 'w3c' | 'hypothesis' | 'eml' | 'html'} [format]
   * @returns {Promise<Uint8Array | string>}
   */
  async export(format = 'bundle') {
    this.#want();
    await this.ready;
    return this._use((handle) => handle.export(String(format)));
  }

  /**
   * Takes what `export` gave here or elsewhere, or what another program has in one of its formats.
   *
   * @param {ArrayBuffer | ArrayBufferView | Blob | string} data
   * @returns {Promise<boolean>} whether anything in it was new
   */
  async import(data) {
    this.#want();
    const { bytesOf } = await import('./bytes.js');
    const bytes = await bytesOf(data);
    await this.ready;
    return this._use((handle) => handle.import(bytes), false);
  }

  _mount(postil, options) {
    // Asked for anew each time: a page may go to another address without being loaded anew.
    return postil.mountComments(this, this.#root, { ...options, draft: (text) => new Draft(form.place(this)).exchange(text) });
  }

  _showFallback() {
    // When Postil cannot start, what was kept can still be read, and what was written is not lost.
    if (this.#early?.isShown && this.isConnected) {
      this.#early.composer?.stayAlone();
      return;
    }
    this.#early?.remove();
    this.#early = null;
    this.#root.replaceChildren(this.#fallback);
  }

  async _hideFallback() {
    await this.#early?.handOver();
    this.#early = null;
    this.#fallback.remove();
    removeNote(this.#root);
  }

  #keepLater() {
    this.#changed = this.#keeping;
    if (this.#keeping) return;
    this.#keeping = true;
    const keep = () => {
      if (!this.#keeping) return;
      this.#keeping = false;
      removeEventListener('pagehide', keep);
      if (this.isConnected) this.#keep();
      if (this.#changed) this.#keepLater();
    };
    addEventListener('pagehide', keep);
    const idle = globalThis.requestIdleCallback ?? setTimeout;
    const soon = () => setTimeout(() => idle(keep, { timeout: 200 }), 200);
    import('./keep.js').then((module) => soon((keeper = module)), () => {});
  }

  #keep() {
    keeper?.keepPreview(this, this.#root, form);
    this._use((handle) => keeper?.keepWords(this.#root, wordsKey(this), NAMES, (name) => handle.word(name)));
  }

  _showNote(paragraphs) {
    addNote(this.#root, paragraphs);
  }
}

/**
 * A text that several people write. Its own content is the text to begin with.
 *
 * @fires postil-error
 */
export class PostilDocument extends PostilElement {
  static observedAttributes = ['room', 'relay', 'lang', 'readonly', 'wasm-url'];

  /** Other versions of the text that were edited in the room and are not shown; none before `ready`. */
  get versions() {
    return JSON.parse(this._use((handle) => handle.versions(), '[]'));
  }

  _mount(postil, options) {
    return postil.mountDocument(this, options);
  }

  /** The text is in the page itself, so there is nothing to bring back. */
  _showFallback() {
    removeNote(this.shadowRoot);
  }

  _hideFallback() {
    removeNote(this.shadowRoot);
  }

  _showNote(paragraphs) {
    // A shadow root is there only to say that the text cannot be edited.
    const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    root.replaceChildren(document.createElement('slot'));
    addNote(root, paragraphs);
  }
}
