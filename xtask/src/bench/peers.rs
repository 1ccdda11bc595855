//! The pages that Postil is measured against: `tests/bench/peers/`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::step::Steps;
use crate::wasm::{self, Profile};
use crate::{process, tools, workspace};

/// How many [`Steps`] `build` takes.
pub(super) const STEPS: usize = 2;

/// The package of the peer in yew and yrs, and what its module is called.
const CRATE: &str = "yew-yrs";
const MODULE: &str = "yew_yrs";

/// Builds every peer; the folder returned has one folder for each.
pub(super) fn build(steps: &mut Steps) -> Result<PathBuf> {
    let source = workspace::root().join("tests/bench/peers");
    let built = workspace::target().join("xtask/peers");
    let esbuild =
        tools::esbuild().context("the peers are bundled with esbuild, which `npm ci` brings")?;
    steps.run(
        "Build the peer in yew and yrs",
        "read the compiler's message above",
        || {
            let module = built.join("module");
            let compiled = wasm::compile(CRATE, MODULE, Profile::Shipping)?.0;
            wasm::bind(&compiled, MODULE, &module)?;
            let binary = module.join(format!("{MODULE}_bg.wasm"));
            let optimiser = tools::wasm_opt()
                .context("the peer is optimised with wasm-opt, which `npm ci` brings")?;
            let note = wasm::optimise(&optimiser, &binary)?;
            let folder = built.join(CRATE);
            fs::create_dir_all(&folder)?;
            fs::copy(&binary, folder.join(format!("{MODULE}_bg.wasm")))?;
            let glue = module.join(format!("{MODULE}.js"));
            bundle(
                &esbuild,
                &source.join(CRATE),
                &folder,
                &[format!("--alias:{MODULE}={}", glue.display())],
            )?;
            Ok(((), note))
        },
    )?;
    steps.wait(
        "Build the peer in yjs",
        "read esbuild's message above",
        || {
            bundle(&esbuild, &source.join("yjs"), &built.join("yjs"), &[])?;
            Ok(((), String::new()))
        },
    )?;
    Ok(built)
}

/// Bundles and minifies a peer's script and puts its page beside it.
fn bundle(esbuild: &Path, source: &Path, folder: &Path, options: &[String]) -> Result<()> {
    fs::create_dir_all(folder)?;
    fs::copy(source.join("index.html"), folder.join("index.html"))?;
    process::output(
        process::command(esbuild)
            .arg(source.join("page.js"))
            .args([
                "--bundle",
                "--minify",
                "--format=esm",
                "--target=es2022",
                "--log-level=warning",
            ])
            .args(options)
            .arg(format!("--outfile={}", folder.join("page.js").display())),
    )?;
    Ok(())
}
