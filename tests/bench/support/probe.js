/**
 * Runs in every page before its own scripts, and notes when what counts has
 * been painted. The same for Postil and its peers.
 */
(() => {
  const probe = (globalThis.probe = {
    /** Milliseconds since navigation. */
    marks: {},
    /** Tasks over 50 ms: when they began and how long they took. */
    tasks: [],
    /** From key to paint, in milliseconds. */
    strokes: [],
    /** What pages mark in their timelines. */
    timeline: [],
    memories: new Set(),
  });

  const afterPaint = (then) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => then(performance.now());
    port2.postMessage(null);
  });

  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) probe.tasks.push({ startTime, duration });
  }).observe({ type: 'longtask', buffered: true });

  new PerformanceObserver((list) => {
    for (const { name, startTime, detail } of list.getEntries()) probe.timeline.push({ name, startTime, detail });
  }).observe({ type: 'mark', buffered: true });

  addEventListener('keydown', (event) => {
    afterPaint((now) => probe.strokes.push(now - event.timeStamp));
  }, { capture: true });

  const attach = Element.prototype.attachShadow;
  const roots = new Set([document]);
  Element.prototype.attachShadow = function attachShadow(options) {
    const root = attach.call(this, options);
    roots.add(root);
    watch(root);
    return root;
  };

  const all = (selector) => [...roots].flatMap((root) => [...root.querySelectorAll(selector)]);
  probe.articles = () => all('article');

  /** A page may say what a thread and what a text box of its is. */
  const named = (what, otherwise) => document.documentElement?.dataset[what] ?? otherwise;
  const conditions = {
    readable: () => all(named('thread', 'article')).some((article) => article.textContent.trim()),
    /** A text box is there; where something is selected first, Postil's button and its document. */
    interactive: () => {
      const shared = document.querySelector('postil-document');
      const panel = document.querySelector('postil-comments');
      if (!panel?.getAttribute('for')) return all(named('composer', 'textarea')).some((it) => !it.disabled);
      const button = all('button:not([disabled])').some((it) => it.textContent.trim() === 'Comment');
      return button && (!shared || shared.isContentEditable);
    },
  };
  const look = () => {
    for (const [name, holds] of Object.entries(conditions)) {
      if (name in probe.marks || !holds()) continue;
      probe.marks[name] = null;
      afterPaint((now) => (probe.marks[name] = now));
    }
  };
  const observer = new MutationObserver(look);
  const watch = (root) => observer.observe(root, {
    childList: true, subtree: true, attributes: true, attributeFilter: ['contenteditable', 'disabled'],
  });
  watch(document);

  for (const name of ['postil-ready', 'postil-sync']) {
    addEventListener(name, (event) => {
      const mark = event.detail?.state ? `${name} ${event.detail.state}` : name;
      if (mark in probe.marks) return;
      probe.marks[mark] = null;
      afterPaint((now) => (probe.marks[mark] = now));
    }, { capture: true });
  }
  /** Forgets marks, so that what happens next is noted. */
  probe.again = (name) => delete probe.marks[name];

  for (const name of ['instantiate', 'instantiateStreaming']) {
    const original = WebAssembly[name];
    WebAssembly[name] = async (...given) => {
      const made = await original(...given);
      const { memory } = (made.instance ?? made).exports;
      if (memory) probe.memories.add(memory);
      return made;
    };
  }
  probe.wasmBytes = () => [...probe.memories].reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
})();
