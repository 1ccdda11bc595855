/**
 * What goes from hand to hand on a screen: a code for cameras, the system's share sheet, and the codes of two people
 * who connect directly. Loaded when somebody asks for one of them.
 */

import { Connection } from './direct.js';
import { localeOf } from './locales.js';

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

/** The words of what is shown here, in English, by the names that `messages` has for them. */
export const WORDS = {
  savePicture: 'Save picture',
  close: 'Close',
  codeTitle: 'QR code',
  codeHint: 'Point a camera at it: it holds a link that carries the whole discussion.',
  codeName: 'QR code of the link or code that stands here',
  codeTooLarge: 'This discussion is too large for a QR code. Send it as a file or as a link.',
  connectHint: 'Two people who are here at the same time connect without any relay: one makes a code and sends it, the other sends one back. Use a way you trust, such as a messenger. Without more, it works within one network.',
  connectFailed: 'No connection came about. Make sure that both of you are in the same network, and begin again with new codes.',
  makeCode: 'Make a code',
  givenCode: 'Were you given a code? Put it here:',
  useCode: 'Connect',
  sendCode: 'Send this link to the other person:',
  codeBack: 'Put the code here that comes back:',
  sendBack: 'Send this code back to the other person:',
  waitingForOther: 'Waiting for the other person. Leave this open.',
  connectCodeIsNone: 'This is no such code, or a part of it is missing. Copy all of it.',
  connectCodeNotWanted: 'This is not the code that is wanted here: it may be your own, or that of another connection.',
};

/** Words that the first module has for other things as well. */
const SHARED = 'connect connecting copyOfOther copyLink linkCopied linkNotCopied copyText textCopied textNotCopied saveCopy'.split(' ');

/** All of them in the language that `host` speaks, or as the page has them; and which language that is. */
async function wordsOf(host) {
  const { texts } = await localeOf(host);
  const isWord = ([name, word]) => name in WORDS && typeof word === 'string';
  const others = Object.entries({ ...texts, ...host.messages }).filter(isWord);
  const shared = SHARED.map((name) => [name, host._use((handle) => handle.word(name))]);
  const { lang, dir } = host.shadowRoot.querySelector('.panel');
  return { ...WORDS, ...Object.fromEntries([...others, ...shared]), lang, dir };
}

/**
 * Does what somebody asks for in the menu.
 *
 * @param {(name: string) => Promise<object>} more loads a module
 * @param {HTMLElement} host Postil's element
 * @param {(channel: EventTarget | null) => void} on called when two people are connected, or when a file is wanted instead
 * @param {'code' | 'share' | 'connect'} what
 * @param {string} given the end of the page's address, if it has a code to connect by
 * @param {string} link the address that carries the discussion, if it is small enough
 * @param {string} mailbox what the discussion is called where codes are made for it
 */
export async function hand(more, host, on, what, given, link, mailbox) {
  if (what === 'share') return share(host, link);
  // What is there before anybody waits for the other person can not be missing then.
  const [codes] = await Promise.all([more('hand'), what === 'connect' && more('relays')]);
  const words = await wordsOf(host);
  if (what === 'code') code(host, codes, words, link, on);
  else connect(host, codes, words, mailbox, given, on);
}

/** What the page is called, and what a file about it is. */
const title = () => document.title.trim() || 'discussion';
const fileName = (ending) => title().replace(/[\s/\\:*?"<>|]+/g, ' ').trim() + ending;

/** Shows the link that carries a discussion as a code for cameras. */
function code(host, more, words, link, on) {
  const dialog = new Dialog(host, words, words.codeTitle);
  const modules = link && more.qrCode(link);
  const copy = button(words.copyLink, 'button', () => dialog.copy(link, words.linkCopied, words.linkNotCopied));
  if (!modules) {
    const file = button(words.saveCopy, 'button primary', () => {
      dialog.close();
      on(null);
    });
    dialog.show(paragraph(words.codeTooLarge), complaint(''), row(file, ...(link ? [copy] : []), dialog.closer()));
    return;
  }
  const drawing = draw(modules, words.codeName);
  const save = button(words.savePicture, 'button', () => download(drawing, fileName('.svg')));
  dialog.show(paragraph(words.codeHint), drawing, complaint(''), row(copy, save, dialog.closer()));
}

/**
 * Gives an e-mail with a copy to the system's share sheet: as a text, because browsers share no files but of some
 * kinds. It is read as an e-mail whatever its name is.
 */
async function share(host, link) {
  const email = await host.export('eml');
  const files = [new File([email], fileName('.txt'), { type: 'text/plain' })];
  const all = { title: title(), files, ...(link && { url: link }) };
  try {
    await navigator.share(navigator.canShare(all) ? all : { files });
  } catch (error) {
    // The person has thought better of it.
    if (error.name !== 'AbortError') throw error;
  }
}

/** Connects two people by codes that they hand over. */
function connect(host, more, words, mailbox, given, on) {
  const servers = (host.relay ?? '').split(/\s+/).filter((it) => /^stuns?:/.test(it));
  const page = location.href.split('#')[0];
  if (given) {
    const isElsewhere = more.readCode(given, mailbox, '') === 'elsewhere';
    // It is for another discussion on this page, or that has taken it.
    if (location.hash !== given || (isElsewhere && document.querySelectorAll(host.localName).length > 1)) return;
    history.replaceState(history.state, '', page);
  }
  const dialog = new Dialog(host, words, words.connect);
  let connection;
  let offer = '';

  const begin = (trouble = '') => {
    connection?.end();
    connection = new Connection(servers, {
      open: (channel) => {
        connection = undefined;
        dialog.close();
        on(channel);
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
    const trouble = { none: words.connectCodeIsNone, elsewhere: words.copyOfOther, unwanted: words.connectCodeNotWanted }[sdp];
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
      dialog.busy(words.waitingForOther);
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
  const field = Object.assign(document.createElement('textarea'), { id, rows: 4, dir: 'ltr', spellcheck: false, autocomplete: 'off' });
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
