//! The words after a command's name.

use anyhow::{Context as _, Result, bail};

/// Splits arguments into plain words, flags and options with a value.
#[derive(Debug, Default)]
pub(crate) struct Options {
    words: Vec<String>,
    flags: Vec<String>,
    values: Vec<(String, String)>,
}

impl Options {
    /// Reads `arguments`; every flag and every option must be one of those named here.
    pub(crate) fn parse(arguments: &[String], flags: &[&str], options: &[&str]) -> Result<Options> {
        let mut parsed = Options::default();
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            let (name, inline) = match argument.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (argument.as_str(), None),
            };
            if flags.contains(&name) && inline.is_none() {
                parsed.flags.push(name.to_owned());
            } else if options.contains(&name) {
                let value = match inline {
                    Some(value) => value,
                    None => rest
                        .next()
                        .with_context(|| format!("{name} needs a value after it"))?
                        .clone(),
                };
                parsed.values.push((name.to_owned(), value));
            } else if argument.starts_with('-') {
                bail!("{argument} is not known here; see `cargo xtask help`");
            } else {
                parsed.words.push(argument.clone());
            }
        }
        Ok(parsed)
    }

    pub(crate) fn has(&self, flag: &str) -> bool {
        self.flags.iter().any(|it| it == flag)
    }

    pub(crate) fn value(&self, option: &str) -> Option<&str> {
        self.values
            .iter()
            .rev()
            .find(|(name, _)| name == option)
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn words(&self) -> &[String] {
        &self.words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options> {
        let arguments: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Options::parse(&arguments, &["--dev"], &["--port"])
    }

    #[test]
    fn reads_words_flags_and_values() {
        let options = parse("unit --dev --port 80 --port=81").unwrap();
        assert_eq!(options.words(), ["unit"]);
        assert!(options.has("--dev"));
        assert_eq!(options.value("--port"), Some("81"));
    }

    #[test]
    fn refuses_what_it_does_not_know() {
        assert!(parse("--prot 80").is_err());
        assert!(parse("--port").is_err());
        assert!(parse("--dev=yes").is_err());
    }
}
