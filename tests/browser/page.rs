//! Finding things the way people and assistive technology do, and acting on
//! them.

use js_sys::Promise;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Element, Event, EventInit, HtmlElement, HtmlTextAreaElement, KeyboardEvent, KeyboardEventInit,
};

/// Waits for the next paint.
pub(crate) async fn paint() {
    let promise = Promise::new(&mut |resolve, _| {
        let window = web_sys::window().unwrap();
        window.request_animation_frame(&resolve).unwrap();
    });
    JsFuture::from(promise).await.unwrap();
}

/// Waits until something holds; fails after half a minute, which is long enough for a machine that is busy.
pub(crate) async fn until(what: &str, holds: impl Fn() -> bool) {
    let start = js_sys::Date::now();
    while !holds() {
        assert!(
            js_sys::Date::now() - start < 30_000.0,
            "never came true: {what}"
        );
        paint().await;
    }
}

/// All elements under `root` that match.
pub(crate) fn all(root: &Element, selector: &str) -> Vec<HtmlElement> {
    let found = root.query_selector_all(selector).unwrap();
    let found = (0..found.length()).filter_map(|i| found.item(i));
    found.map(|node| node.unchecked_into()).collect()
}

/// What assistive technology would call an element: its label, or its text.
pub(crate) fn name(element: &Element) -> String {
    let label = element.get_attribute("aria-label");
    let text = || element.text_content().unwrap_or_default();
    label.unwrap_or_else(text).trim().to_owned()
}

/// The buttons of exactly this name, as assistive technology finds them.
pub(crate) fn buttons(root: &Element, called: &str) -> Vec<HtmlElement> {
    let mut found = all(root, "button:not([aria-hidden=true])");
    found.retain(|button| name(button) == called);
    found
}

/// Presses the one button of this name.
pub(crate) fn press(root: &Element, called: &str) {
    let found = buttons(root, called);
    assert_eq!(found.len(), 1, "buttons called {called}");
    found[0].click();
}

/// The one text box of this name, by label or `label` element.
pub(crate) fn field(root: &Element, called: &str) -> HtmlTextAreaElement {
    let mut found = all(root, "textarea, input:not([type=radio])");
    found.retain(|field| {
        let label = ["label[for=\"", &field.id(), "\"]"].concat();
        let label = root.query_selector(&label).unwrap();
        name(field) == called || label.is_some_and(|label| name(&label) == called)
    });
    assert_eq!(found.len(), 1, "text boxes called {called}");
    // Inputs and text areas have the same `value`.
    found.remove(0).unchecked_into()
}

/// Puts text into a field, as typing does.
pub(crate) fn fill(field: &HtmlTextAreaElement, text: &str) {
    field.focus().unwrap();
    js_sys::Reflect::set(field, &"value".into(), &JsValue::from_str(text)).unwrap();
    let init = EventInit::new();
    init.set_bubbles(true);
    let event = Event::new_with_event_init_dict("input", &init).unwrap();
    field.dispatch_event(&event).unwrap();
}

/// What is in a field.
pub(crate) fn value(field: &HtmlTextAreaElement) -> String {
    let value = js_sys::Reflect::get(field, &"value".into()).unwrap();
    value.as_string().unwrap()
}

/// Strikes a key, with modifiers `Control`, `Alt` or none.
pub(crate) fn strike(target: &web_sys::EventTarget, key: &str, code: &str, modifiers: &[&str]) {
    let init = KeyboardEventInit::new();
    init.set_bubbles(true);
    init.set_cancelable(true);
    init.set_composed(true);
    init.set_key(key);
    init.set_code(code);
    init.set_ctrl_key(modifiers.contains(&"Control"));
    init.set_alt_key(modifiers.contains(&"Alt"));
    let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &init).unwrap();
    target.dispatch_event(&event).unwrap();
}

/// The element that a panel is mounted in.
pub(crate) fn inside(host: &Element) -> Element {
    host.shadow_root().unwrap().first_element_child().unwrap()
}
