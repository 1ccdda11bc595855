//! `postil-relay`: the relay server as a program.

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use postil_relay_server::{Keep, Settings, backup, check, run};

const HELP: &str = "\
postil-relay: durable mailboxes of opaque records over HTTP

Usage: postil-relay [SETTINGS]                runs a relay
       postil-relay backup FILE [SETTINGS]    copies the data, also of one that runs
       postil-relay check FILE                checks a data file that no relay has open

Settings, as flags or as lines of the file that --config names:

";

/// Something is wrong with what was asked for.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let words: Vec<Option<&str>> = arguments.iter().map(|it| it.to_str()).collect();
    match words.as_slice() {
        [Some("--help" | "-h" | "help"), ..] => {
            print!("{HELP}{}", Settings::help());
            ExitCode::SUCCESS
        }
        [Some("--version")] => {
            println!("postil-relay {}", env!("CARGO_PKG_VERSION"));
            ExitCode::SUCCESS
        }
        [Some("check"), Some(file)] => look(file.as_ref()),
        [Some("check"), ..] => usage("check needs the name of one data file"),
        [Some("backup"), Some(file), ..] if !file.starts_with('-') => {
            match Settings::read(arguments.iter().skip(2).cloned()) {
                Ok(settings) => save(&settings, file.as_ref()),
                Err(error) => usage(&error.to_string()),
            }
        }
        [Some("backup"), ..] => usage("backup needs the name of a new file"),
        _ => match Settings::read(arguments) {
            Ok(settings) => serve(settings),
            Err(error) => usage(&error.to_string()),
        },
    }
}

fn usage(what: &str) -> ExitCode {
    eprintln!("postil-relay: {what}. See postil-relay --help");
    ExitCode::from(USAGE)
}

fn failure(error: &dyn std::error::Error) -> ExitCode {
    eprintln!("postil-relay: {error}");
    ExitCode::FAILURE
}

fn serve(settings: Settings) -> ExitCode {
    settings.messages.write();
    let started = |address| println!("postil-relay listens on http://{address}");
    match run(settings.config, started) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failure(&error),
    }
}

fn save(settings: &Settings, to: &Path) -> ExitCode {
    let Keep::Redb(folder) = &settings.config.log else {
        return usage("only a log in a data file is backed up this way");
    };
    match backup(folder, to) {
        Ok(what) => {
            println!("{}: {what}", to.display());
            ExitCode::SUCCESS
        }
        Err(error) => failure(&error),
    }
}

/// 0: all is well; 1: something is damaged, or the file can not be opened.
fn look(file: &Path) -> ExitCode {
    let report = match check(file) {
        Ok(report) => report,
        Err(error) => return failure(&error),
    };
    println!("{}: {}", file.display(), report.held());
    for what in &report.damage {
        println!("{what}");
    }
    if report.more > 0 {
        println!("There is more damage of this kind: {} times.", report.more);
    }
    if report.damage.is_empty() {
        println!("Nothing is damaged.");
        return ExitCode::SUCCESS;
    }
    println!(
        "Move the file away, put a backup in its place or start empty, and keep it until \
         everybody's devices have been online: they publish again what they hold."
    );
    ExitCode::FAILURE
}
