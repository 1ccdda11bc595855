//! `cargo xtask dist`: the npm package and the static site.

pub(crate) mod bundle;
pub(crate) mod compress;
mod package;
pub(crate) mod site;

use std::path::Path;

use anyhow::Result;

use crate::options::Options;
use crate::step::Steps;
use crate::wasm::{self, Profile};
use crate::{tools, workspace};

pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let options = Options::parse(arguments, &["--dev"], &[])?;
    let profile = if options.has("--dev") {
        Profile::Dev
    } else {
        Profile::Shipping
    };
    let dist = workspace::root().join("dist");
    let mut steps = Steps::new(STEPS);
    build(
        &mut steps,
        profile,
        &dist.join("npm"),
        &dist.join("site"),
        site::Relay::None,
    )?;
    println!("The site is in dist/site, the npm package in dist/npm.");
    Ok(())
}

/// How many [`Steps`] `build` takes.
pub(crate) const STEPS: usize = wasm::STEPS + 2;

/// Builds the package and the site into the two folders.
pub(crate) fn build(
    steps: &mut Steps,
    profile: Profile,
    package: &Path,
    site: &Path,
    relay: site::Relay,
) -> Result<()> {
    let modules = wasm::build(steps, profile)?;
    steps.wait(
        "Put the package together",
        "check that packages/element is complete",
        || {
            package::write(&modules, package)?;
            let note = match tools::esbuild() {
                Some(esbuild) if profile == Profile::Shipping => bundle::write(package, &esbuild)?,
                _ => {
                    "define.js as modules, because esbuild is not there or this is for development"
                        .into()
                }
            };
            Ok(((), note))
        },
    )?;
    steps.wait(
        "Put the site together",
        "check the links in index.html",
        || {
            let files = write_site(package, site, relay, profile)?;
            Ok(((), format!("{files} files")))
        },
    )
}

/// Writes a site from the package, with compressed siblings if it is for shipping. Returns the number of files.
pub(crate) fn write_site(
    package: &Path,
    site: &Path,
    relay: site::Relay,
    profile: Profile,
) -> Result<usize> {
    let files = site::write(package, site, relay, profile)?;
    if profile == Profile::Shipping {
        compress::siblings(site)?;
    }
    Ok(files)
}
