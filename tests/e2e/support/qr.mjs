/** Reads a QR code as a camera does: from the picture of it. */

import { createRequire } from 'node:module';

const { default: read } = createRequire(import.meta.url)('jsqr');

/**
 * The text of the code in an element, as it is on screen.
 *
 * @param {import('playwright-core').Locator} drawing
 * @returns {Promise<string | undefined>}
 */
export async function readCode(drawing) {
  const picture = await drawing.screenshot();
  // The browser knows how to decode a picture; a page of its own has no policy against it.
  const page = await drawing.page().context().newPage();
  try {
    const { data, width, height } = await page.evaluate(async (base64) => {
      const bytes = Uint8Array.from(atob(base64), (it) => it.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
      const context = canvas.getContext('2d');
      context.drawImage(bitmap, 0, 0);
      const { data, width, height } = context.getImageData(0, 0, bitmap.width, bitmap.height);
      return { data: [...data], width, height };
    }, picture.toString('base64'));
    return read(Uint8ClampedArray.from(data), width, height)?.data;
  } finally {
    await page.close();
  }
}
