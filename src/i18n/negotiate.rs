//! Which language to speak on this page to this person.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

use super::{LOCALES, Locale, Words};

/// The language of a panel: its own `lang` attribute, else that of the element
/// around it, else what the person's browser asks for; of these, the first
/// that the interface speaks.
pub fn negotiate(attribute: Option<&str>, host: &Element, messages: &JsValue) -> Words {
    let around = host.closest("[lang]").ok().flatten();
    let around = around.and_then(|element| element.get_attribute("lang"));
    let asked = web_sys::window().map(|window| window.navigator().languages());
    let asked = asked.unwrap_or_default();
    let tags = attribute
        .map(String::from)
        .into_iter()
        .chain(around)
        .chain(asked.iter().filter_map(|tag| tag.as_string()));
    let words = tags
        .filter_map(|tag| {
            let locale = spoken(&tag)?;
            is_well_formed(&tag).then(|| Words::new(locale, &tag))
        })
        .next()
        .unwrap_or_else(Words::fallback);
    if messages.is_object() {
        words.with_messages(messages)
    } else {
        words
    }
}

/// The locale for a language tag, going by its first subtag.
fn spoken(tag: &str) -> Option<&'static Locale> {
    let language = tag.split(['-', '_']).next()?;
    LOCALES
        .iter()
        .find(|locale| locale.tag.eq_ignore_ascii_case(language))
}

/// Whether `Intl` takes the tag: it throws at malformed ones.
fn is_well_formed(tag: &str) -> bool {
    let supported = js_sys::Reflect::get(&js_sys::global(), &JsValue::from_str("Intl"))
        .and_then(|intl| js_sys::Reflect::get(&intl, &JsValue::from_str("getCanonicalLocales")));
    let Ok(Ok(check)) = supported.map(|f| f.dyn_into::<js_sys::Function>()) else {
        return false;
    };
    check
        .call1(&JsValue::UNDEFINED, &JsValue::from_str(tag))
        .is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_matched_by_language() {
        fn check(tag: &str, expected: Option<&str>) {
            assert_eq!(spoken(tag).map(|locale| locale.tag), expected, "{tag}");
        }
        check("en", Some("en"));
        check("en-GB", Some("en"));
        check("AR-eg", Some("ar"));
        check("enx", None);
        check("", None);
    }
}
