/**
 * The same blog post with a discussion below it, by Postil and by others. What a server would answer the others is
 * answered here: the newest fifty comments, however many there are.
 */

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotli, filesOf } from './front.mjs';

/** How many comments a server sends at first. */
const SHOWN = 50;
const ISSO = '0.14.0';

const text = (comment) => `<p>${comment.body}</p>`;
const json = (value) => ({ type: 'application/json', body: JSON.stringify(value) });
const npm = (path) => readFileSync(new URL(`../../../node_modules/${path}`, import.meta.url), 'utf8');

/** Isso's script and style from its package, as `pip` has it. */
function isso(folder) {
  mkdirSync(folder, { recursive: true });
  execFileSync('pip', ['download', '--quiet', '--no-deps', '--disable-pip-version-check', '--dest', folder, `isso==${ISSO}`]);
  execFileSync('tar', ['xzf', join(folder, `isso-${ISSO}.tar.gz`), '-C', folder]);
  const file = (path) => readFileSync(join(folder, `isso-${ISSO}/isso`, path), 'utf8');
  return { script: file('js/embed.min.js'), style: file('css/isso.css') };
}

/** Each has what its page loads, what it puts below the post, and what its server answers. */
export function makePosts(comments, folder) {
  const some = comments.slice(0, SHOWN);
  const { script, style } = isso(folder);
  return {
    'static HTML': {
      thread: '.comment', composer: 'textarea', files: {},
      below: `<form><textarea></textarea><button>Send</button></form>${some.map((it) => `<article class="comment"><b>${it.author}</b><p>${it.body}</p></article>`).join('')}`,
    },
    Isso: {
      thread: '.isso-comment .isso-text', composer: '.isso-textarea',
      files: { '/embed.min.js': script, '/isso.css': style },
      below: '<script data-isso="/isso" src="/embed.min.js" async data-isso-css="false"></script><link rel="stylesheet" href="/isso.css"><section id="isso-thread"></section>',
      answer: (path) => {
        if (path === '/isso/config') return json({ config: {} });
        const replies = some.map((it, id) => ({
          id, parent: null, text: text(it), author: it.author, website: null, mode: 1, created: it.at / 1000, modified: null,
          likes: 0, dislikes: 0, hash: `h${id % 20}`, replies: [], total_replies: 0, hidden_replies: 0, notification: 0,
        }));
        return json({ id: null, total_replies: replies.length, hidden_replies: 0, replies, config: {} });
      },
    },
    Artalk: {
      thread: '.atk-comment .atk-content', composer: '.atk-textarea',
      files: { '/artalk.js': npm('artalk/dist/Artalk.iife.js'), '/artalk.css': npm('artalk/dist/Artalk.css') },
      below: `<link rel="stylesheet" href="/artalk.css"><div id="comments"></div><script src="/artalk.js"></script>
        <script>Artalk.init({ el: '#comments', pageKey: '/post', pageTitle: 'A post', server: location.origin, site: 'Bench', useBackendConf: false, locale: 'en' })</script>`,
      answer: (path) => {
        if (path.endsWith('/conf')) return json({ frontend_conf: {}, version: { version: '2.9.1' } });
        const list = some.map((it, id) => ({
          id: id + 1, rid: 0, content: it.body, content_marked: text(it), user_id: id % 20, nick: it.author, email_encrypted: '', link: '', ua: '',
          date: new Date(it.at).toISOString(), is_collapsed: false, is_pending: false, is_pinned: false, is_allow_reply: true, visible: true,
          vote_up: 0, vote_down: 0, page_key: '/post', page_url: '/post', site_name: 'Bench', badge_name: '', badge_color: '', ip_region: '',
        }));
        const page = { id: 1, admin_only: false, key: '/post', url: '/post', title: 'A post', site_name: 'Bench', vote_up: 0, vote_down: 0, pv: 1 };
        return json({ comments: list, count: list.length, roots_count: list.length, page, data: page, unread: [], notifies: [] });
      },
    },
    Waline: {
      thread: '.wl-card .wl-content', composer: 'textarea',
      files: { '/waline.js': npm('@waline/client/dist/waline.js'), '/waline.css': npm('@waline/client/dist/waline.css') },
      below: `<link rel="stylesheet" href="/waline.css"><div id="comments"></div>
        <script type="module">import { init } from '/waline.js'; init({ el: '#comments', serverURL: location.origin, path: '/post', lang: 'en', emoji: false, search: false });</script>`,
      answer: () => {
        const data = some.map((it, id) => ({
          objectId: String(id), nick: it.author, comment: text(it), orig: it.body, link: '', mail: '', avatar: 'data:,', time: it.at, insertedAt: it.at,
          like: 0, status: 'approved', type: '', children: [], user_id: null,
        }));
        return json({ errno: 0, errmsg: '', data: { page: 1, totalPages: 1, pageSize: SHOWN, count: data.length, data } });
      },
    },
  };
}

const POST = Array.from({ length: 12 }, (_, at) => `<p>${'Ice forms at night and goes by noon, and nobody has seen it come or go. '.repeat(3 + (at % 3))}</p>`).join('\n');

/** A page with one of them below the post. `head` goes where a page says what it will need. */
export const page = ({ thread, composer, below }, head = '') => `<!doctype html>
<html lang="en" data-thread="${thread}" data-composer="${composer}">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>A post</title>
  <link rel="icon" href="data:,">
  <style>body { max-width: 44rem; margin: 1rem auto; font: 1rem/1.5 sans-serif } #post { height: 20rem; overflow: hidden }</style>
  ${head}
</head>
<body><div id="post">${POST}</div>${below}</body>
</html>`;

/** Files to serve, each under the address by which the page asks for it. */
export function filesFor(post) {
  const add = (type, body) => ({ type, raw: Buffer.from(body), small: brotli(Buffer.from(body)) });
  const files = new Map([['/', add('text/html; charset=utf-8', page(post))]]);
  for (const [path, body] of Object.entries(post.files)) files.set(path, add(path.endsWith('.css') ? 'text/css' : 'text/javascript', body));
  return files;
}

/**
 * Postil below the post, as the site's own files are: small, and named by what is in them. `inside` is what the page
 * itself shows of the discussion.
 */
export function postilFiles(room, inside = '') {
  const files = filesOf(process.env.POSTIL_SERVE_SITE);
  const named = (stem) => [...files.keys()].find((it) => new RegExp(`^/${stem}-[0-9a-f]+\\.(js|wasm)$`).test(it));
  const head = `<script type="module" src="${named('define')}"></script>`;
  const below = `<postil-comments room="${room}" relay="./">${inside}</postil-comments>`;
  const raw = Buffer.from(page({ thread: 'article', composer: 'textarea', below }, head));
  return files.set('/', { type: 'text/html; charset=utf-8', raw, small: brotli(raw) });
}
