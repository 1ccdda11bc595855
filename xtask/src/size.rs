//! `cargo xtask size`: how many bytes the page loads.

use std::fs;

use anyhow::{Context as _, Result, bail};

use crate::dist::{self, bundle, compress, site};
use crate::options::Options;
use crate::step::Steps;
use crate::tools;
use crate::wasm::{self, Profile};

/// What everything the page loads should come to, compressed with brotli.
/// A bare list in yew with a yrs document is 114 kB of that.
const GOAL: usize = 180 * 1024;

/// Above this the check fails. It is a little more than what the page loads today, so that nothing grows
/// by accident, and is to be lowered whenever that shrinks, down to the goal.
const LIMIT: usize = 400 * 1024;

/// What is loaded only when somebody asks for one thing, which is what that person then waits for: what for, how the
/// names of its files begin, and the most that they may have. As the limit of the page, each is a little more than there is.
const LATER: &[(&str, &[&str], usize)] = &[
    ("a relay of another protocol", &[wasm::RELAYS], 80 * 1024),
    ("a form of other programs", &[wasm::INTERCHANGE], 80 * 1024),
    (
        "what goes from hand to hand",
        &[wasm::HAND, "hand-", "direct-"],
        32 * 1024,
    ),
    ("pictures and players", &["pictures-"], 8 * 1024),
];

/// The most that the texts of another language may have.
const LIMIT_OF_LOCALE: usize = 6 * 1024;

pub(crate) fn run(arguments: &[String]) -> Result<()> {
    Options::parse(arguments, &[], &[])?;
    check()
}

/// Builds the site and prints the size of each file a visit loads.
///
/// # Errors
/// If the whole is over the limit, or if the optimiser is missing, because the sizes then mean nothing.
pub(crate) fn check() -> Result<()> {
    tools::npm_packages()?;
    let profile = Profile::Shipping;
    let folder = profile.folder().join("size");
    let mut steps = Steps::new(dist::STEPS);
    dist::build(
        &mut steps,
        profile,
        &profile.folder().join("package"),
        &folder,
        site::Relay::None,
    )?;

    let mut rows = Vec::new();
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|it| it == "br" || it == "gz") {
            continue;
        }
        let bytes = fs::read(&path)?;
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        rows.push((
            name,
            bytes.len(),
            compress::gzip(&bytes)?.len(),
            compress::brotli(&bytes)?.len(),
        ));
    }
    rows.sort_by_key(|(_, _, _, brotli)| std::cmp::Reverse(*brotli));
    let later = LATER.iter().map(|(what, names, limit)| {
        let is_part = |row: &mut Row| names.iter().any(|name| row.0.starts_with(name));
        let part: Vec<_> = rows.extract_if(.., is_part).collect();
        ((*what).to_owned(), part, *limit)
    });
    let mut later: Vec<_> = later.collect();
    let locales = rows.extract_if(.., |row| row.0.ends_with(".json"));
    later.extend(locales.map(|row| {
        let tag = row.0.split('-').next().unwrap_or_default();
        (format!("the language {tag}"), vec![row], LIMIT_OF_LOCALE)
    }));
    let total = print(
        "what the page loads",
        &rows,
        &[("goal", GOAL), ("limit", LIMIT)],
    );
    if total > GOAL {
        println!("The page loads {} bytes more than the goal.", total - GOAL);
    }
    let mut too_much = Vec::new();
    for (what, rows, limit) in later {
        println!();
        let total = print(&format!("for {what}"), &rows, &[("limit", limit)]);
        if rows.is_empty() {
            bail!("there is no file for {what}");
        }
        if total > limit {
            too_much.push(format!(
                "{what} has {} bytes more than its limit",
                total - limit
            ));
        }
    }
    let early = rows.iter().find(|row| bundle::is_early(&row.0));
    let early = early.context("there is no file that the page waits for")?.3;
    println!(
        "\nThe page waits for {early} of {} bytes before it can show threads.",
        bundle::LIMIT
    );
    if early > bundle::LIMIT {
        bail!(
            "define.js has {} bytes more than the limit",
            early - bundle::LIMIT
        );
    }
    if total > LIMIT {
        bail!("the page loads {} bytes more than the limit", total - LIMIT);
    }
    if !too_much.is_empty() {
        bail!("{}", too_much.join("; "));
    }
    Ok(())
}

/// A file's name, and its size as it is, with gzip and with brotli.
type Row = (String, usize, usize, usize);

/// Prints a table. Returns how many bytes all of it has with brotli.
fn print(title: &str, rows: &[Row], limits: &[(&str, usize)]) -> usize {
    let total = rows.iter().fold((0, 0, 0), |sum, row| {
        (sum.0 + row.1, sum.1 + row.2, sum.2 + row.3)
    });
    println!(
        "{title:<34} {:>10} {:>10} {:>10}",
        "bytes", "gzip -9", "brotli 11"
    );
    for (name, raw, gzip, brotli) in rows {
        println!("{name:<34} {raw:>10} {gzip:>10} {brotli:>10}");
    }
    println!(
        "{:<34} {:>10} {:>10} {:>10}",
        "all", total.0, total.1, total.2
    );
    for (name, bytes) in limits {
        println!("{name:<34} {:>10} {:>10} {bytes:>10}", "", "");
    }
    total.2
}
