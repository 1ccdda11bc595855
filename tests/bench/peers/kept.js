/** One document a page, kept in IndexedDB as the bytes of one update. */

const open = () => new Promise((resolve, reject) => {
  const request = indexedDB.open('peer', 1);
  request.onupgradeneeded = () => request.result.createObjectStore('documents');
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

const settled = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

/** The document that the page's address names; undefined if nothing is kept. */
export async function read() {
  const db = await open();
  return settled(db.transaction('documents').objectStore('documents').get(location.search));
}

/** Keeps the document that the page's address names. */
export async function keep(bytes) {
  const db = await open();
  await settled(db.transaction('documents', 'readwrite').objectStore('documents').put(bytes, location.search));
}
