/**
 * Pictures, sounds and films of the commented part of a page: which there are, boxes over those that have threads, and
 * a way to begin one. Loaded when there are any. What is drawn lies in Postil's own element; the page is not changed.
 */

const MEDIA = 'img, video, audio';
const OUT = '[data-postil=off], [aria-hidden=true]';
/** What all of a side is, in hundredths of a percent. */
const FULL = 10_000;
/** How far an arrow key goes, and the shortest side that can be meant. */
const STEP = 200;
const LEAST = 100;
/** Space between a box and its buttons, in CSS pixels. */
const GAP = 8;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const LOOK = `
.over { position: absolute; top: 0; left: 0; z-index: 2; width: 0; height: 0; font: 1em/1.5 var(--p-sans); color: var(--p-ink); text-align: start; }
.over * { box-sizing: border-box; }
.over button { position: absolute; font: inherit; color: inherit; cursor: pointer; }
.over .button { position: static; box-shadow: 0 2px 10px var(--p-shade); white-space: nowrap; }
.over p { flex: 1 1 100%; margin: 0; color: var(--p-ink-3); font-size: 0.867em; }
.over :focus-visible { outline: 2px solid var(--p-accent); outline-offset: 2px; }
.offer, .frame-bar, .glass { position: absolute; }
.piece, .framed { position: absolute; padding: 0; border: 2px solid var(--p-mark-line); border-radius: 6px; background: none; }
/* A second line, so that the box is seen on pictures of any colour. */
.piece { outline: 1px solid var(--p-card); }
.piece.done { border: 2px dotted var(--p-done); }
.piece.on, .piece.open:hover { border-width: 3px; box-shadow: 0 0 0 3px var(--p-mark-on); }
.framed, .piece.draft { border: 2px dashed var(--p-accent); border-radius: 2px; box-shadow: 0 0 0 2px var(--p-card); }
.framed, .piece.all, div.piece { pointer-events: none; }
.badge { position: absolute; inset-block-start: -2px; inset-inline-end: -2px; width: 28px; height: 28px; border: 2px solid var(--p-mark-line); border-radius: 6px; background: var(--p-mark-on); pointer-events: auto; }
.piece:not(.all) > .badge { display: none; }
.glass { cursor: crosshair; touch-action: none; background: light-dark(#00000026, #00000040); }
.frame-bar { display: flex; flex-wrap: wrap; gap: 0.5em; align-items: center; justify-content: flex-end; width: max-content; max-width: min(24rem, 100vw - 16px); padding: 0.5em 0.6em; border: 1px solid var(--p-line); border-radius: 12px; background: var(--p-card); box-shadow: 0 6px 24px var(--p-shade); }
@media (forced-colors: active) { .piece.on { border-color: Highlight; } }`;

/**
 * @param {Element} root what is commented
 * @param {HTMLElement} host Postil's element
 * @param {(what: 'begin' | 'press' | 'over', a?: unknown, b?: unknown) => void} on
 */
export const open = (root, host, on) => new Pictures(root, host, on);

class Pictures {
  #root;
  #host;
  #on;
  #look = new CSSStyleSheet();
  #ends = new AbortController();
  #over = make('section', 'over');
  /** @type {[Element, number[] | null, string | null, string, string][]} */
  #pieces = [];
  #words = {};
  /** Whether a thread may be begun. */
  #free = false;
  /** What the pointer or the keyboard is at. */
  #pointed = null;
  /** The picture on which a part is being chosen, and the part's edges. */
  #framed = null;
  #part = [0, 0, FULL, FULL];
  #drawn = '';
  #sizes = new ResizeObserver(() => this.#place());

  constructor(root, host, on) {
    this.#root = root;
    this.#host = host;
    this.#on = on;
    this.#look.replaceSync(LOOK);
    host.shadowRoot.adoptedStyleSheets.push(this.#look);
    const hear = (target, kinds, act) =>
      kinds.forEach((kind) => target.addEventListener(kind, act, { capture: true, passive: true, signal: this.#ends.signal }));
    hear(document, ['pointerover', 'focusin'], (event) => this.#point(event));
    hear(root, ['pause', 'timeupdate', 'seeked'], (event) => event.type === 'pause' ? this.#point(event) : this.#render());
    hear(document, ['scroll'], () => this.#place());
    hear(window, ['resize'], () => this.#place());
    hear(root, ['load'], () => this.#place());
    this.#sizes.observe(root);
  }

  end() {
    this.#ends.abort();
    this.#sizes.disconnect();
    this.#over.remove();
    const { shadowRoot } = this.#host;
    shadowRoot.adoptedStyleSheets = shadowRoot.adoptedStyleSheets.filter((sheet) => sheet !== this.#look);
  }

  /** Everything that can be commented, in the order of the page. */
  all() {
    return [...this.#root.querySelectorAll(MEDIA)].filter((it) => !it.closest(OUT)).slice(0, 10_000);
  }

  /** The address of what an element shows, as the page writes it. */
  source(element) {
    return element.getAttribute('src') ?? element.querySelector('source[src]')?.getAttribute('src') ?? '';
  }

  /** What to call it. */
  name(element) {
    const caption = element.closest('figure')?.querySelector('figcaption')?.textContent;
    const said = ['alt', 'aria-label', 'title'].map((it) => element.getAttribute(it));
    const source = this.source(element);
    // The address of something that is in the address itself is no name.
    const file = /^(data|blob):/.test(source) ? '' : source.split(/[?#]/)[0].split('/').pop();
    return [...said, caption, file].find((it) => it?.trim()) ?? '';
  }

  /** Steps from the root, as `postil-core` describes them. */
  path(element) {
    const steps = [];
    for (let at = element; at && at !== this.#root; at = at.parentElement) {
      if (at !== element && /^[a-z][\w-]*$/i.test(at.id)) return [`#${at.id}`, ...steps].join(' > ');
      const same = [...at.parentElement.children].filter((it) => it.localName === at.localName);
      steps.unshift(`${at.localName}:nth-of-type(${same.indexOf(at) + 1})`);
    }
    return steps.join(' > ');
  }

  /** The text of the heading before it. */
  heading(element) {
    const isBefore = (it) => element.compareDocumentPosition(it) & Node.DOCUMENT_POSITION_PRECEDING;
    return [...this.#root.querySelectorAll('h1, h2, h3, h4, h5, h6')].findLast(isBefore)?.textContent ?? '';
  }

  /** What has an id, or else what is at the end of a path, which is known to be no more than a path. */
  stands(id, path) {
    const named = id && document.getElementById(id);
    if (named && this.#root.contains(named)) return named;
    return path && !id ? this.#root.querySelector(path.startsWith('#') ? path : `:scope > ${path}`) : null;
  }

  /** Where an element is, or a part of it, in the window: left, top, width, height. */
  area(element, region) {
    const { left, top, width, height } = element.getBoundingClientRect();
    const [x, y, w, h] = (region ?? [0, 0, FULL, FULL]).map((it) => it / FULL);
    return [left + width * x, top + height * y, width * w, height * h];
  }

  /** Begins a thread on an element, or on what is pointed at. Says whether there is something. */
  begin(element = this.#pointed) {
    if (!element?.isConnected || !this.#free) return false;
    if ('currentTime' in element) {
      this.#on('begin', element, Math.floor(element.currentTime * 1000));
    } else {
      this.#framed = element;
      this.#part = [0, 0, FULL, FULL];
      this.#render();
      this.#over.querySelector('.framed').focus({ preventScroll: true });
    }
    return true;
  }

  /** Draws the boxes. `free` tells whether a thread may be begun. */
  draw(pieces, words, free) {
    this.#pieces = pieces;
    this.#words = words;
    this.#free = free;
    pieces.forEach(([element]) => this.#sizes.observe(element));
    if (!free) this.#framed = null;
    this.#render();
  }

  #point(event) {
    const path = event.composedPath();
    const medium = path[0].matches?.(MEDIA) && path.includes(this.#root) && !path[0].closest(OUT) ? path[0] : null;
    // What is offered there is being used.
    if (!medium && path.some((it) => it.localName?.startsWith('postil-'))) return;
    if (medium !== this.#pointed) {
      this.#pointed = medium;
      this.#render();
    }
  }

  /** Makes the elements anew, if others are wanted. */
  #render() {
    const offered = this.#free && !this.#framed && this.#pointed?.isConnected && this.#pointed;
    const say = this.#words;
    const offer = offered && ('currentTime' in offered ? say.at.replace('{time}', clock(offered.currentTime)) : say.picture);
    const wanted = JSON.stringify([this.#pieces.map((it) => it.slice(1)), offer, !!this.#framed, say]);
    if (wanted !== this.#drawn) {
      this.#drawn = wanted;
      const focused = this.#host.shadowRoot.activeElement;
      const kept = this.#over.contains(focused) && focused.dataset.key;
      this.#over.replaceChildren(...this.#pieces.map((piece) => this.#piece(piece)));
      if (offer) {
        const bar = make('div', 'offer');
        bar.append(button(offer, 'button small primary', () => this.begin(offered)));
        this.#over.append(bar);
      }
      if (this.#framed) this.#over.append(this.#framing());
      Object.assign(this.#over, { lang: say.lang, dir: say.dir });
      this.#over.setAttribute('aria-label', say.over);
      if (!this.#over.firstChild) this.#over.remove();
      else if (!this.#over.isConnected) this.#host.shadowRoot.append(this.#over);
      if (kept) this.#over.querySelector(`[data-key="${kept}"]`)?.focus({ preventScroll: true });
    }
    this.#place();
  }

  #piece([, region, id, kind, label]) {
    const classes = `piece ${kind}${region ? '' : ' all'}`;
    if (!label) return make('div', classes);
    const box = button('', classes, (event) => this.#press(id, event));
    box.setAttribute('aria-label', label);
    box.dataset.key = id;
    box.append(make('span', 'badge'));
    box.addEventListener('pointerover', () => this.#on('over', id));
    box.addEventListener('pointerout', () => this.#on('over', ''));
    return box;
  }

  /** The threads at the place; by keyboard there is none but the middle of the box. */
  #press(id, event) {
    const [left, top, width, height] = this.area(...this.#pieces.find((it) => it[2] === id));
    const [x, y] = event.detail ? [event.clientX, event.clientY] : [left + width / 2, top + height / 2];
    const isThere = ([element, region, other, , label]) => {
      const [left, top, width, height] = this.area(element, region);
      return label && (other === id || (x >= left && x <= left + width && y >= top && y <= top + height));
    };
    this.#on('press', this.#pieces.filter(isThere).map((it) => it[2]), [x, y]);
  }

  /** A box on a picture, by dragging or with the keys. */
  #framing() {
    const say = this.#words;
    const group = make('div', 'framing');
    group.setAttribute('role', 'group');
    group.setAttribute('aria-label', say.named.replace('{name}', this.name(this.#framed)).replace(/[: ]+$/, ''));
    const finish = (part) => {
      const element = this.#framed;
      this.#framed = null;
      this.#render();
      if (!part) return this.#host.shadowRoot.activeElement?.blur();
      const [left, top, right, bottom] = part;
      const isAll = right - left === FULL && bottom - top === FULL;
      this.#on('begin', element, isAll ? null : [left, top, right - left, bottom - top]);
    };
    const done = () => finish(this.#part);
    const glass = make('div', 'glass');
    const box = button('', 'framed', done);
    box.setAttribute('aria-describedby', 'frame-hint');
    glass.append(box);
    const bar = make('div', 'frame-bar');
    const hint = Object.assign(make('p', ''), { id: 'frame-hint', textContent: say.hint });
    bar.append(hint, button(say.cancel, 'button small', () => finish()), button(say.comment, 'button small primary', done));
    group.append(glass, bar);
    group.addEventListener('keydown', (event) => {
      const by = ARROWS[event.key];
      if (event.key === 'Escape') {
        event.stopPropagation();
        finish();
      } else if (by) {
        event.preventDefault();
        this.#part = step(this.#part, by, event.shiftKey);
        this.#place();
      }
    });
    let from = null;
    const point = (event) => {
      const { left, top, width, height } = glass.getBoundingClientRect();
      const part = (at, size) => Math.min(Math.max(Math.round((at / size) * FULL), 0), FULL);
      return [part(event.clientX - left, width), part(event.clientY - top, height)];
    };
    glass.addEventListener('mousedown', (event) => event.preventDefault());
    glass.addEventListener('pointerdown', (event) => {
      if (!event.isPrimary || event.button) return;
      glass.setPointerCapture(event.pointerId);
      from = point(event);
    });
    glass.addEventListener('pointermove', (event) => {
      if (!from) return;
      const to = point(event);
      this.#part = [Math.min, Math.min, Math.max, Math.max].map((pick, n) => pick(from[n % 2], to[n % 2]));
      this.#place();
    });
    const release = () => {
      from = null;
      const [left, top, right, bottom] = this.#part;
      // A press without a drag means all of it.
      if (right - left < LEAST || bottom - top < LEAST) this.#part = [0, 0, FULL, FULL];
      this.#place();
      box.focus({ preventScroll: true });
    };
    glass.addEventListener('pointerup', release);
    glass.addEventListener('pointercancel', release);
    return group;
  }

  /** Puts everything in its place. */
  #place() {
    if (!this.#over.isConnected) return;
    const zero = this.#over.getBoundingClientRect();
    const put = (element, [left, top, width, height]) => {
      const lengths = { left: left - zero.left, top: top - zero.top, width, height };
      for (const [name, value] of Object.entries(lengths)) if (value !== undefined) element.style[name] = `${Math.round(value)}px`;
    };
    this.#pieces.forEach(([element, region], n) => {
      const area = this.area(element, region);
      this.#over.children[n].hidden = !area[2];
      put(this.#over.children[n], area);
    });
    const offer = this.#over.querySelector('.offer');
    if (offer && this.#pointed) {
      const [left, top] = this.area(this.#pointed);
      // In the corner of a picture, and above a player: what it is played with stays free.
      put(offer, [left + 6, top + ('currentTime' in this.#pointed ? -36 : 6)]);
    }
    const glass = this.#over.querySelector('.glass');
    if (glass && this.#framed) this.#placeFrame(glass, put);
  }

  #placeFrame(glass, put) {
    const [left, top, right, bottom] = this.#part;
    const whole = this.area(this.#framed);
    const area = this.area(this.#framed, [left, top, right - left, bottom - top]);
    put(glass, whole);
    const box = glass.firstChild;
    const lengths = { left, top, width: right - left, height: bottom - top };
    for (const [name, value] of Object.entries(lengths)) box.style[name] = `${value / 100}%`;
    const values = Object.entries(lengths).map(([name, value]) => [`{${name}}`, Math.floor(value / 100)]);
    box.setAttribute('aria-label', values.reduce((words, [name, value]) => words.replace(name, value), this.#words.part));
    // The buttons cover nothing of it: below, else above, else at the lower edge of the window.
    const bar = glass.nextSibling;
    const own = bar.getBoundingClientRect();
    const below = area[1] + area[3] + GAP;
    const above = area[1] - own.height - GAP;
    const y = below + own.height <= innerHeight ? below : above >= 0 ? above : innerHeight - own.height - GAP;
    put(bar, [Math.max(GAP, Math.min(area[0], innerWidth - GAP - own.width)), y]);
  }
}

/** The edges after an arrow key: moved, or with others on the right and below. All of a picture becomes its middle first. */
export function step([left, top, right, bottom], [x, y], resize) {
  const within = (at, from, to) => Math.min(Math.max(at, from), to);
  if (right - left === FULL && bottom - top === FULL) return [FULL / 4, FULL / 4, (FULL * 3) / 4, (FULL * 3) / 4];
  if (resize) return [left, top, within(right + x * STEP, left + LEAST, FULL), within(bottom + y * STEP, top + LEAST, FULL)];
  const [dx, dy] = [within(x * STEP, -left, FULL - right), within(y * STEP, -top, FULL - bottom)];
  return [left + dx, top + dy, right + dx, bottom + dy];
}

/** A time as players show it: minutes and seconds, and hours if there are any. */
export function clock(time) {
  const seconds = Math.floor(time);
  const two = (n) => String(n).padStart(2, '0');
  const minutes = Math.floor(seconds / 60) % 60;
  const hours = Math.floor(seconds / 3600);
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

function make(name, className) {
  return Object.assign(document.createElement(name), { className });
}

function button(words, className, act) {
  const made = make('button', className);
  made.textContent = words;
  made.addEventListener('click', act);
  return made;
}
