/**
 * Loads the WebAssembly half of Postil, once a page, and says what is wrong when it cannot.
 * Nothing happens on import.
 */

/** Why Postil could not start, in words for the person who runs the page. */
export class LoadError extends Error {
  /**
   * @param {'blocked' | 'missing' | 'network' | 'unsupported'} kind
   * @param {string} message
   * @param {unknown} [cause]
   */
  constructor(kind, message, cause) {
    super(message, { cause });
    this.name = 'LoadError';
    this.kind = kind;
  }
}

/** @type {Promise<object> | undefined} */
let loading;

/**
 * The module's exports. The first call decides where the module comes from; after a failure the
 * next call tries again.
 *
 * @param {string | URL} [wasmUrl] Where the `.wasm` file is, if not beside this file.
 * @param {Promise<Response>} [fetching] That file, if somebody has asked for it already.
 * @returns {Promise<object>}
 * @throws {LoadError}
 */
export function load(wasmUrl, fetching) {
  loading ??= start(wasmUrl, fetching).catch((error) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function start(wasmUrl, fetching) {
  const url = wasmUrl ? new URL(wasmUrl, document.baseURI) : new URL('./postil_bg.wasm', import.meta.url);
  const coming = instantiate(url, 'postil.js', () => import('./postil.js'), fetching);
  // The first number that a page writes out takes the browser up to 60 ms, for the tables of all languages. They cost nobody
  // any time while the module is on its way.
  setTimeout(() => new Intl.NumberFormat().format(0));
  const postil = await coming;
  const more = (name) => loadMore(name, wasmUrl);
  postil.loadMoreWith(more);
  postil.loadPicturesWith(() => import('./pictures.js'));
  postil.callHandWith((...given) => import('./hand.js').then((it) => it.hand(more, ...given)), sharesFiles());
  return postil;
}

/** Whether the browser has a share sheet that takes texts as files. */
function sharesFiles() {
  const files = [new File(['a'], 'a.txt', { type: 'text/plain' })];
  return navigator.canShare?.({ files }) ?? false;
}

/** The modules with what few pages need, by name: where each is, and its bindings. */
const MORE = {
  hand: [() => new URL('./postil_hand_bg.wasm', import.meta.url), () => import('./postil_hand.js')],
  interchange: [() => new URL('./postil_interchange_bg.wasm', import.meta.url), () => import('./postil_interchange.js')],
  relays: [() => new URL('./postil_relays_bg.wasm', import.meta.url), () => import('./postil_relays.js')],
};

/** Those that were asked for. @type {Map<string, Promise<object>>} */
const loadingMore = new Map();

/**
 * The exports of one of them. With `wasmUrl`, it lies beside the first.
 *
 * @param {keyof typeof MORE} name
 * @param {string | URL} [wasmUrl]
 * @returns {Promise<object>}
 * @throws {LoadError}
 */
function loadMore(name, wasmUrl) {
  if (!loadingMore.has(name)) {
    const [beside, bindings] = MORE[name];
    const url = wasmUrl ? new URL(`postil_${name}_bg.wasm`, new URL(wasmUrl, document.baseURI)) : beside();
    // A script that could not be imported once can not be imported again, so there has to be a network first.
    const loaded = instantiate(url, `postil_${name}.js`, (source) => source.then(bindings)).catch((error) => {
      loadingMore.delete(name);
      throw error;
    });
    loadingMore.set(name, loaded);
  }
  return loadingMore.get(name);
}

/**
 * @param {URL} url Where the module is.
 * @param {string} script The name of its bindings.
 * @param {(source: Promise<unknown>) => Promise<object>} importBindings
 * @param {Promise<Response>} [asked]
 */
async function instantiate(url, script, importBindings, asked) {
  if (typeof WebAssembly !== 'object') {
    throw new LoadError('unsupported', 'This browser has WebAssembly switched off, and Postil needs it.');
  }
  const policy = watchPolicy();
  try {
    // Both at once: neither needs the other to arrive.
    const fetching = fetchModule(url, asked);
    const importing = importBindings(fetching).catch((cause) => {
      if (cause instanceof LoadError) throw cause;
      throw new LoadError('missing', `${script} must lie beside loader.js and be intact: ${cause?.message ?? cause}`, cause);
    });
    const [bindings, source] = await Promise.all([importing, fetching]);
    await bindings.default({ module_or_path: source });
    return bindings;
  } catch (error) {
    // The browser reports a blocked request in a task of its own.
    await new Promise((resolve) => setTimeout(resolve));
    throw explain(error, url, policy.violation);
  } finally {
    policy.stop();
  }
}

/** @returns {Promise<Response | ArrayBuffer>} what the bindings can instantiate without a complaint */
async function fetchModule(url, asked) {
  let response;
  try {
    // What failed before is asked for anew, so that it is seen why.
    const early = await asked?.catch(() => {});
    response = early && !early.bodyUsed ? early : await fetch(url);
  } catch (cause) {
    throw new LoadError('network', `${url} could not be fetched. Check the connection, then reload the page.`, cause);
  }
  if (!response.ok) {
    throw new LoadError(
      'missing',
      `${url} answered with status ${response.status}. The .wasm file must lie beside loader.js, or "wasmUrl" must say where it is.`,
    );
  }
  const type = response.headers.get('content-type') ?? '';
  if (type.split(';')[0].trim() === 'application/wasm') {
    return response;
  }
  // Some servers do not know the file type. The whole file is read first then, which is a little slower.
  const bytes = await response.arrayBuffer();
  if (new DataView(bytes).byteLength < 4 || new DataView(bytes).getUint32(0) !== 0x0061736d) {
    throw new LoadError(
      'missing',
      `${url} is not a WebAssembly file${type && ` but ${type}`}. The .wasm file must lie beside loader.js, or "wasmUrl" must say where it is.`,
    );
  }
  return bytes;
}

/** Notes what the page's Content Security Policy refuses while the module loads. */
function watchPolicy() {
  const watch = {
    /** @type {SecurityPolicyViolationEvent | undefined} */
    violation: undefined,
    stop: () => document.removeEventListener('securitypolicyviolation', note),
  };
  function note(event) {
    if (event.disposition === 'enforce') {
      watch.violation ??= event;
    }
  }
  document.addEventListener('securitypolicyviolation', note);
  return watch;
}

function explain(error, url, violation) {
  const policy = "This page's Content Security Policy blocks Postil.";
  if (violation?.blockedURI === 'wasm-eval' || mentionsPolicy(error)) {
    return new LoadError('blocked', `${policy} Add 'wasm-unsafe-eval' to its script-src.`, error);
  }
  if (violation && sameFile(violation.blockedURI, url)) {
    return new LoadError('blocked', `${policy} Add ${url.origin} to its ${violation.effectiveDirective}.`, error);
  }
  if (error instanceof LoadError) {
    return error;
  }
  return new LoadError('unsupported', `Postil could not be started: ${error?.message ?? error}`, error);
}

function mentionsPolicy(error) {
  return error instanceof WebAssembly.CompileError && /content security policy|unsafe-eval/i.test(error.message);
}

/** Browsers cut the reported address short when it crosses origins. */
function sameFile(reported, url) {
  return url.href.startsWith(reported) || reported.startsWith(url.origin);
}
