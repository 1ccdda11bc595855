//! What can be set, by a flag or by a line of the configuration file: one name
//! and one meaning for both.

mod file;

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use thiserror::Error;

use crate::config::{Config, Keep};
use crate::log::nats::connect::NoServers;
use crate::messages::{Format, Messages};
use crate::tokens::Tokens;

/// Everything that a program that runs a server is told.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The server.
    pub config: Config,
    /// What is written to standard error.
    pub messages: Messages,
}

impl Default for Settings {
    fn default() -> Self {
        let listen = SocketAddr::from(([127, 0, 0, 1], 7171));
        Settings {
            config: Config::new(listen, "postil-relay-data".into()),
            messages: Messages::default(),
        }
    }
}

/// Why something can not be set. Says where it stands and what would be right.
#[derive(Debug, Error)]
pub enum SettingError {
    /// There is no such setting.
    #[error("{place}there is no setting {name}. The settings are: {known}")]
    Unknown {
        /// Where it stands; empty for a flag.
        place: String,
        /// What it was called.
        name: String,
        /// Those that there are.
        known: String,
    },
    /// The value makes no sense.
    #[error("{place}{name} can not be {value:?}: {why}")]
    Value {
        /// Where it stands; empty for a flag.
        place: String,
        /// The setting.
        name: &'static str,
        /// The value.
        value: String,
        /// What would be right.
        why: String,
    },
    /// A flag has no value after it.
    #[error("--{0} needs a value after it")]
    NoValue(&'static str),
    /// The file can not be read.
    #[error("the configuration {path} can not be read: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is not TOML.
    #[error("{place}{what}. Each line is: name = value, with text in quotes")]
    Syntax {
        /// The file and the line.
        place: String,
        /// What is wrong.
        what: String,
    },
}

/// One thing that can be set.
struct Setting {
    name: &'static str,
    /// What the value looks like; empty for one that is on or off.
    value: &'static str,
    help: &'static str,
    set: fn(&mut Settings, &str) -> Result<(), String>,
}

const SETTINGS: &[Setting] = &[
    Setting {
        name: "listen",
        value: "ADDRESS:PORT",
        help: "where to listen [127.0.0.1:7171]",
        set: |it, value| put(&mut it.config.listen, parsed(value, "127.0.0.1:7171")),
    },
    Setting {
        name: "log",
        value: "WHERE",
        help: "where to keep records: redb:FOLDER, nats:URL or memory [redb:postil-relay-data]",
        set: |it, value| put(&mut it.config.log, keep(value)),
    },
    Setting {
        name: "data",
        value: "FOLDER",
        help: "short for --log redb:FOLDER",
        set: |it, value| put(&mut it.config.log, Ok(Keep::Redb(value.into()))),
    },
    Setting {
        name: "copies",
        value: "N",
        help: "NATS servers that are to have a copy of each record [3]",
        set: |it, value| put(&mut it.config.copies, parsed(value, "a number from 1 to 5")),
    },
    Setting {
        name: "keep-covered",
        value: "DAYS",
        help: "how long to keep records that clients have joined into others, or forever [30]",
        set: |it, value| put(&mut it.config.keep_covered, days(value)),
    },
    Setting {
        name: "site",
        value: "FOLDER",
        help: "serve a static site as well",
        set: |it, value| put(&mut it.config.site, Ok(Some(value.into()))),
    },
    Setting {
        name: "behind-proxy",
        value: "",
        help: "take clients' addresses from X-Forwarded-For",
        set: |it, value| put(&mut it.config.behind_proxy, parsed(value, "true or false")),
    },
    Setting {
        name: "write-tokens",
        value: "FILE",
        help: "only who knows a token may append; one on each line",
        set: |it, value| {
            let tokens = Tokens::read(value.as_ref()).map_err(|error| error.to_string());
            put(&mut it.config.write_tokens, tokens.map(Some))
        },
    },
    Setting {
        name: "metrics",
        value: "ADDRESS:PORT",
        help: "where to answer /metrics, for Prometheus [nowhere]",
        set: |it, value| {
            put(
                &mut it.config.metrics,
                parsed(value, "127.0.0.1:9171").map(Some),
            )
        },
    },
    Setting {
        name: "messages",
        value: "FORMAT",
        help: "how to write messages: text or json [text]",
        set: |it, value| put(&mut it.messages.format, format(value)),
    },
    Setting {
        name: "level",
        value: "LEVEL",
        help: "which messages: error, warn, info or debug [info]",
        set: |it, value| {
            put(
                &mut it.messages.level,
                parsed(value, "error, warn, info or debug"),
            )
        },
    },
    Setting {
        name: "max-record",
        value: "BYTES",
        help: "the largest record [256KiB]",
        set: |it, value| put(&mut it.config.limits.record, size(value)),
    },
    Setting {
        name: "max-mailbox",
        value: "BYTES",
        help: "the most in one mailbox [64MiB]",
        set: |it, value| put(&mut it.config.limits.mailbox, size(value)),
    },
    Setting {
        name: "max-total",
        value: "BYTES",
        help: "the most in all mailboxes [16GiB]",
        set: |it, value| put(&mut it.config.limits.total, size(value)),
    },
    Setting {
        name: "max-connections",
        value: "N",
        help: "connections at a time [4096]",
        set: |it, value| put(&mut it.config.limits.connections, parsed(value, "a number")),
    },
    Setting {
        name: "requests-per-second",
        value: "N",
        help: "from one address; 0: no limit [200]",
        set: |it, value| {
            put(
                &mut it.config.limits.requests_per_second,
                parsed(value, "a number"),
            )
        },
    },
];

impl Settings {
    /// Reads flags, and the file that `--config` names. A flag counts whatever
    /// the file says.
    ///
    /// # Errors
    /// When something is unknown or makes no sense.
    pub fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, SettingError> {
        let mut settings = Settings::default();
        let mut flags = Vec::new();
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            let argument = argument.to_string_lossy().into_owned();
            let (name, given) = match argument.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (argument.as_str(), None),
            };
            let mut next = || arguments.next().map(|it| it.to_string_lossy().into_owned());
            if name == "--config" {
                let path = given.or_else(next).ok_or(SettingError::NoValue("config"))?;
                file::read(path.as_ref(), &mut settings)?;
                continue;
            }
            let setting = name.strip_prefix("--").and_then(find);
            let setting = setting.ok_or_else(|| unknown("", name))?;
            let value = match (given, setting.value) {
                (Some(value), _) => value,
                (None, "") => "true".to_owned(),
                (None, _) => next().ok_or(SettingError::NoValue(setting.name))?,
            };
            flags.push((setting, value));
        }
        for (setting, value) in flags {
            settings.set(setting, &value, "")?;
        }
        Ok(settings)
    }

    fn set(&mut self, setting: &Setting, value: &str, place: &str) -> Result<(), SettingError> {
        (setting.set)(self, value).map_err(|why| SettingError::Value {
            place: place.to_owned(),
            name: setting.name,
            // An address may hold a password.
            value: value.rsplit('@').next().unwrap_or_default().to_owned(),
            why,
        })
    }

    /// What there is to set, a line each.
    pub fn help() -> String {
        let mut text =
            String::from("  --config FILE              a file with these settings, in TOML\n");
        for setting in SETTINGS {
            let flag = format!("--{} {}", setting.name, setting.value);
            text.push_str(&format!("  {flag:<26} {}\n", setting.help));
        }
        text
    }
}

fn find(name: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.name == name)
}

fn unknown(place: &str, name: &str) -> SettingError {
    let names: Vec<&str> = SETTINGS.iter().map(|setting| setting.name).collect();
    SettingError::Unknown {
        place: place.to_owned(),
        name: name.to_owned(),
        known: names.join(", "),
    }
}

fn put<T>(to: &mut T, value: Result<T, String>) -> Result<(), String> {
    *to = value?;
    Ok(())
}

fn parsed<T: FromStr>(value: &str, example: &str) -> Result<T, String> {
    value.parse().map_err(|_| format!("it should be {example}"))
}

fn keep(value: &str) -> Result<Keep, String> {
    match value.split_once(':') {
        None if value == "memory" => Ok(Keep::Memory),
        Some(("redb", folder)) if !folder.is_empty() => Ok(Keep::Redb(folder.into())),
        Some(("nats", servers)) => {
            // Both nats://host and nats:tls://host.
            let whole = if servers.starts_with("//") {
                value
            } else {
                servers
            };
            whole
                .parse()
                .map(Keep::Nats)
                .map_err(|it: NoServers| it.to_string())
        }
        _ => Err("it should be redb:FOLDER, nats://HOST or memory".into()),
    }
}

fn days(value: &str) -> Result<Option<Duration>, String> {
    let days = match value {
        "forever" => return Ok(None),
        _ => parsed::<u32>(value, "a number of days, or forever")?,
    };
    Ok(Some(Duration::from_secs(u64::from(days) * 86_400)))
}

fn format(value: &str) -> Result<Format, String> {
    match value {
        "text" => Ok(Format::Text),
        "json" => Ok(Format::Json),
        _ => Err("it should be text or json".into()),
    }
}

/// A number of bytes, with or without `KiB`, `MiB`, `GiB` or `TiB`.
fn size<T: TryFrom<u64>>(value: &str) -> Result<T, String> {
    let units = [("KiB", 10), ("MiB", 20), ("GiB", 30), ("TiB", 40)];
    let unit = units.iter().find_map(|(name, shift)| {
        let number = value.strip_suffix(name)?;
        Some((number.trim_end(), *shift))
    });
    let (number, shift) = unit.unwrap_or((value, 0));
    let bytes: Option<u64> = number.parse().ok();
    bytes
        .and_then(|n| n.checked_mul(1 << shift))
        .and_then(|n| T::try_from(n).ok())
        .ok_or_else(|| "it should be a number of bytes, such as 65536 or 64MiB".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> Result<Settings, SettingError> {
        Settings::read(words.iter().map(OsString::from))
    }

    #[test]
    fn flags_are_read() {
        let all = read(&["--listen", "[::1]:80", "--log=memory", "--behind-proxy"]).unwrap();
        assert_eq!(all.config.listen, "[::1]:80".parse().unwrap());
        assert_eq!(all.config.log, Keep::Memory);
        assert!(all.config.behind_proxy);
        for log in ["nats://a,b:4222", "nats:tls://u:p@h", "nats:a"] {
            let all = read(&["--log", log]).unwrap();
            assert!(matches!(all.config.log, Keep::Nats(_)), "{log}");
        }
        let kept = |value| {
            read(&["--keep-covered", value])
                .unwrap()
                .config
                .keep_covered
        };
        assert_eq!(kept("forever"), None);
        assert_eq!(kept("2"), Some(Duration::from_secs(172_800)));
        fn check(words: &[&str], expected: &str) {
            let said = read(words).unwrap_err().to_string();
            assert!(said.contains(expected), "{words:?}: {said}");
        }
        check(&["--lisen", "x"], "there is no setting --lisen");
        check(&["listen"], "there is no setting listen");
        check(&["--listen"], "--listen needs a value");
        check(&["--listen", "80"], "it should be 127.0.0.1:7171");
        check(&["--log", "redb:"], "redb:FOLDER");
        check(&["--log", "nats:"], "nats://host:4222");
        check(
            &["--log", "nats://u:p@h,http://u:sesame@x"],
            "can not be \"x\"",
        );
        check(&["--messages", "xml"], "text or json");
        check(
            &["--keep-covered", "a week"],
            "a number of days, or forever",
        );
        check(&["--config", "/nowhere/x"], "/nowhere/x can not be read");
        check(
            &["--write-tokens", "/nowhere/x"],
            "/nowhere/x can not be read",
        );
    }

    #[test]
    fn sizes() {
        fn check(value: &str, expected: Option<u64>) {
            assert_eq!(size::<u64>(value).ok(), expected, "{value}");
        }
        check("0", Some(0));
        check("65536", Some(65_536));
        check("64KiB", Some(65_536));
        check("3 MiB", Some(3 << 20));
        check("2GiB", Some(2 << 30));
        check("1TiB", Some(1 << 40));
        check("99999999TiB", None);
        check("64K", None);
        check("-1", None);
        check("", None);
        assert!(size::<u8>("1KiB").is_err());
    }

    #[test]
    fn every_setting_is_helped_with() {
        let help = Settings::help();
        for setting in SETTINGS {
            assert!(
                help.contains(&format!("--{} ", setting.name)),
                "{}",
                setting.name
            );
            assert!(setting.help.is_ascii() && setting.help.len() < 80);
        }
    }
}
