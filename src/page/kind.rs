//! How an element takes part in the text of the page: as a screen reader would
//! meet it.

use web_sys::{CssStyleDeclaration, Element, Window};

use super::collapse::Space;

/// What an element is for the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It and all in it is left out.
    Out,
    /// It breaks the line.
    Break,
    /// Its text goes on in the line.
    Inline(Look),
    /// Its text stands on lines of its own.
    Block,
}

/// How the text directly in an element is displayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) space: Space,
    /// What is inside of an invisible element may be visible again.
    pub(super) visible: bool,
}

/// Elements whose content is no text of the page: code, controls, frames,
/// drawings, and ruby, which says again what stands there.
const OUT: [&str; 27] = [
    "area", "audio", "canvas", "datalist", "embed", "head", "iframe", "input", "link", "meta",
    "meter", "noscript", "object", "option", "progress", "rp", "rt", "script", "select", "source",
    "style", "svg", "template", "textarea", "title", "track", "video",
];

/// What `element` is.
pub(super) fn of(element: &Element, window: &Window) -> Kind {
    let name = element.local_name();
    if name == "br" {
        return Kind::Break;
    }
    let says = |attribute, value| element.get_attribute(attribute).as_deref() == Some(value);
    if OUT.contains(&&*name)
        || is_own(&name)
        || says("data-postil", "off")
        || says("aria-hidden", "true")
    {
        return Kind::Out;
    }
    let Some(style) = computed(element, window) else {
        return Kind::Out;
    };
    let display = style.get_property_value("display").unwrap_or_default();
    if display == "none" {
        Kind::Out
    } else if is_inline(&display) {
        Kind::Inline(look_of(&style))
    } else {
        Kind::Block
    }
}

/// How the text directly in `element` is displayed.
pub(super) fn look(element: &Element, window: &Window) -> Look {
    match computed(element, window) {
        Some(style) => look_of(&style),
        None => Look {
            space: Space::Collapse,
            visible: true,
        },
    }
}

fn computed(element: &Element, window: &Window) -> Option<CssStyleDeclaration> {
    window.get_computed_style(element).ok().flatten()
}

fn look_of(style: &CssStyleDeclaration) -> Look {
    let value = |property| style.get_property_value(property).unwrap_or_default();
    Look {
        space: Space::of(&value("white-space")),
        visible: !matches!(&*value("visibility"), "hidden" | "collapse"),
    }
}

/// Whether an element of this name is one of Postil's.
pub(super) fn is_own(name: &str) -> bool {
    name.starts_with("postil-")
}

fn is_inline(display: &str) -> bool {
    display.starts_with("inline") || display.starts_with("ruby") || display == "contents"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn displays_are_told_apart() {
        fn check(display: &str, inline: bool) {
            assert_eq!(is_inline(display), inline, "{display}");
        }
        for inline in ["inline", "inline-block", "inline-flex", "contents", "ruby"] {
            check(inline, true);
        }
        for block in [
            "block",
            "flex",
            "grid",
            "list-item",
            "table-cell",
            "flow-root",
        ] {
            check(block, false);
        }
    }
}
