/** Keeps this version of the site on the device, so that it opens without a network. */

const CACHE = 'postil-site';
/** What was looked for in it: keeping a file asks for it, and that is seen as well. */
const asked = new Set();

if ('serviceWorker' in navigator && 'caches' in window) {
  // What the page needs now comes first.
  addEventListener('load', () => setTimeout(start), { once: true });
}

/** A page that was opened without a network is kept already; another version is looked for when there is one. */
function start() {
  if (navigator.onLine) keep();
  else addEventListener('online', keep, { once: true });
}

async function keep() {
  try {
    // The module comes after what can be read at once. What is kept before it would be half of this version.
    await Promise.allSettled([...document.querySelectorAll('postil-comments, postil-document')].map((it) => it.ready));
    await navigator.serviceWorker.register(trusted(new URL('./worker.js', import.meta.url).href));
    const here = new URL('./', location.href);
    const isThere = ({ responseStatus: it = 200 }) => it >= 200 && it < 300;
    const isOwn = (entry) => isThere(entry) && entry.name.startsWith(here) && /-[0-9a-f]{12}\.\w+$/.test(new URL(entry.name).pathname);
    const own = (entries) => entries.filter(isOwn).map(({ name }) => name);
    const wanted = new Set([location.href.split(/[?#]/)[0], ...own(performance.getEntriesByType('resource'))]);
    const cache = await caches.open(CACHE);
    await cache.addAll(wanted);
    for (const request of await cache.keys()) {
      if (!wanted.has(request.url)) await cache.delete(request);
    }
    // What is loaded only when it is needed comes later, or never.
    const watch = new PerformanceObserver((list) => keepLater(cache, own(list.getEntries())));
    watch.observe({ type: 'resource', buffered: true });
  } catch {
    // A browser that keeps nothing shows the page all the same.
  }
}

async function keepLater(cache, urls) {
  for (const url of urls) {
    if (asked.has(url)) continue;
    asked.add(url);
    if (!(await cache.match(url))) await cache.add(url).catch(() => {});
  }
}

/** Pages that require Trusted Types want to be told which script address is meant. */
function trusted(url) {
  const types = globalThis.trustedTypes;
  return types ? types.createPolicy('postil-site', { createScriptURL: () => url }).createScriptURL(url) : url;
}
