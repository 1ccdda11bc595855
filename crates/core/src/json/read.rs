//! Reading JSON (RFC 8259) from strangers: bounded in size and depth, without
//! floating-point numbers.

/// The most bytes of a text that is read.
pub(crate) const MAX_LEN: usize = 64 * 1024;
/// Lists and objects are nested no deeper than this.
const MAX_DEPTH: u32 = 16;

/// Stands for half a character.
pub(crate) const UNKNOWN: char = char::REPLACEMENT_CHARACTER;

/// A JSON value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// `null`, `true` or `false`.
    Word(&'static str),
    /// A number, as it is written.
    Number(Box<str>),
    /// A string.
    Text(String),
    /// A list.
    List(Vec<Value>),
    /// An object, in the order in which it is written.
    Object(Vec<(String, Value)>),
}

impl Value {
    /// Reads a text that is all of one value. `None` when it is not, or is over
    /// a limit.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::parse_within(text, MAX_LEN, MAX_LEN)
    }

    /// Reads a text of at most so many bytes with at most so many values.
    pub(crate) fn parse_within(text: &str, bytes: usize, values: usize) -> Option<Self> {
        let rest = text.trim();
        let mut reader = Reader { rest, values };
        let small = Some(text).filter(|text| text.len() <= bytes);
        let value = small.and_then(|_| reader.value(0))?;
        reader.rest.is_empty().then_some(value)
    }

    /// A field of an object; the first of several with this name.
    pub(crate) fn field(&self, name: &str) -> Option<&Value> {
        match self {
            Value::Object(fields) => fields.iter().find(|(key, _)| key == name).map(|(_, v)| v),
            _ => None,
        }
    }

    /// A field that is a string.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        match self.field(name)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The strings of a field that is one or a list of them.
    pub(crate) fn texts(&self, name: &str) -> impl Iterator<Item = &str> {
        let items = self.field(name).map_or(&[][..], Value::items);
        items.iter().filter_map(|item| match item {
            Value::Text(text) => Some(&**text),
            _ => None,
        })
    }

    /// A field that is a number, in thousandths, rounded down.
    pub(crate) fn thousandths(&self, name: &str) -> Option<u64> {
        match self.field(name)? {
            Value::Number(number) => thousandths(number),
            _ => None,
        }
    }

    /// A field that is a whole number up to `u32::MAX`.
    pub(crate) fn number(&self, name: &str) -> Option<u32> {
        match self.field(name)? {
            Value::Number(number) => number.parse().ok(),
            _ => None,
        }
    }

    /// A field that is a time in milliseconds.
    pub(crate) fn millis(&self, name: &str) -> Option<u64> {
        match self.field(name)? {
            Value::Number(number) => number.parse().ok(),
            _ => None,
        }
    }

    /// The values of a list; one value stands for a list of itself.
    pub(crate) fn items(&self) -> &[Value] {
        match self {
            Value::List(items) => items,
            value => std::slice::from_ref(value),
        }
    }
}

/// A decimal number in thousandths, rounded down. `None` for what is negative,
/// too large, or in another notation.
pub(crate) fn thousandths(number: &str) -> Option<u64> {
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let sound = digits(whole) && digits(part) && whole.len() <= 12 && whole.len() + part.len() > 0;
    let mut sum: u64 = 0;
    for digit in whole
        .chars()
        .chain(part.chars().chain("000".chars()).take(3))
    {
        sum = sum * 10 + u64::from(digit.to_digit(10)?);
    }
    sound.then_some(sum)
}

struct Reader<'a> {
    rest: &'a str,
    /// How many more values there may be.
    values: usize,
}

impl Reader<'_> {
    fn eat(&mut self, token: &str) -> bool {
        let rest = self.rest.strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\n', '\r', '\t']);
    }

    fn value(&mut self, depth: u32) -> Option<Value> {
        if depth > MAX_DEPTH {
            return None;
        }
        self.values = self.values.checked_sub(1)?;
        self.space();
        if self.eat("{") {
            let mut fields = Vec::new();
            self.items("}", |reader| {
                reader.space();
                let name = reader.eat("\"").then(|| reader.string()).flatten()?;
                reader.space();
                let value = reader.eat(":").then(|| reader.value(depth + 1)).flatten()?;
                fields.push((name, value));
                Some(())
            })?;
            return Some(Value::Object(fields));
        }
        if self.eat("[") {
            let mut items = Vec::new();
            self.items("]", |reader| {
                items.push(reader.value(depth + 1)?);
                Some(())
            })?;
            return Some(Value::List(items));
        }
        if self.eat("\"") {
            return self.string().map(Value::Text);
        }
        for word in ["null", "true", "false"] {
            if self.eat(word) {
                return Some(Value::Word(word));
            }
        }
        let in_number = |c: char| matches!(c, '0'..='9' | '-' | '+' | '.' | 'e' | 'E');
        let len = self.rest.find(|c| !in_number(c)).unwrap_or(self.rest.len());
        let (number, rest) = self.rest.split_at_checked(len)?;
        self.rest = rest;
        let sound = number
            .trim_start_matches('-')
            .starts_with(|c: char| c.is_ascii_digit());
        sound.then(|| Value::Number(number.into()))
    }

    /// What stands between commas, up to the end of a list or object.
    fn items(&mut self, end: &str, mut item: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.space();
        if self.eat(end) {
            return Some(());
        }
        loop {
            item(self)?;
            self.space();
            if self.eat(end) {
                return Some(());
            }
            if !self.eat(",") {
                return None;
            }
        }
    }

    /// The rest of a string.
    fn string(&mut self) -> Option<String> {
        let mut out = String::new();
        loop {
            let mut chars = self.rest.chars();
            let c = chars.next()?;
            let escape = (c == '\\').then(|| chars.next());
            self.rest = chars.as_str();
            out.push(match escape {
                None if c == '"' => return Some(out),
                None if c < ' ' => return None,
                None => c,
                Some(escape) => match escape? {
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    'b' => '\u{8}',
                    'f' => '\u{c}',
                    'u' => self.code_point()?,
                    c @ ('"' | '\\' | '/') => c,
                    _ => return None,
                },
            });
        }
    }

    fn code_unit(&mut self) -> Option<u16> {
        let (digits, rest) = self.rest.split_at_checked(4)?;
        self.rest = rest;
        let sound = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        u16::from_str_radix(digits, 16).ok().filter(|_| sound)
    }

    /// One character of one or two `\u` escapes. Half a pair stands for a
    /// character that is not known: others cut quotes in the middle of one.
    fn code_point(&mut self) -> Option<char> {
        let first = self.code_unit()?;
        if !(0xd800..0xdc00).contains(&first) {
            return Some(char::from_u32(first.into()).unwrap_or(UNKNOWN));
        }
        let rest = self.rest;
        if self.eat("\\u") {
            let second = self.code_unit()?;
            if let Some(Ok(pair)) = char::decode_utf16([first, second]).next() {
                return Some(pair);
            }
            self.rest = rest;
        }
        Some(UNKNOWN)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::write::Json;
    use super::*;

    #[test]
    fn sound_json_is_read_as_serde_reads_it() {
        fn same(value: &Value, other: &serde_json::Value) -> bool {
            match (value, other) {
                (Value::Word("null"), other) => other.is_null(),
                (Value::Word(word), other) => other.as_bool() == Some(*word == "true"),
                (Value::Number(number), serde_json::Value::Number(other)) => {
                    number.parse::<f64>().ok() == other.as_f64()
                }
                (Value::Text(text), serde_json::Value::String(other)) => text == other,
                (Value::List(items), serde_json::Value::Array(others)) => {
                    items.len() == others.len() && items.iter().zip(others).all(|(a, b)| same(a, b))
                }
                (Value::Object(fields), serde_json::Value::Object(others)) => {
                    fields.len() == others.len()
                        && fields.iter().all(|(name, a)| same(a, &others[name]))
                }
                _ => false,
            }
        }
        #[track_caller]
        fn check(json: &str) {
            let expected = serde_json::from_str(json).unwrap();
            assert!(same(&Value::parse(json).unwrap(), &expected), "{json}");
        }
        check("null");
        check(" [true, false , null]\n");
        check(r#"{"a":{"b":[1,-2,3.5e2]},"c":"x","d":{},"e":[]}"#);
        check(r#""\"\\\/\b\f\n\r\té😀 é \ud83d\ude00""#);
    }

    #[test]
    fn what_is_not_json_is_refused() {
        #[track_caller]
        fn check(json: &str) {
            assert_eq!(Value::parse(json), None, "{json:.60}");
        }
        check("");
        check("nul");
        check("[1,]");
        check("[1 2]");
        check("{\"a\" 1}");
        check("{a:1}");
        check("{\"a\":1} x");
        check("\"open");
        check("\"line\nbreak\"");
        check(r#""\x""#);
        check(r#""\u+123""#);
        check("+1");
        check(&"[".repeat(100_000));
        check(&format!("{}1{}", "[".repeat(20), "]".repeat(20)));
        check(&format!("\"{}\"", "x".repeat(MAX_LEN)));
    }

    #[test]
    fn halves_of_characters_are_unknown_ones() {
        #[track_caller]
        fn check(json: &str, expected: &str) {
            assert_eq!(Value::parse(json), Some(Value::Text(expected.into())));
        }
        check(r#""\ud83d""#, "\u{fffd}");
        check(r#""\ud83dA""#, "\u{fffd}A");
        check(r#""\ude00x""#, "\u{fffd}x");
        check(r#""\ud83d\ud83d\ude00""#, "\u{fffd}😀");
        check(r#""\ud83d\u0041""#, "\u{fffd}A");
    }

    #[test]
    fn numbers_become_thousandths() {
        fn check(number: &str, expected: Option<u64>) {
            assert_eq!(thousandths(number), expected, "{number}");
        }
        check("0", Some(0));
        check("12.5", Some(12_500));
        check("1.2345", Some(1_234));
        check(".5", Some(500));
        check("7.", Some(7_000));
        check("", None);
        check(".", None);
        check("-1", None);
        check("1e3", None);
        check("1234567890123", None);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(text in any::<String>()) {
            let mut json = Json::default();
            json.text(&text);
            prop_assert_eq!(Value::parse(&json.out), Some(Value::Text(text)));
        }

        #[test]
        fn anything_is_survived(text in "[\\[\\]{}\",:\\\\u0-9a-e.\n ]{0,80}") {
            let _ = Value::parse(&text);
        }
    }
}
