//! The configuration file: TOML, with the settings as its keys.

use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::{SettingError, Settings, find, unknown};

/// Sets what a file says.
pub(super) fn read(path: &Path, settings: &mut Settings) -> Result<(), SettingError> {
    let text = std::fs::read_to_string(path).map_err(|source| SettingError::File {
        path: path.to_owned(),
        source,
    })?;
    set_all(&text, &path.display().to_string(), settings)
}

fn set_all(text: &str, name: &str, settings: &mut Settings) -> Result<(), SettingError> {
    let place = |at: usize| {
        let before = text.as_bytes().iter().take(at);
        let line = 1 + before.filter(|byte| **byte == b'\n').count();
        format!("{name}, line {line}: ")
    };
    let table = DeTable::parse(text).map_err(|error| SettingError::Syntax {
        place: place(error.span().map_or(0, |span| span.start)),
        what: error.message().lines().collect::<Vec<_>>().join(", "),
    })?;
    // In the order of the file, so that the first mistake is told first.
    let mut lines: Vec<_> = table.get_ref().iter().collect();
    lines.sort_by_key(|(key, _)| key.span().start);
    for (key, value) in lines {
        let place = place(key.span().start);
        let key = key.get_ref().as_ref();
        let setting = find(key).ok_or_else(|| unknown(&place, key))?;
        let value = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Integer(number) => number.to_string().replace('_', ""),
            DeValue::Boolean(on) => on.to_string(),
            _ => {
                let what = format!("{key} has one value: text in quotes, a number, true or false");
                return Err(SettingError::Syntax { place, what });
            }
        };
        settings.set(setting, &value, &place)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Keep;

    #[test]
    fn a_file_sets_what_flags_set() {
        let mut settings = Settings::default();
        let text = "# a comment\nlisten = \"0.0.0.0:80\"\nlog = 'redb:/srv/postil'\n\
            behind-proxy = true\nmax-mailbox = \"1MiB\"\nmax-total = 1_000_000\n";
        set_all(text, "relay.toml", &mut settings).unwrap();
        assert_eq!(settings.config.listen, "0.0.0.0:80".parse().unwrap());
        assert_eq!(settings.config.log, Keep::Redb("/srv/postil".into()));
        assert!(settings.config.behind_proxy);
        assert_eq!(settings.config.limits.mailbox, 1 << 20);
        assert_eq!(settings.config.limits.total, 1_000_000);
    }

    #[test]
    fn mistakes_are_told_with_their_line() {
        fn check(text: &str, expected: &[&str]) {
            let mut settings = Settings::default();
            let said = set_all(text, "relay.toml", &mut settings).unwrap_err();
            let said = said.to_string();
            assert!(expected.iter().all(|it| said.contains(it)), "{said}");
            assert!(!said.contains('\n'), "{said}");
        }
        check(
            "\n\nlisen = \"x\"",
            &["relay.toml, line 3: ", "lisen", "listen, log"],
        );
        check("listen = \"here\"", &["line 1", "127.0.0.1:7171"]);
        check("max-record = -1", &["line 1", "number of bytes"]);
        check("site = \"a\"\nsite = \"b\"", &["line 2", "name = value"]);
        check("listen = 127.0.0.1:80", &["line 1", "name = value"]);
        check("listen", &["line 1"]);
        check("[server]\nlisten = \"x\"", &["line 1", "server"]);
        check("# ok\nlog = [\"memory\"]", &["line 2", "one value"]);
    }
}
