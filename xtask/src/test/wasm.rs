//! The browser half in a browser: `tests/browser/main.rs` under wasm-bindgen's runner.

use anyhow::Result;

use super::tally::Tally;
use crate::{browser, process, tools};

/// How long the runner waits for the page. The whole binary is one page.
const TIMEOUT_SECONDS: &str = "300";

pub(super) fn run() -> Result<Tally> {
    tools::wasm_target()?;
    let driver = browser::chromedriver()?;
    let runner = tools::wasm_test_runner()?;
    Tally::of_runner(
        process::cargo()
            .args([
                "test",
                "--package",
                "postil",
                "--test",
                "browser",
                "--target",
                tools::WASM,
            ])
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner)
            .env("CHROMEDRIVER", driver)
            .env("WASM_BINDGEN_TEST_TIMEOUT", TIMEOUT_SECONDS),
    )
}
