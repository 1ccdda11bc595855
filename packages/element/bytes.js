/**
 * The bytes of whatever holds bytes.
 *
 * @param {ArrayBuffer | ArrayBufferView | Blob} data
 * @returns {Promise<Uint8Array>}
 */
export async function bytesOf(data) {
  if (data instanceof Blob) return new Uint8Array(await data.arrayBuffer());
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  if (typeof data === 'string') return new TextEncoder().encode(data);
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  throw new TypeError('A copy is a Blob, an ArrayBuffer or a view of one, or text.');
}
