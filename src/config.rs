//! What an element's attributes say, read once into what they mean.

use js_sys::{Function, Reflect};
use postil_core::id::RoomId;
use wasm_bindgen::{JsCast, JsValue};

use crate::i18n::Words;
use crate::platform::window;

/// Query parameters that say how somebody came to a page, not which page it is.
const TRACKING: [&str; 27] = [
    "_ga",
    "_gl",
    "_hsenc",
    "_hsmi",
    "dclid",
    "fbclid",
    "gad_source",
    "gbraid",
    "gclid",
    "gclsrc",
    "igsh",
    "igshid",
    "li_fat_id",
    "mc_cid",
    "mc_eid",
    "mkt_tok",
    "msclkid",
    "oly_anon_id",
    "oly_enc_id",
    "ref",
    "srsltid",
    "ttclid",
    "twclid",
    "vero_id",
    "wbraid",
    "wickedid",
    "yclid",
];
/// The same, by how they begin.
const TRACKING_FAMILIES: [&str; 4] = ["utm_", "mtm_", "pk_", "hsa_"];

/// The meaning of an element's attributes.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    /// The room.
    pub(crate) room: RoomId,
    /// Whether the page named it. If not, it follows the page's address.
    pub(crate) is_named: bool,
    /// Addresses of relays, separated by white space.
    pub(crate) relay: String,
    /// CSS selector of what is commented.
    pub(crate) target: Option<String>,
    /// The language that is spoken, as an object (see [`Words::new`]).
    pub(crate) locale: JsValue,
    /// Whether nothing may be written.
    pub(crate) readonly: bool,
    /// The reader's name, if the page knows it.
    pub(crate) author: Option<String>,
    /// Wordings of the page's own, as an object.
    pub(crate) messages: JsValue,
    /// Where the element keeps what is written to begin a thread on the page.
    pub(crate) draft: Option<StandingDraft>,
}

/// What is written to begin a thread on a page, where the element keeps it:
/// people can write there before this module has been loaded.
#[derive(Debug, Clone)]
pub(crate) struct StandingDraft(Function);

impl StandingDraft {
    /// The text; `None` when there is none.
    pub(crate) fn read(&self) -> Option<String> {
        self.0.call0(&JsValue::UNDEFINED).ok()?.as_string()
    }

    /// Keeps the text, or forgets it when it is empty.
    pub(crate) fn keep(&self, text: &str) {
        // The element's own function, which does not throw.
        let _ = self.0.call1(&JsValue::UNDEFINED, &text.into());
    }
}

impl Config {
    /// Reads the object that the element hands over: strings or null, the
    /// locale, and a function for what is written to begin a thread.
    pub(crate) fn read(options: &JsValue) -> Self {
        let value = |name: &str| Reflect::get(options, &name.into()).ok()?.as_string();
        let filled = |name: &str| value(name).filter(|text| !text.trim().is_empty());
        Config {
            room: room(filled("room").as_deref()),
            is_named: filled("room").is_some(),
            relay: filled("relay").unwrap_or_default(),
            target: filled("for"),
            locale: Reflect::get(options, &"locale".into()).unwrap_or_default(),
            readonly: value("readonly").is_some(),
            author: filled("author"),
            messages: messages(value("messages").as_deref()),
            draft: Reflect::get(options, &"draft".into())
                .ok()
                .and_then(|draft| draft.dyn_into().ok())
                .map(StandingDraft),
        }
    }

    /// The words of the language that is spoken, and the page's own.
    pub(crate) fn words(&self) -> Words {
        Words::new(&self.locale, &self.messages)
    }
}

/// The object in a JSON text; nothing if there is none.
pub(crate) fn messages(text: Option<&str>) -> JsValue {
    text.and_then(|text| js_sys::JSON::parse(text).ok())
        .unwrap_or(JsValue::NULL)
}

/// The room by its name. Without one it is the room of the page's address, so
/// that everyone on the same page meets.
pub(crate) fn room(name: Option<&str>) -> RoomId {
    match name {
        Some(name) => RoomId::named(name.trim()),
        None => RoomId::named(&page_address()),
    }
}

/// The page's canonical address, else its address without what does not say
/// which page it is.
pub(crate) fn page_address() -> String {
    let document = window().and_then(|window| window.document());
    let canonical = document.as_ref().and_then(|document| {
        let link = document
            .query_selector("link[rel~=canonical][href]")
            .ok()
            .flatten()?;
        Reflect::get(&link, &"href".into()).ok()?.as_string()
    });
    let address = canonical
        .or_else(|| window()?.location().href().ok())
        .unwrap_or_default();
    bare(&address)
}

fn bare(address: &str) -> String {
    let address = address.split('#').next().unwrap_or_default();
    let Some((path, query)) = address.split_once('?') else {
        return address.into();
    };
    let tells = |pair: &&str| {
        let name = pair.split('=').next().unwrap_or_default();
        let tracks = TRACKING_FAMILIES
            .iter()
            .any(|family| name.starts_with(family));
        !name.is_empty() && !tracks && !TRACKING.contains(&name)
    };
    let kept: Vec<&str> = query.split('&').filter(tells).collect();
    if kept.is_empty() {
        path.into()
    } else {
        [path, "?", &kept.join("&")].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lose_what_does_not_tell_pages_apart() {
        fn check(address: &str, expected: &str) {
            assert_eq!(bare(address), expected);
        }
        check("https://a.example/x", "https://a.example/x");
        check("https://a.example/x#y", "https://a.example/x");
        check(
            "https://a.example/x?id=1&utm_source=z#y",
            "https://a.example/x?id=1",
        );
        check("https://a.example/x?fbclid=1", "https://a.example/x");
        check("https://a.example/x?", "https://a.example/x");
        for name in TRACKING {
            check(
                &["https://a.example/?", name, "=1&id=2"].concat(),
                "https://a.example/?id=2",
            );
        }
        for family in TRACKING_FAMILIES {
            let address = ["https://a.example/?id=2&", family, "x=1#", family].concat();
            check(&address, "https://a.example/?id=2");
        }
        // Order and spelling of what is left are the page's own business.
        check(
            "https://a.example/?b=%20&a&gclid=1&reference=2&c=",
            "https://a.example/?b=%20&a&reference=2&c=",
        );
        check("https://a.example/?#x", "https://a.example/");
        check("file:///x/y.html?a=1#b", "file:///x/y.html?a=1");
    }
}
