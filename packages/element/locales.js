/** Which language the interface speaks, and its texts. Those in English are in the module itself. */

/** The other languages, each in a file of its own that is loaded when it is spoken. */
const FILES = {
  ar: () => new URL('./locales/ar.json', import.meta.url),
};

/** How long a file is waited for, in milliseconds. Then English is spoken. */
const PATIENCE = 20_000;

/** Those that were asked for. @type {Map<string, Promise<{ dir: string, texts: Record<string, string> }>>} */
const loading = new Map();

/**
 * The language for an element: its own `lang`, else that of the element around it, else what the person's browser asks
 * for; of these, the first that the interface speaks. English, when its file cannot be had.
 *
 * @param {HTMLElement} element
 * @returns {Promise<{ tag?: string, dir?: string, texts?: Record<string, string> }>} `tag` may name a region as well
 */
export async function localeOf(element) {
  const around = element.parentElement?.closest('[lang]');
  for (const tag of [element.getAttribute('lang')?.trim(), around?.getAttribute('lang'), ...navigator.languages]) {
    const language = spoken(tag);
    if (language === 'en') return { tag };
    if (language) return load(language).then((file) => ({ ...file, tag }), () => ({}));
  }
  return {};
}

/** The language of a tag, if the interface speaks it and the tag is well-formed. */
function spoken(tag) {
  try {
    const { language } = new Intl.Locale(tag);
    return language === 'en' || Object.hasOwn(FILES, language) ? language : undefined;
  } catch {
    return undefined;
  }
}

function load(language) {
  if (!loading.has(language)) {
    const loaded = read(FILES[language]()).catch((error) => {
      loading.delete(language);
      throw error;
    });
    loading.set(language, loaded);
  }
  return loading.get(language);
}

async function read(url) {
  const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE) });
  const { dir, texts } = await response.json();
  return { dir, texts };
}
