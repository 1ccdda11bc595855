//! An element of the page, remembered in three ways. They are looked up in
//! this order: the id, the path (only if the heading above is still the same),
//! and the heading alone.

/// The most bytes of an id.
pub const MAX_ID: usize = 128;
/// The most bytes of a path.
pub const MAX_PATH: usize = 256;
/// The most bytes of a heading's slug.
pub const MAX_HEADING: usize = 128;

/// How to find an element again. At least one part is not empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Element {
    /// Its id; empty when it has none.
    pub id: Box<str>,
    /// Steps from the commented root to the element, as CSS: an optional id
    /// (`#name`), then tags with their number among their siblings of the same
    /// tag, as in `main > p:nth-of-type(3)`. Empty when unknown.
    pub path: Box<str>,
    /// The [slug] of the heading before it; empty when there is none.
    pub heading: Box<str>,
}

impl Element {
    /// Describes an element by its id, its path and the text of the heading
    /// before it, each empty when there is none. What is over its limit or not
    /// a plain path is left out; `None` when nothing is left.
    pub fn new(id: &str, path: &str, heading: &str) -> Option<Self> {
        let fits = |part: &str, most: usize| part.len() <= most;
        let element = Element {
            id: if fits(id, MAX_ID) { id } else { "" }.into(),
            path: if is_path(path) { path } else { "" }.into(),
            heading: slug(heading).into(),
        };
        element.is_sound().then_some(element)
    }

    /// Whether the parts keep to their limits and one of them is there.
    pub(super) fn is_sound(&self) -> bool {
        let some = !(self.id.is_empty() && self.path.is_empty() && self.heading.is_empty());
        some && self.id.len() <= MAX_ID
            && (self.path.is_empty() || is_path(&self.path))
            && self.heading.len() <= MAX_HEADING
            && !self.id.contains(char::is_whitespace)
    }
}

/// Whether a path has the plain form that [`Element::path`] describes. Nothing
/// else may reach the browser's selector engine: there are selectors that take
/// it minutes.
pub fn is_path(path: &str) -> bool {
    let mut steps = path.split(" > ");
    let first = steps.next().unwrap_or("");
    let named = first.strip_prefix('#');
    path.len() <= MAX_PATH && named.map_or_else(|| is_step(first), is_name) && steps.all(is_step)
}

fn is_step(step: &str) -> bool {
    match step.split_once(":nth-of-type(") {
        None => is_name(step),
        Some((tag, number)) => {
            let digits = number.strip_suffix(')').unwrap_or("");
            let number = digits.parse::<u32>().unwrap_or(0);
            is_name(tag) && number > 0 && !digits.starts_with(['0', '+'])
        }
    }
}

/// Whether this is a CSS name that needs no escaping.
fn is_name(name: &str) -> bool {
    let rest = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(rest)
}

/// What stays of a heading when only its words count: joined by hyphens, at
/// most [`MAX_HEADING`] bytes, with Latin letters without marks in lower case
/// (the tables for all others are larger than the rest of this module).
pub fn slug(heading: &str) -> String {
    let mut slug = String::new();
    for c in heading.chars() {
        let joined = slug.is_empty() || slug.ends_with('-');
        if c.is_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !joined {
            slug.push('-');
        }
        if slug.len() > MAX_HEADING {
            slug.pop();
            break;
        }
    }
    while slug.len() > MAX_HEADING || slug.ends_with('-') {
        slug.pop();
    }
    slug
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_paths_are_paths() {
        #[track_caller]
        fn check(path: &str, plain: bool) {
            assert_eq!(is_path(path), plain, "{path}");
        }
        check("p", true);
        check("#intro", true);
        check("#intro > ul:nth-of-type(2) > li:nth-of-type(12)", true);
        check("my-element > p:nth-of-type(1)", true);
        check("", false);
        check("p > ", false);
        check("p>p", false);
        check("p p", false);
        check("p > #intro", false);
        check("*", false);
        check("p:nth-of-type(0)", false);
        check("p:nth-of-type(+1)", false);
        check("p:nth-of-type(2n)", false);
        check("p:nth-of-type(1", false);
        check(":has(p)", false);
        check("p:has(p:nth-of-type(1))", false);
        check("a[href]", false);
        check("#1st", false);
        check(&"p > ".repeat(70), false);
    }

    #[test]
    fn headings_become_slugs() {
        #[track_caller]
        fn check(heading: &str, expected: &str) {
            assert_eq!(slug(heading), expected);
        }
        check("Getting started", "getting-started");
        check("  1. What, why & how?  ", "1-what-why-how");
        check("Über Straßen", "Über-straßen");
        check("中文 标题", "中文-标题");
        check("!!!", "");
        check(&"é".repeat(100), &"é".repeat(64));
        check(&"a ".repeat(100), &"a-".repeat(64)[..127]);
    }

    #[test]
    fn elements_keep_what_fits() {
        #[track_caller]
        fn check(id: &str, path: &str, heading: &str, expected: Option<[&str; 3]>) {
            let element = Element::new(id, path, heading);
            let parts = element.as_ref().map(|e| [&*e.id, &*e.path, &*e.heading]);
            assert_eq!(parts, expected);
        }
        check("a", "p", "B c", Some(["a", "p", "b-c"]));
        check("", "p:hover", "B", Some(["", "", "b"]));
        check(&"x".repeat(129), "p", "", Some(["", "p", ""]));
        check("", "", "", None);
        check("", "*", "--", None);
    }
}
