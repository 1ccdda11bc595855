/** `loading="lazy"`: when an element is about to be seen or used. */

/** How near to the window an element has to come. */
const MARGIN = '600px';

/** Whether the page's address names a thread or a text, or carries a copy of a discussion. */
const isNamed = () => /^#(postil|selector\()|:~:text=/.test(location.hash);

/** Whether something is selected in what `selector` names. */
function selectsIn(selector) {
  const selection = getSelection();
  if (!selector || selection.isCollapsed) return false;
  const node = selection.anchorNode;
  const element = node instanceof Element ? node : node?.parentElement;
  try {
    return Boolean(element?.closest(selector));
  } catch {
    // What is no selector names nothing.
    return false;
  }
}

/**
 * Waits until `element` comes near the window, somebody uses it or selects something in what it is about, or the
 * page's address names a thread.
 *
 * @param {HTMLElement} element
 * @returns {{ wanted: Promise<void>, end: () => void }} `end` ends the waiting
 */
export function waitFor(element) {
  const listening = new AbortController();
  let end;
  const wanted = new Promise((resolve) => {
    const near = new IntersectionObserver((entries) => entries.some((it) => it.isIntersecting) && end(), { rootMargin: MARGIN });
    end = () => {
      near.disconnect();
      listening.abort();
      resolve();
    };
    const on = (target, name, holds) => {
      target.addEventListener(name, () => holds() && end(), { signal: listening.signal });
    };
    near.observe(element);
    on(element, 'focusin', () => true);
    on(globalThis, 'hashchange', isNamed);
    on(document, 'selectionchange', () => selectsIn(element.getAttribute('for')));
  });
  if (isNamed()) end();
  return { wanted, end };
}
