/** Types of `<postil-comments>` and `<postil-document>`. */

/** Plain data about a thread, as `threads` gives it. Equal on all devices that hold the same events. */
export interface PostilThread {
  id: string;
  /** The words the thread is about, as they were when it was opened or last relinked; empty when it is not about words. */
  quote: string;
  /** Only for a thread on a picture, a sound or a film: see `docs/element-api.md`. */
  about?: { name: string; region?: [number, number, number, number]; time?: number };
  /** Only when its author said later what it is about, with the words it was opened on. */
  relinked?: { by: string; at: number; quote: string };
  status: 'open' | 'resolved';
  /** Only when resolved. The reason is empty when none was given. */
  resolved?: { by: string; at: number; reason: string };
  placement: PostilPlacement;
  /** The latest claimed time of anything in the thread, in milliseconds since 1970. */
  lastActivity: number;
  /** The opening comment first, then the replies. */
  comments: PostilComment[];
}

/** Where a thread's text is now: offsets in UTF-16 code units, the end not included. */
export type PostilPlacement =
  | { state: 'placed'; start: number; end: number }
  | { state: 'proposed'; start: number; end: number; score: number }
  | { state: 'element' | 'whole' | 'waiting' | 'detached' };

export interface PostilComment {
  id: string;
  /** The comment this one answers; null for the opening comment. */
  parent: string | null;
  /** Who wrote it, by key; the name is empty when they chose none. */
  author: { id: string; name: string };
  /** Milliseconds since 1970, as the author's device claims. */
  at: number;
  /** Only for comments that `author` brought from elsewhere: what it is called there, and who is said to have written it and when. */
  origin?: { id: string; name: string; at: number };
  state: 'present' | 'deleted';
  /** The text in comment markup; empty unless present. */
  body: string;
  edited: boolean;
  /** Only when edited: when the text was last changed. */
  editedAt?: number;
  /** Earlier and concurrent versions, oldest first. */
  revisions: { at: number; body: string }[];
  /** Emoji with the keys of who gave them, most used first. */
  reactions: { emoji: string; authors: string[] }[];
}

export type PostilSyncState = 'no-relay' | 'offline' | 'connecting' | 'up-to-date' | 'refused';

/** `blocked` by a policy, `missing` file, `network`, `unsupported` browser, or `internal` fault. */
export type PostilErrorKind = 'blocked' | 'missing' | 'network' | 'unsupported' | 'internal';

/** What `<postil-comments>` tells the page; `<postil-document>` tells of errors only. All bubble and leave shadow trees. */
export interface PostilEventMap {
  /** What this device has stored is shown. */
  'postil-ready': CustomEvent<Record<string, never>>;
  /** These threads changed, here or elsewhere. */
  'postil-change': CustomEvent<{ threads: string[] }>;
  /** The connection to the relays changed, or what waits for them. */
  'postil-sync': CustomEvent<{ state: PostilSyncState; pending: number }>;
  /** Something failed; the message says what and what to do. */
  'postil-error': CustomEvent<{ message: string; kind: PostilErrorKind }>;
}

declare class PostilElement extends HTMLElement {
  /** The name of the room. Without it, the page's address is the name. */
  room: string | null;
  /** Relay addresses, separated by spaces. Without it, this device and its other tabs only. */
  relay: string | null;
  /** Whether nothing can be written. */
  readonly: boolean;
  /** Where the `.wasm` file is, if not beside `loader.js`. Read once a page. */
  wasmUrl: string | null;
  /** Words of the interface by key, in place of the built-in ones. */
  messages: Record<string, string>;
  /** Fulfilled when what this device has stored is shown; rejected when Postil cannot start. */
  get ready(): Promise<void>;

  addEventListener<K extends keyof PostilEventMap>(
    type: K,
    listener: (this: this, event: PostilEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

/** The discussion of a document. Its own children are shown until, or instead of, the discussion. */
export class PostilComments extends PostilElement {
  /** A CSS selector of what is commented. Without it, the discussion is about the page. */
  for: string | null;
  /** The reader's name, if the page knows it. */
  author: string | null;
  /** `lazy`: the module is loaded when the element comes near the window or is used. Else `eager`. */
  get loading(): 'lazy' | 'eager';
  set loading(value: 'lazy' | 'eager' | null);
  /** The threads as plain data; none before `ready`. */
  get threads(): PostilThread[];
  /** Opens a thread and brings it and its text into view. Tells whether there is such a thread. */
  reveal(id: string): Promise<boolean>;
  /** Everything that is here of the discussion, to be kept or sent as a file. */
  export(format?: 'bundle'): Promise<Uint8Array>;
  /**
   * The discussion for other programs: an annotation collection (W3C, JSON-LD), what Hypothesis imports (JSON), or an
   * e-mail with a copy attached.
   */
  export(format: 'w3c' | 'hypothesis' | 'eml'): Promise<string>;
  /** The discussion as HTML, to be put into the page as the element's own content. */
  export(format: 'html'): Promise<string>;
  /**
   * Takes what `export` gave here or elsewhere, or what another program has in one of its formats. Tells whether anything
   * in it was new; rejected when it is no copy of this discussion and in no such format.
   */
  import(data: ArrayBuffer | ArrayBufferView | Blob | string): Promise<boolean>;
}

/** A text that several people write. Its own content is the text to begin with. */
export class PostilDocument extends PostilElement {
  /** Other versions of the text that were edited in the room and are not shown; none before `ready`. */
  get versions(): { id: string; text: string }[];
}

declare global {
  interface HTMLElementTagNameMap {
    'postil-comments': PostilComments;
    'postil-document': PostilDocument;
  }
}
