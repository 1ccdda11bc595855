/**
 * What goes from hand to hand on a screen: a code for cameras, the system's share sheet, and the codes of two people
 * who connect directly. Loaded when somebody asks for one of them.
 */

import { Connection } from './direct.js';

const SVG = 'http://www.w3.org/2000/svg';
/** Light modules around a code, which cameras need. */
const MARGIN = 4;

const LOOK = `
.hand { box-sizing: border-box; width: min(30rem, 100vw - 16px); max-height: calc(100dvh - 16px); padding: 1.2em 1.4em; border: 1px solid var(--p-line); border-radius: 14px; background: var(--p-card); color: var(--p-ink); font: 1em/1.5 var(--p-sans); text-align: start; overflow-y: auto; }
.hand::backdrop { background: #0006; }
.hand * { box-sizing: border-box; }
.hand h2 { margin: 0 0 0.4em; font-size: 1.15em; line-height: 1.3; }
.hand p { margin: 0 0 0.8em; }
.hand label { display: block; margin: 0 0 0.3em; font-weight: 500; }
.hand button, .hand textarea { font: inherit; color: inherit; }
.hand button { cursor: pointer; }
.hand textarea { display: block; width: 100%; margin: 0 0 0.8em; padding: 0.45em 0.65em; border: 1px solid var(--p-field-line); border-radius: 8px; background: var(--p-paper); font: 0.867em/1.4 var(--p-mono); resize: none; overflow-wrap: anywhere; }
.hand :focus-visible { outline: 2px solid var(--p-accent); outline-offset: 2px; }
.hand .row { display: flex; flex-wrap: wrap; gap: 0.5em; }
.hand .row + * { margin-block-start: 1.1em; }
.hand .bad { color: var(--p-bad); }
/* Black on white, whatever the colours around it are: cameras expect that. */
.hand svg { display: block; width: min(100%, 60dvh); margin: 0 auto 0.9em; border: 1px solid var(--p-line); border-radius: 6px; background: #fff; forced-color-adjust: none; }
.hand svg.aside { width: min(60%, 30dvh); }`;

/**
 * Shows the link that carries a discussion as a code.
 *
 * @param {HTMLElement} host Postil's element
 * @param {Record<string, string>} words
 * @param {{ qrCode(text: string): Uint8Array | undefined }} more the second module
 * @param {(what: 'file') => void} on
 * @param {string} link empty when there is none
 * @param {string} title what the page is called
 */
export function code(host, words, more, on, link, title) {
  const dialog = new Dialog(host, words, words.codeTitle);
  const modules = link && more.qrCode(link);
  const copy = button(words.copyLink, 'button', () => dialog.copy(link, words.linkCopied, words.linkNotCopied));
  if (!modules) {
    const file = button(words.saveCopy, 'button primary', () => {
      dialog.close();
      on('file');
    });
    dialog.show(paragraph(words.codeTooLarge), complaint(''), row(file, ...(link ? [copy] : []), dialog.closer()));
    return;
  }
  const drawing = draw(modules, words.codeName);
  const save = button(words.savePicture, 'button', () => download(drawing, `${title}.svg`));
  dialog.show(paragraph(words.codeHint), drawing, complaint(''), row(copy, save, dialog.closer()));
}

/**
 * Gives an e-mail with a copy to the system's share sheet: as a text, because browsers share no files but of some
 * kinds. It is read as an e-mail whatever its name is.
 *
 * @param {string} email
 * @param {string} title
 * @param {string} link empty when there is none
 */
export async function share(email, title, link) {
  const name = title.replace(/[\s/\\:*?"<>|]+/g, ' ').trim();
  const files = [new File([email], `${name}.txt`, { type: 'text/plain' })];
  const all = link ? { title, files, url: link } : { title, files };
  try {
    await navigator.share(navigator.canShare(all) ? all : { files });
  } catch (error) {
    // The person has thought better of it.
    if (error.name !== 'AbortError') throw error;
  }
}

/**
 * Connects two people by codes that they hand over.
 *
 * @param {HTMLElement} host
 * @param {Record<string, string>} words
 * @param {object} more the second module
 * @param {(what: 'open', channel: EventTarget) => void} on
 * @param {{ mailbox: string, servers: string[], page: string, given: string }} options `given` is a text with the
 *   code that the other person made first; empty when there is none
 */
export function connect(host, words, more, on, { mailbox, servers, page, given }) {
  const dialog = new Dialog(host, words, words.connect);
  let connection;
  let offer = '';

  const begin = (trouble = '') => {
    connection?.end();
    connection = new Connection(servers, {
      open: (channel) => {
        connection = undefined;
        dialog.close();
        on('open', channel);
      },
      failed: () => begin(words.connectFailed),
    });
    const field = area(words.givenCode);
    const use = button(words.useCode, 'button', () => answer(field.value));
    const make = button(words.makeCode, 'button primary', () => propose());
    dialog.show(paragraph(words.connectHint), complaint(trouble), row(make), field.label, field, row(use, dialog.closer()));
  };

  /** Says what is wrong with a code; whether there is something. */
  const refused = (sdp) => {
    const trouble = { none: words.codeIsNone, elsewhere: words.codeOfOther, unwanted: words.codeNotWanted }[sdp];
    dialog.complain(trouble ?? '');
    return trouble !== undefined;
  };

  /** What fails here is no fault of the code. */
  const attempt = async (act) => {
    dialog.complain('');
    dialog.busy(words.connecting);
    const current = connection;
    try {
      await act(current);
    } catch {
      if (current === connection && dialog.isOpen) begin(words.connectFailed);
    }
  };

  const propose = () =>
    attempt(async (current) => {
      offer = more.writeCode(await current.offer(), mailbox, '');
      if (!dialog.isOpen) return;
      const link = `${page}#postil-direct=${offer}`;
      const field = area(words.codeBack);
      const use = button(words.useCode, 'button primary', () => {
        const sdp = more.readCode(field.value, mailbox, offer);
        if (!refused(sdp)) attempt((it) => it.accept(sdp));
      });
      dialog.show(...handed(words.sendCode, link, words.copyLink), field.label, field, complaint(''), row(use, dialog.closer()));
    });

  const answer = (text) => {
    const sdp = more.readCode(text, mailbox, '');
    if (refused(sdp)) return;
    attempt(async (current) => {
      const written = await current.answer(sdp);
      const code = more.writeCode(written, mailbox, text);
      if (!dialog.isOpen) return;
      dialog.show(...handed(words.sendBack, code, words.copyText), complaint(''), row(dialog.closer()));
      dialog.busy(words.waiting);
    });
  };

  /** A text to hand over: what to do with it, as a code for cameras, and to be copied. */
  const handed = (hint, text, copyWords) => {
    const modules = more.qrCode(text);
    const field = area(hint);
    field.value = text;
    field.readOnly = true;
    field.addEventListener('focus', () => field.select());
    const copy = button(copyWords, 'button', () => dialog.copy(text, words.textCopied, words.textNotCopied));
    const drawing = modules ? [draw(modules, words.codeName, 'aside')] : [];
    return [field.label, ...drawing, field, row(copy)];
  };

  dialog.onclose = () => connection?.end();
  begin();
  if (given) answer(given);
}

/** A dialog above everything else, until it is closed. */
class Dialog {
  #host;
  #element = document.createElement('dialog');
  #look = new CSSStyleSheet();
  #words;
  #title;
  onclose = () => {};

  constructor(host, words, title) {
    this.#host = host;
    this.#words = words;
    this.#look.replaceSync(LOOK);
    const root = host.shadowRoot;
    root.adoptedStyleSheets.push(this.#look);
    Object.assign(this.#element, { className: 'hand', lang: words.lang, dir: words.dir });
    this.#element.setAttribute('aria-labelledby', 'hand-title');
    this.#title = Object.assign(document.createElement('h2'), { id: 'hand-title', textContent: title.replace(/…$/, '') });
    this.#element.addEventListener('close', () => {
      this.#element.remove();
      root.adoptedStyleSheets = root.adoptedStyleSheets.filter((it) => it !== this.#look);
      this.onclose();
    });
    // The page's own shortcuts are not for what is above it.
    this.#element.addEventListener('keydown', (event) => event.stopPropagation());
    root.append(this.#element);
  }

  get isOpen() {
    return this.#element.open;
  }

  show(...parts) {
    this.#element.replaceChildren(this.#title, ...parts);
    if (!this.isOpen) this.#element.showModal();
    this.#element.querySelector('.primary, textarea, button').focus();
    this.#element.scrollTop = 0;
  }

  /** Says that something takes its time. */
  busy(words) {
    const said = this.#element.querySelector('[role=status]');
    if (said) said.textContent = words;
  }

  /** Says what is wrong. */
  complain(words) {
    const said = this.#element.querySelector('[role=alert]');
    if (said) said.textContent = words;
    if (words) this.busy('');
  }

  /** Puts a text on the clipboard and says whether it is there. */
  async copy(text, done, failed) {
    const copied = await navigator.clipboard?.writeText(text).then(() => true, () => false);
    this.busy(copied ? done : failed.replace('{link}', text));
  }

  close() {
    this.#element.close();
  }

  closer() {
    return button(this.#words.close, 'button', () => this.close());
  }
}

/** A code, drawn as one path of runs of dark modules. */
function draw(modules, name, className = '') {
  const side = modules[0];
  const isDark = (x, y) => x < side && modules[1 + y * side + x];
  let path = '';
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const from = x;
      while (isDark(x, y)) x++;
      if (x > from) path += `M${from + MARGIN} ${y + MARGIN}h${x - from}v1h${from - x}z`;
    }
  }
  const drawing = document.createElementNS(SVG, 'svg');
  const all = side + 2 * MARGIN;
  const attributes = { viewBox: `0 0 ${all} ${all}`, role: 'img', 'aria-label': name, 'shape-rendering': 'crispEdges', class: className };
  for (const [key, value] of Object.entries(attributes)) drawing.setAttribute(key, value);
  const paper = document.createElementNS(SVG, 'rect');
  for (const [key, value] of Object.entries({ width: all, height: all, fill: '#fff' })) paper.setAttribute(key, value);
  const dark = document.createElementNS(SVG, 'path');
  dark.setAttribute('d', path);
  drawing.append(paper, dark);
  return drawing;
}

function download(drawing, name) {
  const blob = new Blob([new XMLSerializer().serializeToString(drawing)], { type: 'image/svg+xml' });
  const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function paragraph(words) {
  return Object.assign(document.createElement('p'), { textContent: words });
}

/** Where it is said what goes on, and what went wrong. */
function complaint(words) {
  const place = document.createElement('div');
  const [status, alert] = [paragraph(''), paragraph(words)];
  status.setAttribute('role', 'status');
  alert.setAttribute('role', 'alert');
  alert.className = 'bad';
  place.append(status, alert);
  return place;
}

let areas = 0;

/** A field for a code, with its label beside it. */
function area(words) {
  const id = `hand-${++areas}`;
  const field = Object.assign(document.createElement('textarea'), { id, rows: 3, spellcheck: false, autocomplete: 'off' });
  field.label = Object.assign(document.createElement('label'), { htmlFor: id, textContent: words });
  return field;
}

function row(...parts) {
  const made = Object.assign(document.createElement('div'), { className: 'row' });
  made.append(...parts);
  return made;
}

function button(words, className, act) {
  const made = Object.assign(document.createElement('button'), { type: 'button', className, textContent: words });
  made.addEventListener('click', act);
  return made;
}
