//! Programs that make the result better or that the tests need, and where they come from.

use std::fs;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use sha2::{Digest as _, Sha256};

use crate::step::Steps;
use crate::{process, workspace};

/// The target of the browser half.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// The WebAssembly optimiser, if `npm ci` has brought it and there is a Node to run it.
pub(crate) fn wasm_opt() -> Option<PathBuf> {
    node_program("wasm-opt")
}

/// The JavaScript minifier, if `npm ci` has brought it.
pub(crate) fn esbuild() -> Option<PathBuf> {
    node_program("esbuild")
}

fn node_program(name: &str) -> Option<PathBuf> {
    process::find("node")?;
    let path = workspace::root().join("node_modules/.bin").join(name);
    path.exists().then_some(path)
}

/// SHA-256 as lower-case hexadecimal digits.
pub(crate) fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Adds the standard library for wasm if it is missing. Returns whether it had to.
pub(crate) fn wasm_target() -> Result<bool> {
    let folder = process::output(process::command("rustc").args([
        "--print",
        "target-libdir",
        "--target",
        WASM,
    ]))?;
    let there = fs::read_dir(folder.trim()).is_ok_and(|entries| {
        entries.flatten().any(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            name.starts_with("libstd-") && name.ends_with(".rlib")
        })
    });
    if !there {
        process::run(process::command("rustup").args(["target", "add", WASM])).context(
            "the Rust standard library for wasm32-unknown-unknown is missing and rustup could not add it; \
             without rustup, install your system's package of it",
        )?;
    }
    Ok(!there)
}

/// Adds a part of the Rust toolchain (`clippy`, `rustfmt`) if it is missing.
pub(crate) fn rust_component(name: &str) -> Result<()> {
    let program = if name == "clippy" {
        "cargo-clippy"
    } else {
        name
    };
    if process::output(process::command(program).arg("--version")).is_ok() {
        return Ok(());
    }
    process::run(process::command("rustup").args(["component", "add", name]))
        .with_context(|| format!("{name} is missing and rustup could not add it"))
}

/// Node, for the tests of what is written in JavaScript.
pub(crate) fn node() -> Result<PathBuf> {
    process::find("node")
        .context("the tests need Node 20 or newer; install it from your system's packages")
}

/// How many files of tests run side by side at most.
const MOST_BESIDE: usize = 4;

/// Node's test runner over every `*.test.mjs` of a folder, as many files side by side as there are processors, within
/// reason.
pub(crate) fn node_tests(node: &Path, folder: &Path) -> Result<Command> {
    let mut files = Vec::new();
    for entry in
        fs::read_dir(folder).with_context(|| format!("there is no folder {}", folder.display()))?
    {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(".test.mjs") {
            files.push(path);
        }
    }
    if files.is_empty() {
        bail!("{} has no file that ends with .test.mjs", folder.display());
    }
    files.sort();
    // A file waits for browsers and networks most of the time, but each has a browser in memory.
    let beside = std::thread::available_parallelism().map_or(1, NonZero::get);
    let mut command = process::command(node);
    command
        .args(["--test", "--test-reporter=spec"])
        // A file takes a few minutes on a slow machine: one that hangs is named.
        .arg("--test-timeout=900000")
        .arg(format!("--test-concurrency={}", beside.min(MOST_BESIDE)))
        .args(files);
    Ok(command)
}

/// Brings `node_modules` to the state of package-lock.json.
pub(crate) fn npm_packages() -> Result<()> {
    let modified =
        |path: &str| fs::metadata(workspace::root().join(path)).and_then(|it| it.modified());
    let lock = modified("package-lock.json").context("package-lock.json is missing")?;
    // npm writes this file when it has finished.
    if modified("node_modules/.package-lock.json").is_ok_and(|installed| installed >= lock) {
        return Ok(());
    }
    Steps::new(1).run(
        "Install the npm packages",
        "check the connection to the npm registry",
        || {
            process::run(process::command("npm").args(["ci", "--no-audit", "--no-fund"]))?;
            Ok(((), String::new()))
        },
    )
}

/// The program that runs wasm tests in a browser, of the version in Cargo.lock.
pub(crate) fn wasm_test_runner() -> Result<PathBuf> {
    let version = workspace::locked_version("wasm-bindgen")?;
    let folder = workspace::target().join("tools");
    let runner = folder.join("bin").join(format!(
        "wasm-bindgen-test-runner{}",
        std::env::consts::EXE_SUFFIX
    ));
    let installed = process::output(process::command(&runner).arg("--version")).unwrap_or_default();
    if installed.split_whitespace().any(|word| word == version) {
        return Ok(runner);
    }
    Steps::new(1).run(
        "Build wasm-bindgen's test runner",
        "check the connection to the crate registry",
        || {
            // Not with `--locked`: its lock file names a version that cannot be had any more.
            // Lightly optimised, because building it takes longer than running it.
            process::run(
                process::cargo()
                    .args([
                        "install",
                        "wasm-bindgen-cli",
                        "--bin",
                        "wasm-bindgen-test-runner",
                        "--version",
                        &version,
                    ])
                    .args(["--debug", "--root"])
                    .arg(&folder)
                    .env("CARGO_PROFILE_DEV_OPT_LEVEL", "1")
                    .env("CARGO_PROFILE_DEV_DEBUG", "0"),
            )?;
            Ok(((), String::new()))
        },
    )?;
    Ok(runner)
}

/// The server y-sweet, which takes minutes to build.
pub(crate) fn y_sweet() -> Result<PathBuf> {
    const VERSION: &str = "0.9.1";
    let folder = workspace::target().join("tools");
    let program = folder
        .join("bin")
        .join(format!("y-sweet{}", std::env::consts::EXE_SUFFIX));
    let installed = process::output(process::command(&program).arg("--version"));
    if installed.is_ok_and(|said| said.split_whitespace().any(|word| word == VERSION)) {
        return Ok(program);
    }
    Steps::new(1).run(
        "Build y-sweet, which takes some minutes",
        "check the connection to the crate registry",
        || {
            process::run(
                process::cargo()
                    .args(["install", "y-sweet", "--version", VERSION, "--locked"])
                    .arg("--root")
                    .arg(&folder),
            )?;
            Ok(((), String::new()))
        },
    )?;
    Ok(program)
}
