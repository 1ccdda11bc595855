//! Real relay servers for tests, on this machine only. What is not on `PATH` is
//! fetched once: programs as packages of Debian, unpacked under
//! `target/servers` without installing them.
//!
//! A server that can not be had makes the test fail.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test helper fails by panicking"
)]

mod kept;
mod server;

use std::ffi::OsString;
use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

pub use self::kept::Kept;
pub use self::server::{Server, output};

/// The packages of Python with a relay of Nostr.
pub const NOSTR: &[&str] = &["nostr-relay==1.14"];

/// How long a package may take until it is there.
const FETCHED_WITHIN: Duration = Duration::from_secs(600);

/// The folder of the workspace's `Cargo.toml`.
pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn folder() -> PathBuf {
    workspace().join("target/servers")
}

/// Waits until nobody else fetches anything, neither here nor in a test that runs
/// beside this one, for as long as the file is open.
fn fetching() -> File {
    fs::create_dir_all(folder()).unwrap();
    let file = File::create(folder().join("lock")).unwrap();
    file.lock().unwrap();
    file
}

/// A program of a package of Debian, ready to be given its arguments.
///
/// # Panics
/// When it is not on `PATH` and can not be fetched.
pub fn debian(package: &str, program: &str) -> Command {
    if let Some(path) = on_path(program) {
        return Command::new(path);
    }
    program_below(&unpacked(package), program)
}

/// The folder with everything in a package of Debian and in those that it needs
/// and this machine lacks.
///
/// # Panics
/// When it can not be fetched.
pub fn unpacked(package: &str) -> PathBuf {
    let root = folder().join(package);
    let _alone = fetching();
    if !root.exists() {
        unpack(package, &root);
    }
    root
}

/// A program of an unpacked package, ready to be given its arguments.
///
/// # Panics
/// When it is not there.
pub fn program_below(root: &Path, program: &str) -> Command {
    let found = ["usr/sbin", "usr/bin"].map(|it| root.join(it).join(program));
    let found = found.into_iter().find(|it| it.is_file());
    let mut command =
        Command::new(found.unwrap_or_else(|| panic!("{} has no {program}", root.display())));
    command.env("LD_LIBRARY_PATH", libraries(root));
    command
}

fn on_path(program: &str) -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> = std::env::split_paths(&std::env::var_os("PATH")?).collect();
    // Where Debian has servers, which is not on everybody's path.
    folders.push("/usr/sbin".into());
    let mut candidates = folders.into_iter().map(|it| it.join(program));
    candidates.find(|it| it.is_file())
}

/// Fetches a package and those that it needs and this machine lacks.
fn unpack(package: &str, root: &Path) {
    let simulate = ["install", "--simulate", "--no-install-recommends", package];
    let plan = apt_get(&simulate, Path::new("/")).or_else(|_| {
        apt_get(&["update"], Path::new("/"))?;
        apt_get(&simulate, Path::new("/"))
    });
    let plan = plan.unwrap_or_else(|why| panic!("the tests need {package} on PATH: {why}"));
    let lines = plan.lines().filter_map(|it| it.strip_prefix("Inst "));
    let names: Vec<&str> = lines.filter_map(|it| it.split(' ').next()).collect();
    let fresh = tempfile::tempdir_in(folder()).unwrap();
    let download = [&["download"], &names[..]].concat();
    apt_get(&download, fresh.path()).unwrap_or_else(|why| panic!("{package}: {why}"));
    let unpacked = fresh.path().join("unpacked");
    for entry in fs::read_dir(fresh.path()).unwrap() {
        let archive = entry.unwrap().path();
        if archive.extension().is_some_and(|it| it == "deb") {
            let status = Command::new("dpkg")
                .arg("-x")
                .arg(archive)
                .arg(&unpacked)
                .status();
            assert!(status.unwrap().success(), "{package} can not be unpacked");
        }
    }
    // Nobody sees a folder that is not complete.
    fs::rename(unpacked, root).unwrap();
}

fn apt_get(arguments: &[&str], within: &Path) -> Result<String, String> {
    let mut command = Command::new("apt-get");
    command
        .args(["--quiet", "--yes"])
        .args(arguments)
        .current_dir(within);
    let output = output(&mut command, FETCHED_WITHIN)
        .map_err(|why| format!("there is no apt-get to fetch it with ({why})"))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into()),
        false => Err(String::from_utf8_lossy(&output.stderr).into()),
    }
}

/// Every folder with libraries below `root`.
fn libraries(root: &Path) -> OsString {
    let places = ["lib", "usr/lib"].map(|it| root.join(it));
    let entries = places
        .iter()
        .filter_map(|it| fs::read_dir(it).ok())
        .flatten();
    let below = entries
        .map(|it| it.unwrap().path())
        .filter(|it| it.is_dir());
    let all: Vec<PathBuf> = below.chain(places.iter().cloned()).collect();
    std::env::join_paths(all).unwrap()
}

/// Python with these packages, in an environment of its own.
///
/// # Panics
/// When there is no Python, or the packages can not be fetched.
pub fn python(name: &str, packages: &[&str]) -> PathBuf {
    let root = folder().join(name);
    let _alone = fetching();
    let program = root.join("bin/python");
    // Written at the end, because such an environment can not be moved.
    let mark = root.join("complete");
    if fs::read_to_string(&mark).is_ok_and(|it| it == packages.join(" ")) {
        return program;
    }
    let run = |command: &mut Command| {
        let output = output(command, FETCHED_WITHIN).expect("the tests need Python 3.10 or newer");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{name} can not be fetched: {said}");
    };
    run(Command::new("python3")
        .args(["-m", "venv", "--clear"])
        .arg(&root));
    run(Command::new(&program)
        .args(["-m", "pip", "install", "--quiet"])
        .args(packages));
    fs::write(mark, packages.join(" ")).unwrap();
    program
}

/// Node with a program, ready to be given its arguments.
///
/// # Panics
/// When there is no such program.
pub fn node(program: &Path) -> Command {
    assert!(
        program.exists(),
        "run `npm ci` first: it brings {program:?}"
    );
    let mut command = Command::new("node");
    command.arg(program);
    command
}

/// A port that nothing listens on.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}
