/** What each page loads, in bytes. */

import { gzipSync } from 'node:zlib';
import { bytes, ratio, table } from '../support/numbers.mjs';

export function measureSizes(stage) {
  const sum = (files) => {
    const all = [...files].filter(([path]) => path !== '/').map(([, file]) => file);
    return {
      raw: all.reduce((total, file) => total + file.raw.length, 0),
      gzip: all.reduce((total, file) => total + gzipSync(file.raw, { level: 9 }).length, 0),
      brotli: all.reduce((total, file) => total + file.small.length, 0),
    };
  };
  const pages = [['Postil', stage.site], ['yew + yrs', stage.peers['yew-yrs'].files], ['yjs', stage.peers.yjs.files]];
  const sizes = pages.map(([name, files]) => [name, sum(files)]);
  const least = sizes[1][1].brotli;
  table('Transfer size: everything the page loads, in bytes', ['page', 'raw', 'gzip -9', 'brotli 11', 'to yew + yrs'], sizes.map(
    ([name, size]) => [name, bytes(size.raw), bytes(size.gzip), bytes(size.brotli), ratio(size.brotli, least)],
  ));
}
