//! A browser to test in, and what it is pointed at.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::dist::{self, site};
use crate::step::Steps;
use crate::wasm::Profile;
use crate::{process, serve, tools, workspace};

/// Chromium without a user interface around the pages, from the system's packages if it is missing, and any Chromium
/// where they have none. It starts with half the work, and nothing of its own draws while a page is measured.
pub(crate) fn chromium() -> Result<PathBuf> {
    let program = "chromium-headless-shell";
    if process::find(program).is_none() && process::find("apt-get").is_some() {
        install(
            "Install Chromium",
            "install Chromium so that chromium-headless-shell or chromium is on PATH",
            &[program, "fonts-noto-color-emoji"],
        )?;
    }
    [program, "chromium", "chromium-browser", "google-chrome"]
        .iter()
        .find_map(|it| process::find(it))
        .context("neither chromium-headless-shell nor chromium is on PATH")
}

/// The program that drives the whole of Chromium, with it, from the system's packages if it is missing.
pub(crate) fn chromedriver() -> Result<PathBuf> {
    let found = || process::find("chromedriver");
    if let Some(program) = found() {
        return Ok(program);
    }
    install(
        "Install Chromium's driver",
        "install Chromium and chromedriver so that both are on PATH",
        &["chromium", "chromium-driver", "fonts-noto-color-emoji"],
    )?;
    found().context("the packages are installed but chromedriver is not on PATH")
}

/// Firefox with long support, which needs no driver, from the system's packages if it is missing.
pub(crate) fn firefox() -> Result<PathBuf> {
    let found = || process::find("firefox-esr").or_else(|| process::find("firefox"));
    if let Some(program) = found() {
        return Ok(program);
    }
    install(
        "Install Firefox",
        "install Firefox so that firefox-esr or firefox is on PATH",
        &["firefox-esr", "fonts-noto-color-emoji"],
    )?;
    found().context("the package is installed but firefox-esr is not on PATH")
}

fn install(what: &str, remedy: &str, packages: &[&str]) -> Result<()> {
    Steps::new(1).run(what, remedy, || {
        if process::find("apt-get").is_none() {
            bail!("there is no apt-get to install it with");
        }
        apt_get(&["update"])?;
        apt_get(&[&["install", "--yes", "--no-install-recommends"], packages].concat())?;
        Ok(((), String::new()))
    })
}

fn apt_get(arguments: &[&str]) -> Result<()> {
    process::run(
        process::command("apt-get")
            .arg("--quiet")
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive"),
    )
}

/// Everything a test with whole browsers needs, built.
#[derive(Debug)]
pub(crate) struct Stage {
    browser: PathBuf,
    server: PathBuf,
    package: PathBuf,
}

impl Stage {
    /// Builds the site as it is on a plain file server, the site as the relay server serves it, and that server.
    pub(crate) fn build() -> Result<Stage> {
        tools::npm_packages()?;
        let browser = chromium()?;
        let dist = workspace::root().join("dist");
        let profile = Profile::Shipping;
        let package = profile.folder().join("package");
        let mut steps = Steps::new(dist::STEPS + 2);
        dist::build(
            &mut steps,
            profile,
            &package,
            &dist.join("site"),
            site::Relay::None,
        )?;
        steps.wait(
            "Put the relay's site together",
            "check the links in index.html",
            || {
                let files = dist::write_site(
                    &package,
                    &dist.join("serve"),
                    site::Relay::SameOrigin,
                    profile,
                )?;
                Ok(((), format!("{files} files")))
            },
        )?;
        let server = steps.run(
            "Build the relay server",
            "read the compiler's message above",
            serve::build_server,
        )?;
        Ok(Stage {
            browser,
            server,
            package,
        })
    }

    /// Tells a program of tests or benchmarks where everything is.
    pub(crate) fn describe_to(&self, command: &mut Command) {
        let dist = workspace::root().join("dist");
        command
            .env("POSTIL_CHROMIUM", &self.browser)
            .env("POSTIL_SITE", dist.join("site"))
            .env("POSTIL_SERVE_SITE", dist.join("serve"))
            .env("POSTIL_PACKAGE", &self.package)
            .env("POSTIL_RELAY_SERVER", &self.server);
    }
}
