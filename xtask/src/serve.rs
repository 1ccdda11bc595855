//! `cargo xtask serve`: everything built, and the relay server with the site in front of it.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::dist::{self, site};
use crate::options::Options;
use crate::step::Steps;
use crate::wasm::Profile;
use crate::{process, workspace};

const PORT: u16 = 7171;

pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let options = Options::parse(arguments, &["--dev"], &["--port", "--data"])?;
    let profile = if options.has("--dev") {
        Profile::Dev
    } else {
        Profile::Shipping
    };
    let port = match options.value("--port") {
        Some(port) => port
            .parse()
            .with_context(|| format!("`{port}` is not a port number"))?,
        None => PORT,
    };
    let data = options
        .value("--data")
        .map_or_else(|| workspace::root().join("data"), PathBuf::from);
    // Asked before the build, so that nobody waits a minute to read this.
    if TcpListener::bind(("127.0.0.1", port)).is_err() {
        bail!("port {port} of this machine is in use; choose another one with `--port`");
    }

    let site = workspace::root().join("dist/serve");
    let mut steps = Steps::new(dist::STEPS + 1);
    dist::build(
        &mut steps,
        profile,
        &profile.folder().join("package"),
        &site,
        site::Relay::SameOrigin,
    )?;
    let server = steps.run(
        "Build the relay server",
        "read the compiler's message above",
        build_server,
    )?;
    println!("\nOpen http://127.0.0.1:{port}/ in a browser; Ctrl+C stops the server.");
    become_program(
        process::command(server)
            .arg("--listen")
            .arg(format!("127.0.0.1:{port}"))
            .arg("--data")
            .arg(data)
            .arg("--site")
            .arg(site),
    )
}

/// Builds the relay server's program and returns its path.
pub(crate) fn build_server() -> Result<(PathBuf, String)> {
    process::run(process::cargo().args(["build", "--package", "postil-relay-server"]))?;
    let name = format!("postil-relay{}", std::env::consts::EXE_SUFFIX);
    Ok((workspace::target().join("debug").join(name), String::new()))
}

/// Turns this process into the server, so that stopping it stops the server.
#[cfg(unix)]
fn become_program(command: &mut Command) -> Result<()> {
    use std::os::unix::process::CommandExt as _;
    Err(command.exec()).with_context(|| format!("cannot start {}", process::shown(command)))
}

#[cfg(not(unix))]
fn become_program(command: &mut Command) -> Result<()> {
    process::run(command)
}
