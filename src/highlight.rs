//! The CSS Custom Highlight API, as far as it is needed.
//!
//! Reached by name because the bindings of `web-sys` are behind an unstable
//! flag. See <https://drafts.csswg.org/css-highlight-api-1/>.

use js_sys::{Array, Function, Reflect};
use postil_core::sorted;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Range;

/// The four kinds of highlight, by name and priority.
pub(crate) const NAMES: [(&str, i32); 4] = [
    ("postil-resolved", 1),
    ("postil-open", 2),
    ("postil-active", 3),
    ("postil-draft", 4),
];

/// What they look like.
pub(crate) const RULES: &str = include_str!(concat!(env!("OUT_DIR"), "/highlight.css"));

/// Parts of a text in their order, and those that overlap as one: they look the
/// same, and browsers take the longer the more ranges there are.
pub(crate) fn joined(mut parts: Vec<(u32, u32)>) -> Vec<(u32, u32)> {
    sorted::sort(&mut parts);
    let mut joined: Vec<(u32, u32)> = Vec::new();
    for (start, end) in parts {
        match joined.last_mut() {
            Some((_, last)) if start < *last => *last = end.max(*last),
            _ if start < end => joined.push((start, end)),
            _ => {}
        }
    }
    joined
}

/// A named highlight of the page, shared with whoever else uses the name.
pub(crate) struct Highlight {
    name: &'static str,
    registry: JsValue,
    object: JsValue,
}

impl Highlight {
    /// The highlight of this name. Of overlapping ones the greater `priority`
    /// is on top. `None` when the browser has no highlights.
    pub(crate) fn named(name: &'static str, priority: i32) -> Option<Self> {
        let global = js_sys::global();
        let css = Reflect::get(&global, &"CSS".into()).ok()?;
        let registry = Reflect::get(&css, &"highlights".into()).ok()?;
        if registry.is_undefined() {
            return None;
        }
        let mut object = call(&registry, "get", &[name.into()])?;
        if object.is_undefined() {
            let class: Function = Reflect::get(&global, &"Highlight".into())
                .ok()?
                .dyn_into()
                .ok()?;
            object = Reflect::construct(&class, &Array::new()).ok()?;
            Reflect::set(&object, &"priority".into(), &priority.into()).ok()?;
            call(&registry, "set", &[name.into(), object.clone()])?;
        }
        Some(Self {
            name,
            registry,
            object,
        })
    }

    pub(crate) fn add(&self, range: &Range) {
        call(&self.object, "add", &[range.into()]);
    }

    pub(crate) fn remove(&self, range: &Range) {
        call(&self.object, "delete", &[range.into()]);
    }
}

impl Drop for Highlight {
    /// Frees the name once nobody has a range under it.
    fn drop(&mut self) {
        let size = Reflect::get(&self.object, &"size".into())
            .ok()
            .and_then(|size| size.as_f64());
        if size == Some(0.0) {
            call(&self.registry, "delete", &[self.name.into()]);
        }
    }
}

fn call(object: &JsValue, method: &str, arguments: &[JsValue]) -> Option<JsValue> {
    let function: Function = Reflect::get(object, &method.into()).ok()?.dyn_into().ok()?;
    function.apply(object, &arguments.iter().collect()).ok()
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn parts_that_overlap_are_one() {
        fn check(parts: &[(u32, u32)], expected: &[(u32, u32)]) {
            assert_eq!(joined(parts.to_vec()), expected, "{parts:?}");
        }
        check(&[], &[]);
        check(&[(4, 9), (1, 3)], &[(1, 3), (4, 9)]);
        check(&[(1, 5), (1, 5), (2, 3), (4, 8), (7, 8)], &[(1, 8)]);
        // Side by side they are two, and nothing is none.
        check(&[(1, 3), (3, 5), (5, 5)], &[(1, 3), (3, 5)]);
        check(&[(2, 2)], &[]);
    }
}
