/** The note an element shows when Postil cannot start. */

/**
 * Puts a note at the end of `root`, in place of an earlier one.
 *
 * @param {ShadowRoot} root
 * @param {string[]} paragraphs
 */
export function addNote(root, paragraphs) {
  removeNote(root);
  const note = document.createElement('div');
  note.setAttribute('role', 'alert');
  note.setAttribute('part', 'error');
  for (const text of paragraphs) {
    const paragraph = document.createElement('p');
    paragraph.textContent = text;
    note.append(paragraph);
  }
  root.append(note);
}

/** @param {ShadowRoot | null} root */
export function removeNote(root) {
  root?.querySelector('[part="error"]')?.remove();
}
