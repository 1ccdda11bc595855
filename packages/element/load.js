/** Asks for everything of the module at once, so that no part of it waits until another has told of it. */

/** @type {Promise<Response> | undefined} */
let fetching;

/**
 * The module's exports, as `loader.js` has them.
 *
 * @param {string} [wasmUrl] Where the `.wasm` file is, if not beside this file.
 * @returns {Promise<object>}
 */
export async function load(wasmUrl) {
  if (!fetching) {
    fetching = fetch(wasmUrl ? new URL(wasmUrl, document.baseURI) : new URL('./postil_bg.wasm', import.meta.url));
    // The loader tells what is wrong with either.
    fetching.catch(() => {});
    import('./postil.js').catch(() => {});
  }
  try {
    const loader = await import('./loader.js').catch(missing);
    return await loader.load(wasmUrl, fetching);
  } catch (error) {
    fetching = undefined;
    throw error;
  }
}

/**
 * The language for an element, as `locales.js` finds it; English, if that is not to be had.
 *
 * @param {HTMLElement} element
 */
export const localeOf = (element) => import('./locales.js').then((it) => it.localeOf(element)).catch(() => ({}));

function missing(cause) {
  const error = new Error(`loader.js must lie beside define.js and be intact: ${cause?.message ?? cause}`, { cause });
  throw Object.assign(error, { kind: 'missing' });
}
