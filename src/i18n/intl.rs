//! Numbers, plurals and times through the browser's `Intl`, so that no
//! language data is shipped.

use std::cell::OnceCell;

use js_sys::{Array, Date, Function, Intl as js, Object, Reflect};
use wasm_bindgen::JsValue;

/// Formatters of one language, each made when it is first needed (making one
/// costs about a millisecond).
pub(super) struct Intl {
    tag: Box<str>,
    plural: OnceCell<js::PluralRules>,
    number: OnceCell<Function>,
    relative: OnceCell<js::RelativeTimeFormat>,
    date: OnceCell<Function>,
    moment: OnceCell<Function>,
}

impl Intl {
    /// `tag` must be a well-formed language tag, or `Intl` throws.
    pub(super) fn new(tag: &str) -> Self {
        Intl {
            tag: tag.into(),
            plural: OnceCell::new(),
            number: OnceCell::new(),
            relative: OnceCell::new(),
            date: OnceCell::new(),
            moment: OnceCell::new(),
        }
    }

    pub(super) fn tag(&self) -> &str {
        &self.tag
    }

    pub(super) fn plural(&self, n: usize) -> String {
        let make = || js::PluralRules::new(&self.locales(), &Object::new());
        self.plural.get_or_init(make).select(n as f64).into()
    }

    pub(super) fn number(&self, n: usize) -> String {
        let make = || js::NumberFormat::new(&self.locales(), &Object::new()).format();
        call(self.number.get_or_init(make), &JsValue::from_f64(n as f64))
    }

    pub(super) fn moment(&self, at: u64) -> String {
        let make = || self.dates(&[("dateStyle", "full"), ("timeStyle", "short")]);
        call(self.moment.get_or_init(make), &Date::new(&millis(at)))
    }

    pub(super) fn ago(&self, then: u64, now: u64, just_now: &str) -> String {
        let minutes = now.saturating_sub(then) / 60_000;
        let (value, unit) = match minutes {
            0 => return just_now.into(),
            1..60 => (minutes, "minute"),
            60..1440 => (minutes / 60, "hour"),
            1440..10_080 => (minutes / 1440, "day"),
            _ => {
                let make = || self.dates(&[("dateStyle", "medium")]);
                return call(self.date.get_or_init(make), &Date::new(&millis(then)));
            }
        };
        let make = || {
            let options = options(&[("numeric", "auto"), ("style", "narrow")]);
            js::RelativeTimeFormat::new(&self.locales(), &options)
        };
        let format = self.relative.get_or_init(make);
        format.format(-(value as f64), unit).into()
    }

    fn dates(&self, wanted: &[(&str, &str)]) -> Function {
        js::DateTimeFormat::new(&self.locales(), &options(wanted)).format()
    }

    fn locales(&self) -> Array {
        Array::of1(&JsValue::from_str(&self.tag))
    }
}

fn millis(at: u64) -> JsValue {
    JsValue::from_f64(at as f64)
}

fn options(wanted: &[(&str, &str)]) -> Object {
    let object = Object::new();
    for (name, value) in wanted {
        // Setting a property of a fresh object does not fail.
        let _ = Reflect::set(&object, &JsValue::from_str(name), &JsValue::from_str(value));
    }
    object
}

/// What a formatter says; empty for a date outside what dates can express.
fn call(format: &Function, value: &JsValue) -> String {
    let said = format.call1(&JsValue::UNDEFINED, value);
    said.ok().and_then(|s| s.as_string()).unwrap_or_default()
}
