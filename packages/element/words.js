/** The words that elements need before the module is there, by the names that `messages` has for them. */

import { language } from './preview.js';

const WORDS = {
  unavailable: 'Postil cannot be shown here.',
  writeComment: 'Write a comment',
  yourName: 'Your name',
  nameHint: 'Shown beside what you write. No account needed.',
  publishKey: '{key}+Enter',
  cancel: 'Cancel',
  publish: 'Publish',
  willPublish: 'Will be published as soon as Postil is ready.',
};

export const NAMES = Object.keys(WORDS);

/** Where the words of the language that an element asks for were kept when the module last gave them. */
export const wordsKey = (element) => `postil words ${language(element)}`;

/** @returns {typeof WORDS & { lang?: string, dir?: string }} */
export function wordsOf(element) {
  let kept;
  try {
    kept = JSON.parse(localStorage.getItem(wordsKey(element)));
  } catch {
    // What was never kept or was damaged is as in English.
  }
  const isWord = ([name, word]) => typeof word === 'string' && (name in WORDS || name === 'lang' || name === 'dir');
  // A page that says things in words of its own says them in its own language.
  const lang = element.messages.writeComment ? '' : 'en';
  return { ...WORDS, lang, ...Object.fromEntries(Object.entries({ ...kept, ...element.messages }).filter(isWord)) };
}
