//! From the root package to `postil.js` and `postil_bg.wasm`, and from `crates/relays` and others to two each of their
//! own.

mod bisection;
mod imports;
mod order;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};
use wasm_bindgen_cli_support::Bindgen;

use crate::step::Steps;
use crate::{process, tools, workspace};

/// The packages that become modules, and what the compiler calls each.
const MODULES: &[(&str, &str)] = &[
    ("postil", "postil"),
    ("postil-relays", RELAYS),
    ("postil-interchange", INTERCHANGE),
    ("postil-hand", HAND),
];

/// The module that a page loads when an address names a relay of another protocol than the mailbox's.
pub(crate) const RELAYS: &str = "postil_relays";

/// The module that a page loads when somebody asks for a form of other programs.
pub(crate) const INTERCHANGE: &str = "postil_interchange";

/// The module that a page loads when somebody asks for a code that goes from hand to hand.
pub(crate) const HAND: &str = "postil_hand";

/// How many [`Steps`] `build` takes.
pub(crate) const STEPS: usize = 1 + 3 * MODULES.len();

/// What may be used of WebAssembly: all of it is in every browser Postil supports.
/// `--all-features` would let the optimiser use what is not.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-sign-ext",
    "--enable-nontrapping-float-to-int",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// For whom the module is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Small, and slow to build.
    Shipping,
    /// Quick to build, for work on Postil itself.
    Dev,
}

impl Profile {
    /// The name in Cargo.toml.
    fn cargo_name(self) -> &'static str {
        match self {
            Profile::Shipping => "wasm",
            Profile::Dev => "dev",
        }
    }

    /// The folder for everything made in this profile.
    pub(crate) fn folder(self) -> PathBuf {
        workspace::target().join("xtask").join(self.cargo_name())
    }
}

/// Builds the modules; each folder returned holds bindings, a `.wasm` file, their types and `snippets/`.
pub(crate) fn build(steps: &mut Steps, profile: Profile) -> Result<Vec<PathBuf>> {
    steps.run(
        "Find the WebAssembly target",
        "install it with `rustup target add wasm32-unknown-unknown`; without rustup, install your \
         system's package of the Rust standard library for that target",
        || {
            Ok((
                (),
                if tools::wasm_target()? {
                    "added".into()
                } else {
                    "there".into()
                },
            ))
        },
    )?;
    MODULES
        .iter()
        .map(|(package, name)| build_module(steps, package, name, profile))
        .collect()
}

fn build_module(steps: &mut Steps, package: &str, name: &str, profile: Profile) -> Result<PathBuf> {
    let compiled = steps.run(
        &format!("Compile {package} to WebAssembly"),
        "read the compiler's message above",
        || compile(package, name, profile),
    )?;
    let optimiser = if profile == Profile::Shipping {
        tools::wasm_opt()
    } else {
        None
    };
    let stamp = stamp(&compiled, optimiser.as_deref())?;
    let folder = profile.folder().join("modules").join(name);
    let module = folder.join(format!("{name}_bg.wasm"));
    let stamp_file = profile.folder().join(format!("{name}.stamp"));
    let fresh =
        module.is_file() && fs::read_to_string(&stamp_file).is_ok_and(|written| written == stamp);
    steps.wait(
        "Generate its JavaScript bindings",
        "run `cargo clean` and try again",
        || {
            if fresh {
                return Ok(((), "unchanged".into()));
            }
            // Removed first: a half-made folder must never look finished.
            let _ = fs::remove_file(&stamp_file);
            bind(&compiled, name, &folder)?;
            if profile == Profile::Shipping {
                imports::shorten(&folder, name)?;
            }
            Ok(((), String::new()))
        },
    )?;
    steps.wait(
        "Optimise it",
        "remove node_modules to go on without optimising, or run `npm ci` to get the optimiser anew",
        || {
            let note = match (&optimiser, profile) {
                (_, Profile::Dev) => "not in a development build".into(),
                (None, _) => "skipped, because wasm-opt is not there (`npm ci` brings it): about 8 % larger".into(),
                (Some(_), _) if fresh => "unchanged".into(),
                (Some(program), _) => optimise(program, &module)?,
            };
            Ok(((), note))
        },
    )?;
    fs::write(&stamp_file, stamp).context("cannot note what was built")?;
    Ok(folder)
}

/// Compiles a package's library; `name` is what the compiler calls it.
pub(crate) fn compile(package: &str, name: &str, profile: Profile) -> Result<(PathBuf, String)> {
    process::run(
        process::cargo()
            // Beside a second crate type cargo does not optimise across crates, which makes the
            // module a fifth larger.
            .args(["rustc", "--crate-type", "cdylib"])
            .args(["--package", package, "--lib", "--target", tools::WASM])
            .args(["--profile", profile.cargo_name(), "--target-dir"])
            .arg(workspace::target())
            .args(omissions(profile))
            // The two flags that say so are behind this on a stable compiler.
            .envs((profile == Profile::Shipping).then_some(("RUSTC_BOOTSTRAP", "1"))),
    )?;
    let folder = if profile == Profile::Dev {
        "debug"
    } else {
        profile.cargo_name()
    };
    let path = workspace::target()
        .join(tools::WASM)
        .join(folder)
        .join(format!("{name}.wasm"));
    let size = fs::metadata(&path)
        .with_context(|| format!("cargo did not write {}", path.display()))?
        .len();
    Ok((path, format!("{size} bytes")))
}

/// What ships holds neither where a panic happened, nor what `{:?}` prints of a type, nor where this machine has the
/// sources of dependencies: 8 kB less to load, and the same module on every machine.
fn omissions(profile: Profile) -> Vec<String> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo")));
    let registry = home.map(|home| home.join("registry").join("src"));
    let folders = registry.and_then(|registry| fs::read_dir(registry).ok());
    if profile == Profile::Dev {
        return Vec::new();
    }
    let folders = folders.into_iter().flatten().flatten();
    let paths = folders.map(|folder| format!("--remap-path-prefix={}=", folder.path().display()));
    ["-Zlocation-detail=none", "-Zfmt-debug=none"]
        .map(String::from)
        .into_iter()
        .chain(paths)
        .flat_map(|flag| {
            let list = format!("target.{}.rustflags=[{flag:?}]", tools::WASM);
            ["--config".into(), list]
        })
        .collect()
}

/// What the generated files depend on: the compiled module, the generator (part of this program) and the optimiser.
fn stamp(compiled: &Path, optimiser: Option<&Path>) -> Result<String> {
    let module = tools::digest(&fs::read(compiled)?);
    let program = fs::metadata(std::env::current_exe()?)?;
    let built = program
        .modified()?
        .duration_since(std::time::UNIX_EPOCH)?
        .as_nanos();
    let optimiser = optimiser
        .map(fs::read)
        .transpose()?
        .map(|script| tools::digest(&script));
    Ok(format!(
        "{module} {built} {}",
        optimiser.as_deref().unwrap_or("unoptimised")
    ))
}

/// Writes the JavaScript bindings and the module they load, both named `name`.
pub(crate) fn bind(compiled: &Path, name: &str, folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(compiled)
        .out_name(name)
        .web(true)
        .map_err(|error| anyhow!("{error:#}"))?
        // `loader.js` always says where the module is.
        .omit_default_module_path(true)
        .typescript(true)
        .remove_name_section(true)
        .remove_producers_section(true);
    bindgen
        .generate(folder)
        .map_err(|error| anyhow!("{error:#}"))
}

/// Makes a module smaller, in place.
pub(crate) fn optimise(program: &Path, module: &Path) -> Result<String> {
    let before = fs::metadata(module)?.len();
    let smaller = module.with_extension("opt");
    let run = |passes: &[&str]| -> Result<()> {
        process::output(
            process::command(program)
                .args(passes)
                // No value lies in the first kilobyte of memory, which is the far end of the stack.
                .arg("--low-memory-unused")
                .args(FEATURES)
                .arg(module)
                .arg("-o")
                .arg(&smaller),
        )?;
        Ok(fs::rename(&smaller, module)?)
    };
    // Blocks and branches are put together anew, which takes fewer of them. Then three times: each finds what the one
    // before has laid open. After a fourth one it compresses no better, but after all of it once more.
    let anew = ["--flatten", "--rereloop", "-Oz", "-Oz", "-Oz"];
    run(&[anew, anew].concat())?;
    fs::write(module, order::named(&fs::read(module)?)?)?;
    // Without the last pass nothing would be left out that writing has made superfluous. The names are not written.
    run(&["--reorder-functions-by-name", "-Oz"])?;
    Ok(format!("{before} → {} bytes", fs::metadata(module)?.len()))
}
