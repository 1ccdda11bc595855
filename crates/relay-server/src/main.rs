//! `postil-relay`: the relay server as a program.

use std::path::PathBuf;
use std::process::ExitCode;

use lexopt::{Arg, Parser, ValueExt};
use postil_relay_server::{Config, run};

const HELP: &str = "\
postil-relay: durable mailboxes of opaque records over HTTP

Usage: postil-relay [--data DIR] [OPTIONS]

  --data DIR               where to keep the data        [postil-relay-data]
  --memory                 keep everything in memory instead
  --listen ADDRESS:PORT    where to listen               [127.0.0.1:7171]
  --site DIR               serve a static site as well
  --behind-proxy           take clients' addresses from X-Forwarded-For
  --max-record BYTES       the largest record            [262144]
  --max-mailbox BYTES      the most in one mailbox       [67108864]
  --max-total BYTES        the most in all mailboxes     [17179869184]
  --max-connections N      connections at a time         [4096]
  --requests-per-second N  from one address; 0: no limit [200]
  --help, --version
";

fn main() -> ExitCode {
    let config = match arguments() {
        Ok(Some(config)) => config,
        Ok(None) => return ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("postil-relay: {error}. See postil-relay --help");
            return ExitCode::from(2);
        }
    };
    let started = |address| println!("postil-relay listens on http://{address}");
    match run(config, started) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("postil-relay: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The configuration; `None` if something was printed instead.
fn arguments() -> Result<Option<Config>, lexopt::Error> {
    let listen = std::net::SocketAddr::from(([127, 0, 0, 1], 7171));
    let mut config = Config::new(listen, PathBuf::from("postil-relay-data"));
    let limits = &mut config.limits;
    let mut parser = Parser::from_env();
    while let Some(argument) = parser.next()? {
        let Arg::Long(name) = argument else {
            return Err(argument.unexpected());
        };
        match name {
            "data" => config.data = Some(parser.value()?.into()),
            "memory" => config.data = None,
            "listen" => config.listen = parser.value()?.parse()?,
            "site" => config.site = Some(parser.value()?.into()),
            "behind-proxy" => config.behind_proxy = true,
            "max-record" => limits.record = parser.value()?.parse()?,
            "max-mailbox" => limits.mailbox = parser.value()?.parse()?,
            "max-total" => limits.total = parser.value()?.parse()?,
            "max-connections" => limits.connections = parser.value()?.parse()?,
            "requests-per-second" => limits.requests_per_second = parser.value()?.parse()?,
            "help" => {
                print!("{HELP}");
                return Ok(None);
            }
            "version" => {
                println!("postil-relay {}", env!("CARGO_PKG_VERSION"));
                return Ok(None);
            }
            _ => return Err(argument.unexpected()),
        }
    }
    Ok(Some(config))
}
