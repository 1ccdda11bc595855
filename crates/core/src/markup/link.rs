//! Which addresses a link may have.

/// The longest address accepted, in bytes.
pub(crate) const MAX_HREF: usize = 2048;

/// Whether `href` may become the target of a link: an absolute `http:`,
/// `https:` or `mailto:` address without white space, control characters,
/// invisible characters, backslashes, quotes or angle brackets.
///
/// This is a list of what is allowed, checked on the very text that becomes
/// the attribute, so no decoding of percent signs, entities or line breaks can
/// turn an accepted address into another scheme. An address that carries a
/// user name before its host is refused because it is a way to dress one host
/// up as another.
pub(crate) fn is_allowed(href: &str) -> bool {
    if href.len() > MAX_HREF || href.chars().any(is_refused) {
        return false;
    }
    if let Some(address) = strip_scheme(href, "mailto:") {
        return address.contains('@');
    }
    let Some(rest) = strip_scheme(href, "https://").or_else(|| strip_scheme(href, "http://"))
    else {
        return false;
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    !authority.is_empty() && !authority.starts_with(':') && !authority.contains('@')
}

/// What follows `scheme` in `address`, compared without regard to case.
pub(super) fn strip_scheme<'a>(address: &'a str, scheme: &str) -> Option<&'a str> {
    let head = address.get(..scheme.len())?;
    head.eq_ignore_ascii_case(scheme)
        .then(|| address.get(scheme.len()..).unwrap_or_default())
}

fn is_refused(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\\' | '<' | '>' | '"' | '`')
        || is_invisible(c)
}

/// Characters that show nothing and so can hide a difference.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_listed_schemes_and_plain_characters_pass() {
        let check = |href: &str, expected: bool| assert_eq!(is_allowed(href), expected, "{href:?}");
        check("https://example.org", true);
        check("HTTPS://example.org/a?b=c#d", true);
        check("http://localhost:8080/x(y)", true);
        check("mailto:a@example.org", true);
        check("https://例え.jp/パス", true);
        check("https://example.org/?q=a@b", true);
        check("", false);
        check("https://", false);
        check("https:///x", false);
        check("https://:80", false);
        check("mailto:", false);
        check("javascript:alert(1)", false);
        check("java\nscript:alert(1)", false);
        check("java%73cript:alert(1)", false);
        check(" https://example.org", false);
        check("\u{1}https://example.org", false);
        check("https://example.org\\@evil.example", false);
        check("https://example.org@evil.example/", false);
        check("https://exa\u{200b}mple.org", false);
        check("https://exa\u{202e}mple.org", false);
        check("data:text/html,x", false);
        check("vbscript:x", false);
        check("//example.org", false);
        check("/relative", false);
        check("httpsx://example.org", false);
        check("https:example.org", false);
        check(
            &format!("https://example.org/{}", "a".repeat(MAX_HREF)),
            false,
        );
    }
}
