/** A page with pictures on it, for tests. */

const POND = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 360">
  <rect width="600" height="360" fill="#cfe3ee"/><rect y="150" width="600" height="210" fill="#7fa8c4"/>
  <ellipse cx="300" cy="250" rx="230" ry="80" fill="#e9f4fa"/>
  <path d="M170 250l90-40 60 50 110-30" stroke="#5d86a3" stroke-width="4" fill="none"/>
  <circle cx="500" cy="70" r="34" fill="#f7d774"/></svg>`;

/** The same size, and something else. */
const FIRE = POND.replace('#cfe3ee', '#3b1f2b').replace('#7fa8c4', '#8c2f1b');

const STYLE = `
  :root { color-scheme: light dark; }
  body { margin: 0; background: light-dark(#fff, #17181b); color: light-dark(#1f2226, #e6e4df); font: 17px/1.6 system-ui, sans-serif; }
  main { display: grid; grid-template-columns: minmax(0, 38rem) 22rem; gap: 3rem; max-width: 66rem; margin: 2rem auto; padding: 0 1rem; }
  img { width: 100%; height: auto; aspect-ratio: 5 / 3; }
  @media (max-width: 56rem) { main { display: block; } }`;

export const FILES = { 'pond.svg': svg(POND), 'fire.svg': svg(FIRE), 'gallery.css': { type: 'text/css', body: STYLE } };

function svg(body) {
  return { type: 'image/svg+xml', body };
}

/** The page with this in its article, between two paragraphs that fill the window. */
export function page(article, lang = 'en') {
  const filler = '<p>Ice grows from the edges, and it grows faster where the wind keeps the snow away.</p>'.repeat(14);
  return `<!doctype html><html lang="${lang}"${lang === 'ar' ? ' dir="rtl"' : ''}><meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1"><title>Pictures</title>
    <link rel="icon" href="data:,"><link rel="stylesheet" href="gallery.css">
    <script type="module" src="postil/define.js"></script>
    <body><main><article id="article"><h1>Ice</h1><p>What a pond looks like.</p>${article}${filler}</article>
    <postil-comments for="#article" room="pictures"></postil-comments></main></body></html>`;
}

/** One picture. */
export const picture = (src = 'pond.svg', alt = 'Ice on a pond') => `<p><img src="${src}" alt="${alt}"></p>`;
