/**
 * The box to write in of a discussion about a page, before the module is there. It looks and behaves as the panel's own
 * (`src/view/writing.rs`), which takes its place with the words, the caret and the focus.
 */

/** Longest text of a comment, in bytes of UTF-8. */
const LIMIT = 16 * 1024;

/** Of the panel's style sheets what the box needs; a test compares them. */
export const LOOK = `
:host {
  --p-paper: var(--postil-paper, light-dark(#fcfbf8, #17181b));
  --p-card: var(--postil-card, light-dark(#ffffff, #1f2125));
  --p-ink: var(--postil-ink, light-dark(#1f2226, #e6e4df));
  --p-ink-3: var(--postil-ink-3, light-dark(#666b73, #9a9ea5));
  --p-line: var(--postil-line, light-dark(#e4e1d9, #2e3036));
  --p-field-line: var(--postil-field-line, light-dark(#8b8a84, #6b6f77));
  --p-accent: var(--postil-accent, light-dark(#2b59c3, #8fb0ff));
  --p-on-accent: var(--postil-on-accent, light-dark(#ffffff, #10131a));
  --p-sans: var(--postil-sans, ui-sans-serif, system-ui, "Segoe UI", Roboto, "Helvetica Neue", sans-serif);
  font-size: var(--postil-font-size, 0.9375rem);
}
.panel, .panel * { box-sizing: border-box; }
.panel { position: relative; font: 1em/1.5 var(--p-sans); color: var(--p-ink); text-align: start; }
.panel :where(p, ul, ol, blockquote, pre) { margin: 0; padding: 0; }
.panel :where(button, input, textarea) { font: inherit; color: inherit; letter-spacing: inherit; }
.panel :where(button) { cursor: pointer; }
.panel :disabled { cursor: default; }
.panel :focus-visible { outline: 2px solid var(--p-accent); outline-offset: 2px; }
.hint { color: var(--p-ink-3); font-size: 0.867em; font-weight: 400; }
.button {
  display: inline-flex; align-items: center; gap: 0.4em; min-height: 2.2em; padding: 0.3em 0.8em;
  border: 1px solid var(--p-line); border-radius: 8px; background: var(--p-card);
  font-size: 0.933em; font-weight: 500; line-height: 1.2; white-space: nowrap;
}
.button:hover:not(:disabled) { border-color: var(--p-ink-3); }
.button.primary { background: var(--p-accent); border-color: var(--p-accent); color: var(--p-on-accent); }
.button:disabled { background: none; border-color: var(--p-line); color: var(--p-ink-3); }
.field { display: block; width: 100%; padding: 0.45em 0.65em; border: 1px solid var(--p-line); border-radius: 9px; background: var(--p-paper); }
.field::placeholder { color: var(--p-ink-3); opacity: 1; }
.field:hover { border-color: var(--p-field-line); }
.panel .field:focus-visible { border-color: var(--p-accent); outline-offset: -1px; }
textarea.field { resize: none; field-sizing: content; min-height: 2.4em; max-height: 50vh; }
.writing, .name-form { display: grid; gap: 0.5em; }
.writing.open textarea.field { min-height: 4.6em; }
.writing-row { display: flex; flex-wrap: wrap; gap: 0.5em; align-items: center; justify-content: flex-end; }
.writing-row .keys { margin-inline-end: auto; }
.name-field { display: grid; gap: 0.2em; }
:is(.name-field, .name-form) label { font-size: 0.9em; font-weight: 600; }
.standing { padding-block: 0.5em; }
.standing .field:not([aria-invalid]) { border-color: var(--p-field-line); }
@media (forced-colors: active) { .button.primary { border: 2px solid ButtonText; } }
`;

/** An element with attributes and children. */
function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  element.append(...children);
  return element;
}

/** Puts `value` into a field of the panel as somebody would. */
function enter(field, value) {
  field.value = value;
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
}

export class Composer {
  #draft;
  #open = false;
  #isWaiting = false;
  #isComposing = false;
  #isPressed = false;
  #isAlone = false;
  #onRest = null;
  #words;
  #listening = new AbortController();

  #text = make('textarea', { class: 'field', part: 'input', dir: 'auto', rows: 1, 'aria-keyshortcuts': 'Control+Enter Meta+Enter' });
  #nameLabel = make('label', { for: 'early-name' });
  #nameHint = make('p', { class: 'hint', id: 'early-name-hint' });
  #name = make('input', { class: 'field', type: 'text', id: 'early-name', dir: 'auto', autocomplete: 'nickname', maxlength: 64, 'aria-describedby': 'early-name-hint' });
  #keys = make('span', { 'aria-hidden': true });
  #said = make('span', { role: 'status' });
  #cancel = make('button', { class: 'button' });
  #publish = make('button', { class: 'button primary' });
  #box = make('div', { class: 'writing' }, this.#text);
  #more;

  /** What is put on the page. */
  element = make('section', { class: 'standing', part: 'composer' }, this.#box);

  /**
   * @param {import('./draft.js').Draft} draft
   * @param {boolean} isNamed whether the reader's name is known
   */
  constructor(draft, isNamed) {
    this.#draft = draft;
    this.#more = [
      ...(isNamed ? [] : [make('div', { class: 'name-field' }, this.#nameLabel, this.#name, this.#nameHint)]),
      make('div', { class: 'writing-row' }, make('span', { class: 'hint keys' }, this.#keys, this.#said), this.#cancel, this.#publish),
    ];
    const { text = '', name = '', publish } = draft.read();
    this.#text.value = text;
    this.#name.value = name;
    this.#isWaiting = publish === true && Boolean(text.trim());
    this.#open = Boolean(text);
    this.#listen();
    this.#update();
  }

  /** Says everything in these words. */
  say(words) {
    this.#words = words;
    const { lang, dir, writeComment } = words;
    for (const [name, value] of Object.entries({ lang, dir })) if (value) this.element.setAttribute(name, value);
    for (const it of [this.element, this.#text]) it.ariaLabel = writeComment;
    this.#text.placeholder = writeComment;
    this.#nameLabel.textContent = words.yourName;
    this.#nameHint.textContent = words.nameHint;
    this.#cancel.textContent = words.cancel;
    this.#publish.textContent = words.publish;
    this.#update();
  }

  /** Fulfilled when no letter is half written and no button half pressed. */
  rested() {
    return new Promise((resolve) => {
      this.#onRest = () => this.#isComposing || this.#isPressed || resolve();
      this.#onRest();
    });
  }

  /**
   * The panel's own box goes on with the words, the caret and the focus; and with publishing them, if that was asked for.
   *
   * @param {ShadowRoot} root
   * @returns {Promise<boolean>} whether nothing is left here
   */
  async handOver(root) {
    const field = root.querySelector('#composer');
    if (!field) return !this.#text.value;
    const isUsed = root.activeElement === this.#text;
    const { selectionStart, selectionEnd, selectionDirection, scrollTop } = this.#text;
    if (field.value !== this.#text.value) enter(field, this.#text.value);
    if (isUsed) field.focus({ preventScroll: true });
    field.setSelectionRange(selectionStart, selectionEnd, selectionDirection);
    field.scrollTop = scrollTop;
    // What stands below the box when it is open comes a moment later, but before the next frame.
    const buttons = () => root.querySelectorAll('#composer ~ .writing-row .button');
    for (let i = 0; i < 20 && this.#open && !buttons().length; i += 1) await null;
    this.#handOverRest(root.querySelector('#composer-name'), ...buttons());
    return true;
  }

  #handOverRest(name, cancel, publish) {
    const active = this.element.getRootNode().activeElement;
    if (name && this.#name.value) enter(name, this.#name.value);
    const same = new Map([[this.#name, name], [this.#cancel, cancel], [this.#publish, publish]]).get(active);
    same?.focus({ preventScroll: true });
    if (same && same === name) name.setSelectionRange(this.#name.selectionStart, this.#name.selectionEnd);
    // Another tab may have done it meanwhile.
    if (this.#isWaiting && this.#draft.read().publish) {
      this.#draft.write({ publish: false });
      publish?.click();
    }
  }

  /** There is nothing that could publish: what is written stays, and is kept. */
  stayAlone() {
    this.#isAlone = true;
    if (this.#isWaiting) this.#draft.write({ publish: false });
    this.#isWaiting = false;
    this.#update();
  }

  /** Nothing happens here any more. */
  end() {
    this.#listening.abort();
  }

  #listen() {
    const on = (target, name, act) => target.addEventListener(name, act, { signal: this.#listening.signal });
    const rest = () => setTimeout(() => this.#onRest?.());
    on(this.#text, 'input', () => this.#typed());
    on(this.#name, 'input', () => this.#draft.write({ name: this.#name.value }));
    on(this.#box, 'compositionstart', () => (this.#isComposing = true));
    on(this.#box, 'compositionend', () => rest((this.#isComposing = false)));
    on(this.#box, 'pointerdown', () => (this.#isPressed = true));
    for (const name of ['pointerup', 'pointercancel']) on(globalThis, name, () => rest((this.#isPressed = false)));
    on(this.#box, 'focusin', () => this.#show(true));
    on(this.#box, 'focusout', ({ relatedTarget }) => {
      if (!this.#box.contains(relatedTarget) && !this.#text.value) this.#show(false);
    });
    on(this.#box, 'keydown', (event) => this.#pressed(event));
    on(this.#cancel, 'click', () => this.#cancelled());
    on(this.#publish, 'click', () => this.#published());
  }

  #pressed(event) {
    // Escape and Enter belong to the input method while it composes.
    if (event.isComposing) return;
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) this.#published();
    else if (event.key === 'Escape') this.#show(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #typed() {
    this.#draft.write({ text: this.#text.value });
    this.#open || this.#show(true);
    this.#update();
  }

  #published() {
    if (this.#publish.disabled || this.#isWaiting) return;
    // The words are on the device before anything is said about them.
    this.#draft.write({ text: this.#text.value, name: this.#name.value, publish: true });
    this.#isWaiting = true;
    this.#update();
  }

  #cancelled() {
    if (this.#isWaiting) {
      this.#isWaiting = false;
      this.#draft.write({ publish: false });
      this.#text.focus();
    } else {
      this.#text.value = '';
      this.#draft.write({ text: '' });
      this.#show(false);
    }
    this.#update();
  }

  #show(open) {
    this.#open = open;
    this.#update();
  }

  /** Brings what is on screen up to date. */
  #update() {
    const { value } = this.#text;
    const isOpen = this.#box.classList.toggle('open', this.#open);
    const lines = value.split('\n').length;
    this.#text.rows = isOpen ? Math.min(Math.max(lines, 2), 14) : 1;
    this.#text.readOnly = this.#isWaiting;
    this.#publish.disabled = this.#isAlone || !value.trim() || new TextEncoder().encode(value).length > LIMIT;
    this.#publish.ariaBusy = this.#isWaiting;
    const { publishKey = '', willPublish = '' } = this.#words ?? {};
    this.#keys.textContent = this.#isWaiting ? '' : publishKey.replace('{key}', navigator.userAgent.includes('Mac OS') ? '⌘' : 'Ctrl');
    this.#said.textContent = this.#isWaiting ? willPublish : '';
    if (isOpen !== (this.#more.at(-1).parentNode === this.#box)) {
      if (isOpen) this.#text.after(...this.#more);
      else this.#more.forEach((it) => it.remove());
    }
  }
}
