/** Keeps this version of the site on the device, so that it opens without a network. */

const CACHE = 'postil-site';

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
    await navigator.serviceWorker.register(trusted(new URL('./worker.js', import.meta.url).href));
    const here = new URL('./', location.href);
    const loaded = performance.getEntriesByType('resource').map((entry) => entry.name);
    const own = loaded.filter((url) => url.startsWith(here) && /-[0-9a-f]{12}\.\w+$/.test(new URL(url).pathname));
    const wanted = new Set([location.href.split(/[?#]/)[0], ...own]);
    const cache = await caches.open(CACHE);
    await cache.addAll(wanted);
    for (const request of await cache.keys()) {
      if (!wanted.has(request.url)) await cache.delete(request);
    }
  } catch {
    // A browser that keeps nothing shows the page all the same.
  }
}

/** Pages that require Trusted Types want to be told which script address is meant. */
function trusted(url) {
  const types = globalThis.trustedTypes;
  return types ? types.createPolicy('postil-site', { createScriptURL: () => url }).createScriptURL(url) : url;
}
