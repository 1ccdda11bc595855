/**
 * What somebody is writing below a page. It is kept on the device with every stroke, before the module is there and by
 * it, and so the words are there at once when the page is opened again.
 */

const PREFIX = 'postil draft ';

/** Where the browser keeps nothing, it lasts as long as the page. */
const fleeting = new Map();

export class Draft {
  #key;

  /** @param {string} place tells the discussion from the others of the site */
  constructor(place) {
    this.#key = PREFIX + place;
  }

  /** @returns {{ text?: string, name?: string, publish?: boolean }} with `publish`, as soon as that is possible */
  read() {
    try {
      const kept = Object.entries(JSON.parse(fleeting.get(this.#key) ?? localStorage.getItem(this.#key)) ?? {});
      return Object.fromEntries(kept.filter(([, it]) => typeof it === 'string' || it === true));
    } catch {
      return {};
    }
  }

  /** Changes some of it. */
  write(change) {
    const kept = JSON.stringify({ ...this.read(), ...change });
    try {
      localStorage.setItem(this.#key, kept);
      fleeting.delete(this.#key);
    } catch {
      fleeting.set(this.#key, kept);
    }
  }

  forget() {
    fleeting.delete(this.#key);
    try {
      localStorage.removeItem(this.#key);
    } catch {
      // Then it was never there.
    }
  }

  /** As the module asks for the text, and, with one, keeps it. */
  exchange(text) {
    if (text) this.write({ text });
    else if (text === '') this.forget();
    return this.read().text;
  }
}
