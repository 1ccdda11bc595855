//! Writing JSON.

/// Writes JSON (RFC 8259) without spaces.
#[derive(Debug, Default)]
pub(crate) struct Json {
    pub(crate) out: String,
}

impl Json {
    pub(crate) fn raw(&mut self, raw: &str) {
        self.out.push_str(raw);
    }

    pub(crate) fn number(&mut self, number: u64) {
        self.raw(&number.to_string());
    }

    /// A string. Besides what JSON asks for, the two line separators that
    /// older JavaScript does not allow in strings are escaped.
    pub(crate) fn text(&mut self, text: &str) {
        self.out.push('"');
        for c in text.chars() {
            match c {
                '"' => self.raw("\\\""),
                '\\' => self.raw("\\\\"),
                '\n' => self.raw("\\n"),
                '\r' => self.raw("\\r"),
                '\t' => self.raw("\\t"),
                '\0'..='\u{1f}' | '\u{7f}' | '\u{2028}' | '\u{2029}' => {
                    self.raw("\\u");
                    for shift in [12, 8, 4, 0] {
                        let digit = (c as u32 >> shift) & 15;
                        self.out.extend(char::from_digit(digit, 16));
                    }
                }
                _ => self.out.push(c),
            }
        }
        self.out.push('"');
    }

    pub(crate) fn object(&mut self, fields: impl FnOnce(&mut Json)) {
        self.out.push('{');
        fields(self);
        self.out.push('}');
    }

    /// The name of a field, whose value follows.
    pub(crate) fn field(&mut self, name: &str) -> &mut Self {
        if !self.out.ends_with('{') {
            self.out.push(',');
        }
        self.text(name);
        self.out.push(':');
        self
    }

    pub(crate) fn list<T>(&mut self, items: &[T], mut item: impl FnMut(&mut Json, &T)) {
        self.out.push('[');
        for (position, each) in items.iter().enumerate() {
            if position > 0 {
                self.out.push(',');
            }
            item(self, each);
        }
        self.out.push(']');
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn quoted(text: &str) -> String {
        let mut json = Json::default();
        json.text(text);
        json.out
    }

    #[test]
    fn strings_are_escaped() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(quoted(text), expected);
        }
        check("", r#""""#);
        check("a \"b\" \\", r#""a \"b\" \\""#);
        check("\n\r\t\0\u{1f}\u{7f}", r#""\n\r\t\u0000\u001f\u007f""#);
        check("\u{2028}\u{2029}", r#""\u2028\u2029""#);
        check("é 😀 </script>", "\"é 😀 </script>\"");
    }

    proptest! {
        #[test]
        fn any_string_is_read_back(text in any::<String>()) {
            prop_assert_eq!(serde_json::from_str::<String>(&quoted(&text)).unwrap(), text);
        }
    }
}
