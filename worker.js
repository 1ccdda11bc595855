/**
 * Lets the site open without a network. Files named by their content come from the cache, the page itself from the
 * network while there is one. What belongs in the cache, `offline.js` says; relays are never touched.
 */

const NAMED_BY_CONTENT = /-[0-9a-f]{12}\.\w+$/;

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.mode === 'navigate') {
    event.respondWith(fetch(request).catch(() => kept(request)));
  } else if (NAMED_BY_CONTENT.test(url.pathname)) {
    event.respondWith(caches.match(request).then((response) => response ?? fetch(request)));
  }
});

async function kept(request) {
  return (await caches.match(request, { ignoreSearch: true })) ?? Response.error();
}
