/** What `<postil-comments>` and `<postil-document>` have in common: properties, and starting and ending the module's half. */

import { deferred } from './deferred.js';
import { whenPainted } from './early.js';
import { load, localeOf } from './load.js';
import { wordsOf } from './words.js';

// Imported where there is no page (a build, a server), the classes exist and are never used.
const Base = globalThis.HTMLElement ?? class {};

const PROPERTIES = ['room', 'relay', 'for', 'author', 'readonly', 'loading', 'messages', 'wasmUrl'];
const OPTIONS = ['room', 'relay', 'for', 'readonly', 'author'];

/** What both have in common. A subclass says how it mounts, and where its own content and notes go. */
export class PostilElement extends Base {
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
    if (before === after) return;
    if (name === 'lang') this.#speak(after);
    if (OPTIONS.includes(name)) this._use((handle) => handle.configure(name, after));
  }

  async #speak(lang) {
    if (!this.#handle) return;
    const locale = await localeOf(this);
    // The last language that is asked for is not always the last to arrive.
    if (lang === this.getAttribute('lang')) this._use((handle) => handle.speak(locale));
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
    this._reword();
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
      this._showEarly();
      await this._whenWanted();
      await whenPainted();
      if (isOver()) return;
      const [postil] = await Promise.all([load(this.wasmUrl ?? undefined), localeOf(this)]);
      // It is there, unless another one has been asked for meanwhile.
      const locale = await localeOf(this);
      if (isOver()) return;
      this.#handle = this._mount(postil, { ...this.#options(), locale });
      await this.#handle.ready();
      await this._whenRested();
      if (isOver()) return;
      await this._hideFallback();
      this.#ready.resolve();
    } catch (error) {
      if (!isOver()) this.#fail(error);
    }
  }

  /** Shows what there is to see without the module. */
  _showEarly() {}

  /** Fulfilled when the element is to be more than what it shows without the module. */
  async _whenWanted() {}

  /** Fulfilled when what is shown without the module can be taken away. */
  async _whenRested() {}

  /** The page says some things in other words. */
  _reword() {}

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
    this._showNote([wordsOf(this).unavailable, message]);
    this.#ready.reject(error);
    const detail = { message, kind };
    this.dispatchEvent(new CustomEvent('postil-error', { bubbles: true, composed: true, detail }));
  }
}

/** Sets or, for null and undefined, removes an attribute. */
export function reflect(element, name, value) {
  if (value === null || value === undefined) {
    element.removeAttribute(name);
  } else {
    element.setAttribute(name, value);
  }
}
