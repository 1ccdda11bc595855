//! `postil-relay`: the relay server as a program.

use std::process::ExitCode;

use postil_relay_server::{Settings, run};

const HELP: &str = "\
postil-relay: durable mailboxes of opaque records over HTTP

Usage: postil-relay [SETTINGS]

Settings, as flags or as lines of the file that --config names:

";

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    match arguments.first().and_then(|it| it.to_str()) {
        Some("--help" | "-h" | "help") => {
            print!("{HELP}{}", Settings::help());
            ExitCode::SUCCESS
        }
        Some("--version") => {
            println!("postil-relay {}", env!("CARGO_PKG_VERSION"));
            ExitCode::SUCCESS
        }
        _ => match Settings::read(arguments) {
            Ok(settings) => serve(settings),
            Err(error) => {
                eprintln!("postil-relay: {error}. See postil-relay --help");
                ExitCode::from(2)
            }
        },
    }
}

fn serve(settings: Settings) -> ExitCode {
    settings.messages.write();
    let started = |address| println!("postil-relay listens on http://{address}");
    match run(settings.config, started) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("postil-relay: {error}");
            ExitCode::FAILURE
        }
    }
}
