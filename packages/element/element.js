/**
 * `<postil-comments>` and `<postil-document>`. Importing this module defines nothing; `define.js` does.
 * The elements are known to the page before the WebAssembly half has loaded, and show their own content
 * until it has.
 */

import { bytesOf } from './bytes.js';
import { deferred } from './deferred.js';
import { waitFor } from './lazy.js';
import { load } from './loader.js';
import { addNote, removeNote } from './note.js';
import { keepPreview, showPreview, whenPainted } from './preview.js';

/** Until there is more to see. The page's own rules for the element win over it. */
const LOOK = ':host { display: block; } :host([hidden]) { display: none; }';

// Imported where there is no page (a build, a server), the classes exist and are never used.
const Base = globalThis.HTMLElement ?? class {};

const PROPERTIES = ['room', 'relay', 'for', 'author', 'readonly', 'loading', 'messages', 'wasmUrl'];
const OPTIONS = ['room', 'relay', 'for', 'lang', 'readonly', 'author'];

/** What both elements have in common. A subclass says how it mounts, and where its own content and notes go. */
class PostilElement extends Base {
  #handle = null;
  #attempt = 0;
  #messages = {};
  #ready = deferred();

  constructor() {
    super();
    // Properties set before the element was known would hide the accessors of the class.
    for (const name of PROPERTIES.filter((name) => Object.hasOwn(this, name))) {
      const value = this[name];
      delete this[name];
      // A constructor must not touch attributes, so the value is set once it has ended.
      queueMicrotask(() => (this[name] = value));
    }
  }

  connectedCallback() {
    if (!this.#handle) {
      this.#start();
    }
  }

  disconnectedCallback() {
    // Moving an element in the page disconnects and connects it: nothing is to be lost then.
    queueMicrotask(() => {
      if (!this.isConnected) {
        this.#stop();
      }
    });
  }

  /** With this, `moveBefore()` neither disconnects nor connects the element. */
  connectedMoveCallback() {}

  attributeChangedCallback(name, before, after) {
    if (before !== after && OPTIONS.includes(name)) {
      this._use((handle) => handle.configure(name, after));
    }
  }

  /** The name of the room. Without it, the page's address is the name. */
  get room() {
    return this.getAttribute('room');
  }
  set room(value) {
    reflect(this, 'room', value);
  }

  /** Relay addresses, separated by spaces. Without it, this device and its other tabs only. */
  get relay() {
    return this.getAttribute('relay');
  }
  set relay(value) {
    reflect(this, 'relay', value);
  }

  /** Whether nothing can be written. */
  get readonly() {
    return this.hasAttribute('readonly');
  }
  set readonly(value) {
    this.toggleAttribute('readonly', Boolean(value));
  }

  /** Where the `.wasm` file is, if not beside `loader.js`. Read once a page. */
  get wasmUrl() {
    return this.getAttribute('wasm-url');
  }
  set wasmUrl(value) {
    reflect(this, 'wasm-url', value);
  }

  /** Words of the interface by key, in place of the built-in ones. */
  get messages() {
    return this.#messages;
  }
  set messages(value) {
    this.#messages = { ...value };
    this._use((handle) => handle.configure('messages', JSON.stringify(this.#messages)));
  }

  /** Fulfilled when what this device has stored is shown; rejected when Postil cannot start. */
  get ready() {
    return this.#ready.promise;
  }

  /** The element is gone: nothing is waited for. */
  _stopWaiting() {}

  /** Calls `action` with what runs in the element, if it runs. */
  _use(action, otherwise) {
    if (!this.#handle) {
      return otherwise;
    }
    try {
      return action(this.#handle);
    } catch (error) {
      this.#fail(error);
      return otherwise;
    }
  }

  async #start() {
    const attempt = ++this.#attempt;
    if (this.#ready.settled) {
      this.#ready = deferred();
    }
    const isOver = () => attempt !== this.#attempt || !this.isConnected;
    try {
      // Whoever has just made the element may still set its attributes and properties.
      await Promise.resolve();
      if (isOver()) return;
      await this._whenWanted();
      if (isOver()) return;
      const postil = await load(this.wasmUrl ?? undefined);
      await whenPainted();
      if (isOver()) return;
      this.#handle = this._mount(postil, this.#options());
      await this.#handle.ready();
      if (isOver()) return;
      this._hideFallback();
      this.#ready.resolve();
    } catch (error) {
      if (!isOver()) this.#fail(error);
    }
  }

  /** Fulfilled when the element is to be more than what it shows without the module. */
  async _whenWanted() {}

  #stop() {
    this.#attempt += 1;
    this._stopWaiting();
    this._use((handle) => handle.unmount());
    this.#handle = null;
    this._showFallback();
  }

  #options() {
    const hasMessages = Object.keys(this.#messages).length > 0;
    const options = { messages: hasMessages ? JSON.stringify(this.#messages) : null };
    for (const name of OPTIONS) {
      options[name] = this.getAttribute(name);
    }
    return options;
  }

  /** Tells the reader and the page. The element's own content is shown again. */
  #fail(error) {
    const message = error?.message ?? String(error);
    const kind = error?.kind ?? 'internal';
    const handle = this.#handle;
    this.#handle = null;
    try {
      handle?.unmount();
    } catch {
      // What has failed need not be able to clean up; its content is replaced below.
    }
    this._showFallback();
    this._showNote([this.#messages.unavailable ?? 'Postil cannot be shown here.', message]);
    this.#ready.reject(error);
    const detail = { message, kind };
    this.dispatchEvent(new CustomEvent('postil-error', { bubbles: true, composed: true, detail }));
  }
}

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
  #removePreview = null;
  #keeping = false;

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

  connectedCallback() {
    // An element that is only moved shows what it showed.
    if (this.#root.contains(this.#fallback)) {
      this.#removePreview = showPreview(this, this.#root) ?? null;
    }
    super.connectedCallback();
  }

  attributeChangedCallback(name, before, after) {
    super.attributeChangedCallback(name, before, after);
    if (name === 'loading' && this.loading === 'eager') this._stopWaiting();
  }

  async _whenWanted() {
    this._stopWaiting();
    if (this.#isWanted || this.loading === 'eager') return;
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
   * @param {'bundle' | 'w3c' | 'hypothesis' | 'eml'} [format]
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
    const bytes = await bytesOf(data);
    this.#want();
    await this.ready;
    return this._use((handle) => handle.import(bytes), false);
  }

  _mount(postil, options) {
    return postil.mountComments(this, this.#root, options);
  }

  _showFallback() {
    // When Postil cannot start, what was kept can still be read.
    if (this.#removePreview && this.isConnected) return;
    this.#dropPreview();
    this.#root.replaceChildren(this.#fallback);
  }

  _hideFallback() {
    this.#dropPreview();
    this.#fallback.remove();
    removeNote(this.#root);
  }

  #dropPreview() {
    this.#removePreview?.();
    this.#removePreview = null;
  }

  #keepLater() {
    if (this.#keeping) return;
    this.#keeping = true;
    const keep = () => {
      if (!this.#keeping) return;
      this.#keeping = false;
      removeEventListener('pagehide', keep);
      if (this.isConnected) keepPreview(this, this.#root);
    };
    addEventListener('pagehide', keep);
    const idle = globalThis.requestIdleCallback ?? setTimeout;
    setTimeout(() => idle(keep, { timeout: 200 }), 200);
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

/** Sets or, for null and undefined, removes an attribute. */
function reflect(element, name, value) {
  if (value === null || value === undefined) {
    element.removeAttribute(name);
  } else {
    element.setAttribute(name, value);
  }
}
