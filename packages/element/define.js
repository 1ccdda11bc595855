/** Importing this module makes `<postil-comments>` and `<postil-document>` known to the page. */

import { PostilComments, PostilDocument } from './element.js';

/** @param {string} name @param {CustomElementConstructor} element */
function define(name, element) {
  // The same page may load Postil twice, for example from two bundles. The first one stays.
  if (!customElements.get(name)) {
    customElements.define(name, element);
  }
}

define('postil-document', PostilDocument);
define('postil-comments', PostilComments);

export * from './element.js';
