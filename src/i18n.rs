//! The words of the interface: one file a locale, chosen once per panel.
//!
//! To add a locale, write `i18n/<tag>.rs` and add it to [`LOCALES`]; the
//! compiler asks for every text, and a test checks the placeholders.

mod ar;
mod en;
mod intl;
mod negotiate;
mod text;

use postil_core::sorted::Map;
use std::fmt;
use std::rc::Rc;

use wasm_bindgen::{JsCast, JsValue};

pub use negotiate::negotiate;
pub use text::Text;

use intl::Intl;

/// A language the interface speaks.
#[derive(Debug)]
pub struct Locale {
    /// BCP 47 language tag, without region.
    pub tag: &'static str,
    /// Whether it is written from right to left.
    pub rtl: bool,
    /// The plural categories it uses, as `Intl.PluralRules` names them.
    pub plurals: &'static [&'static str],
    /// Every text of the interface. `{x}` stands for a value; a text that
    /// depends on a number lists its forms as `one=…|other=…`.
    pub text: fn(Text) -> &'static str,
}

/// Every locale; the first is the one to fall back on.
pub const LOCALES: &[Locale] = &[en::LOCALE, ar::LOCALE];

/// The texts in one language, with a page author's own wording on top.
/// Cloning shares.
#[derive(Clone)]
pub struct Words(Rc<Inner>);

struct Inner {
    locale: &'static Locale,
    overrides: Map<u8, Box<str>>,
    intl: Intl,
}

impl Words {
    /// The texts of one locale. `tag` is the tag for dates and numbers, which
    /// may name a region as well.
    pub fn new(locale: &'static Locale, tag: &str) -> Self {
        Words(Rc::new(Inner {
            locale,
            overrides: Map::new(),
            intl: Intl::new(tag),
        }))
    }

    /// The fallback locale.
    pub fn fallback() -> Self {
        const FIRST: &Locale = &en::LOCALE;
        Words::new(FIRST, FIRST.tag)
    }

    /// The same language with other wording for some texts. `messages` is an
    /// object with the texts' names (first letter small) as keys; whatever in
    /// it is not a string under a known name is ignored.
    pub fn with_messages(&self, messages: &JsValue) -> Self {
        let mut overrides = Map::new();
        if let Some(messages) = messages.dyn_ref::<js_sys::Object>() {
            for (text, name) in Text::ALL.iter().zip(Text::NAMES) {
                let found = js_sys::Reflect::get(messages, &JsValue::from_str(&key(name)));
                if let Some(own) = found.ok().and_then(|v| v.as_string()) {
                    overrides.insert(*text as u8, own.into());
                }
            }
        }
        Words(Rc::new(Inner {
            locale: self.0.locale,
            overrides,
            intl: Intl::new(self.0.intl.tag()),
        }))
    }

    /// The language tag for `lang` attributes and for `Intl`.
    pub fn tag(&self) -> &str {
        self.0.intl.tag()
    }

    /// `rtl` or `ltr`, for `dir` attributes.
    pub fn dir(&self) -> &'static str {
        if self.0.locale.rtl { "rtl" } else { "ltr" }
    }

    /// One text, as it is.
    pub fn t(&self, text: Text) -> &str {
        match self.0.overrides.get(&(text as u8)) {
            Some(own) => own,
            None => (self.0.locale.text)(text),
        }
    }

    /// The text of that name; the first letter of the name is small.
    pub fn named(&self, name: &str) -> Option<&str> {
        let mut texts = Text::ALL.iter().zip(Text::NAMES);
        let (text, _) = texts.find(|(_, known)| key(known) == name)?;
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
        f.debug_tuple("Words").field(&self.0.locale.tag).finish()
    }
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

    #[test]
    fn locales_agree_on_placeholders_and_list_their_plural_forms() {
        for locale in LOCALES {
            for (key, name) in Text::ALL.iter().zip(Text::NAMES) {
                let (base, text) = ((LOCALES[0].text)(*key), (locale.text)(*key));
                assert!(!text.is_empty(), "{}: {name} is empty", locale.tag);
                if !base.contains("other=") {
                    assert_eq!(placeholders(base), placeholders(text), "{name}");
                    continue;
                }
                let listed: Vec<_> = text.split('|').map(|f| f.split_once('=')).collect();
                let categories: Vec<_> = listed.iter().flatten().map(|f| f.0).collect();
                assert_eq!(categories, locale.plurals, "{}: {name}", locale.tag);
                let (_, last) = listed.last().copied().flatten().unwrap();
                assert!(last.contains("{n}"), "{}: {name}", locale.tag);
            }
        }
    }
}
