//! What strict pages forbid: HTML from text, inline styles, code from strings.

use super::{Complaint, File, names};

/// Also refused by Content Security Policy or Trusted Types, but only when it runs.
const IN_CODE: &[&str] = &[
    "from_html_unchecked",
    "set_inner_html",
    "set_outer_html",
    "insert_adjacent_html",
    "create_contextual_fragment",
    "innerHTML",
    "outerHTML",
    "insertAdjacentHTML",
    "createContextualFragment",
    "document.write",
    "document().write",
    "eval(",
    "new Function(",
    "style=",
    "<style",
];

const IN_PAGE: &[&str] = &[
    "style=",
    "<style",
    "<script>",
    "javascript:",
    "onclick=",
    "onload=",
    "onerror=",
];

pub(super) fn check(files: &[File]) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for file in files {
        let forbidden = match file.path.as_str() {
            "index.html" => IN_PAGE,
            _ if file.is_in(&["src/", "packages/"]) && file.has_ending(&["rs", "js"]) => IN_CODE,
            _ => continue,
        };
        for (number, line) in file.code() {
            for it in forbidden.iter().filter(|it| names(line, it)) {
                complaints.push(file.complain(
                    number,
                    format!("`{}` does not work on strict pages", it.trim()),
                ));
            }
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tests::complaints;

    #[test]
    fn finds_what_strict_pages_forbid() {
        let source = "html! { <p style=\"x\"/> }\nel.set_inner_html(x);\n// innerHTML\nlet style = retrieval(x);\n";
        assert_eq!(complaints(check, "src/view/thread.rs", source), [1, 2]);
        assert_eq!(
            complaints(
                check,
                "packages/element/element.js",
                "a.innerHTML = b;\neval(c);\n"
            ),
            [1, 2]
        );
        assert_eq!(
            complaints(
                check,
                "index.html",
                "<p style=\"x\">\n<script>\n<script src=\"a\">\n"
            ),
            [1, 2]
        );
    }
}
