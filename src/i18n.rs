//! The words of the interface: English, and what a file has for another
//! language, chosen once per panel.
//!
//! To add a locale, write `packages/element/locales/<tag>.json` and add it to
//! `packages/element/locales.js`; a test asks for every text, its placeholders
//! and its plural forms.

mod intl;
mod text;

use postil_core::sorted::Map;
use std::fmt;
use std::rc::Rc;

use js_sys::Reflect;
use wasm_bindgen::JsValue;

pub use text::Text;

use intl::Intl;

/// The texts by their names, with what English says, which is spoken where no
/// other language is.
macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident = $english:literal,)*) => {
        /// One text of the interface.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Text {
            $($(#[$doc])* $name,)*
        }

        impl Text {
            /// Every text.
            pub const ALL: &'static [Text] = &[$(Text::$name,)*];
            /// Their names, in the same order, with a space behind each: a list
            /// of them would be twice as long.
            pub(super) const NAMES: &'static str = concat!($(stringify!($name), " "),*);
            /// What English says, in the same order, with U+001F behind each.
            const ENGLISH: &'static str = concat!($($english, "\u{1f}"),*);

            /// What English says, in the same order.
            pub(super) fn english() -> impl Iterator<Item = &'static str> {
                Text::ENGLISH.split_terminator('\u{1f}')
            }
        }
    };
}
use texts;

/// The texts in one language, with a page author's own wording on top.
/// Cloning shares.
#[derive(Clone)]
pub struct Words(Rc<Inner>);

struct Inner {
    is_rtl: bool,
    english: Vec<&'static str>,
    /// What is not as in English.
    texts: Map<u8, Box<str>>,
    intl: Intl,
}

impl Words {
    /// The words of a locale, with other wording for some texts.
    ///
    /// `locale` is what `locales.js` gives: an object with the `tag` for dates
    /// and numbers, which is well-formed; `dir`; and, if that is not English,
    /// `texts`. These and `messages` are objects with the texts' names (first
    /// letter small) as keys. `{x}` in a text stands for a value; a text that
    /// depends on a number lists its forms as `one=…|other=…`. Whatever is not a
    /// string under a known name is ignored, and what is missing is English.
    pub fn new(locale: &JsValue, messages: &JsValue) -> Self {
        let value = |of: &JsValue, name: &str| Reflect::get(of, &name.into()).ok();
        let string = |of: &JsValue, name: &str| value(of, name)?.as_string();
        let texts_of_locale = value(locale, "texts").unwrap_or_default();
        let mut texts = Map::new();
        for of in [&texts_of_locale, messages]
            .into_iter()
            .filter(|it| it.is_object())
        {
            for (text, name) in with_names() {
                if let Some(own) = string(of, &key(name)) {
                    texts.insert(*text as u8, own.into());
                }
            }
        }
        let tag = string(locale, "tag");
        Words(Rc::new(Inner {
            is_rtl: string(locale, "dir").as_deref() == Some("rtl"),
            english: Text::english().collect(),
            texts,
            intl: Intl::new(tag.as_deref().unwrap_or("en")),
        }))
    }

    /// English.
    pub fn fallback() -> Self {
        Words::new(&JsValue::NULL, &JsValue::NULL)
    }

    /// The language tag for `lang` attributes and for `Intl`.
    pub fn tag(&self) -> &str {
        self.0.intl.tag()
    }

    /// `rtl` or `ltr`, for `dir` attributes.
    pub fn dir(&self) -> &'static str {
        if self.0.is_rtl { "rtl" } else { "ltr" }
    }

    /// One text, as it is.
    pub fn t(&self, text: Text) -> &str {
        match self.0.texts.get(&(text as u8)) {
            Some(own) => own,
            // English has every text.
            None => self
                .0
                .english
                .get(text as usize)
                .copied()
                .unwrap_or_default(),
        }
    }

    /// The text of that name; the first letter of the name is small.
    pub fn named(&self, name: &str) -> Option<&str> {
        let (text, _) = with_names().find(|(_, known)| key(known) == name)?;
        Some(self.t(*text))
    }

    /// One text with values put in for its placeholders.
    pub fn with(&self, text: Text, values: &[(&str, &str)]) -> String {
        fill(self.t(text), values)
    }

    /// The form of one text that goes with a number, which is put in for `{n}`
    /// in the digits of the language.
    pub fn count(&self, text: Text, n: usize) -> String {
        let category = self.0.intl.plural(n);
        fill(form(self.t(text), &category), &[("n", &self.number(n))])
    }

    /// A number in the digits of the language.
    pub fn number(&self, n: usize) -> String {
        self.0.intl.number(n)
    }

    /// How long ago `then` was, seen from `now` (both in milliseconds since
    /// the Unix epoch), in few words; the date when it is long ago.
    pub fn ago(&self, then: u64, now: u64) -> String {
        self.0.intl.ago(then, now, self.t(Text::JustNow))
    }

    /// Date and time in full, in the time zone of this device.
    pub fn moment(&self, at: u64) -> String {
        self.0.intl.moment(at)
    }
}

impl PartialEq for Words {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Words").field(&self.tag()).finish()
    }
}

/// Every text with its name.
fn with_names() -> impl Iterator<Item = (&'static Text, &'static str)> {
    Text::ALL.iter().zip(Text::NAMES.split(' '))
}

/// What `messages` calls a text.
fn key(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|c| c.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

/// Puts values in for `{name}`; a placeholder without a value stays.
fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let value = after.split_once('}').and_then(|(name, tail)| {
            let (_, value) = values.iter().find(|(known, _)| *known == name)?;
            Some((*value, tail))
        });
        match value {
            Some((value, tail)) => {
                out.push_str(value);
                rest = tail;
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// The form of `one=…|other=…` for a plural category; the last one if the
/// category is not listed, and the whole text if it lists no forms.
fn form<'a>(forms: &'a str, category: &str) -> &'a str {
    let mut last = forms;
    for entry in forms.split('|') {
        if let Some((name, text)) = entry.split_once('=') {
            if name == category {
                return text;
            }
            last = text;
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placeholders(text: &str) -> Vec<&str> {
        let parts = text.split('{').skip(1);
        let mut names: Vec<_> = parts.filter_map(|p| Some(p.split_once('}')?.0)).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn placeholders_are_filled() {
        fn check(template: &str, expected: &str) {
            assert_eq!(fill(template, &[("n", "2"), ("name", "Ann")]), expected);
        }
        check("", "");
        check("{n} by {name}", "2 by Ann");
        check("{other} {n", "{other} {n");
        check("{{n}}", "{2}");
    }

    #[test]
    fn plural_forms_are_found() {
        fn check(category: &str, expected: &str) {
            assert_eq!(form("one=a|two=b|other=c", category), expected);
        }
        check("one", "a");
        check("two", "b");
        check("other", "c");
        check("few", "c");
        assert_eq!(form("no forms", "one"), "no forms");
    }

    /// Every file of a language, by its name.
    fn files() -> Vec<(String, serde_json::Value)> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/packages/element/locales");
        let entries = std::fs::read_dir(folder).unwrap();
        let read = |path: std::path::PathBuf| {
            let bytes = std::fs::read(&path).unwrap();
            let name = path.file_stem().unwrap().to_str().unwrap();
            (name.to_owned(), serde_json::from_slice(&bytes).unwrap())
        };
        entries.map(|entry| read(entry.unwrap().path())).collect()
    }

    #[test]
    fn locales_have_every_text_with_its_placeholders_and_plural_forms() {
        assert!(!files().is_empty());
        let english: Vec<_> = Text::english().collect();
        assert_eq!(english.len(), Text::ALL.len());
        for (locale, file) in files() {
            let texts = file["texts"].as_object().unwrap();
            for ((_, name), base) in with_names().zip(&english) {
                let found = texts.get(&key(name)).and_then(|it| it.as_str());
                let found = found.unwrap_or_default();
                assert!(!found.is_empty(), "{locale}: {name} is missing");
                if !base.contains("other=") {
                    let (base, found) = (placeholders(base), placeholders(found));
                    assert_eq!(base, found, "{locale}: {name}");
                    continue;
                }
                // Which forms there have to be is what `locales.test.mjs` asks `Intl`.
                let forms: Vec<_> = found.split('|').map(|it| it.split_once('=')).collect();
                assert!(forms.iter().all(Option::is_some), "{locale}: {name}");
                let (category, last) = forms.last().copied().flatten().unwrap();
                assert_eq!(category, "other", "{locale}: {name}");
                assert!(last.contains("{n}"), "{locale}: {name}");
            }
        }
    }
}
