//! The static site: `index.html` and everything it loads, each file named by its content.
//!
//! Every URL is relative, so the folder works under any base path of any file server.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::wasm::Profile;
use crate::{process, tools, workspace};

/// The attribute of `index.html`'s elements that says: here the relay goes, if there is one.
const RELAY_SLOT: &str = "data-relay-slot";

/// Where the built elements live while the site is put together: what `index.html` loads them by.
const ELEMENT_FOLDER: &str = "packages/element/";

/// Whether the page is served by a relay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relay {
    /// A plain file server: this device and other tabs only.
    None,
    /// The server of the page is also the relay.
    SameOrigin,
}

/// Writes the site into `folder`, in place of what was there. Returns the number of files.
pub(crate) fn write(
    package: &Path,
    folder: &Path,
    relay: Relay,
    profile: Profile,
) -> Result<usize> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    let minifier = if profile == Profile::Shipping {
        tools::esbuild()
    } else {
        None
    };
    let mut assets = Assets {
        folder,
        minifier,
        published: BTreeMap::new(),
    };
    let source = workspace::root().join("index.html");
    let page = fs::read_to_string(&source).context("cannot read index.html")?;
    let page = publish_links(&page, |link| {
        let path = match link.strip_prefix(ELEMENT_FOLDER) {
            Some(name) => package.join(name),
            None => workspace::root().join(link),
        };
        assets.publish(&path)
    })?;
    let page = fill_relay_slot(&page, relay);
    fs::write(folder.join("index.html"), page)?;
    Ok(assets.published.len() + 1)
}

/// Files already in the site, by where they came from.
struct Assets<'a> {
    folder: &'a Path,
    minifier: Option<PathBuf>,
    published: BTreeMap<PathBuf, String>,
}

impl Assets<'_> {
    /// Copies a file, and what it imports, under names with their digest. Returns the file's new name.
    fn publish(&mut self, path: &Path) -> Result<String> {
        if let Some(name) = self.published.get(path) {
            return Ok(name.clone());
        }
        let mut bytes =
            fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let ending = path
            .extension()
            .and_then(|it| it.to_str())
            .unwrap_or_default()
            .to_owned();
        if matches!(ending.as_str(), "js" | "css") {
            bytes = self.minified(path, &ending, bytes)?;
        }
        if ending == "js" {
            let text = String::from_utf8(bytes)
                .with_context(|| format!("{} is not UTF-8", path.display()))?;
            let parent = path.parent().unwrap_or(Path::new("."));
            bytes = publish_imports(&text, |import| {
                let imported = parent.join(import);
                let is_loaded = [".js", ".json", ".wasm"]
                    .iter()
                    .any(|it| import.ends_with(it));
                if is_loaded && imported.is_file() {
                    self.publish(&imported).map(Some)
                } else {
                    Ok(None)
                }
            })?
            .into_bytes();
        }
        let stem = path
            .file_stem()
            .and_then(|it| it.to_str())
            .unwrap_or_default();
        let digest = tools::digest(&bytes);
        let name = format!("{stem}-{}.{ending}", digest.get(..12).unwrap_or(&digest));
        fs::write(self.folder.join(&name), bytes)?;
        self.published.insert(path.to_owned(), name.clone());
        Ok(name)
    }

    fn minified(&self, path: &Path, ending: &str, bytes: Vec<u8>) -> Result<Vec<u8>> {
        let Some(minifier) = &self.minifier else {
            return Ok(bytes);
        };
        let mut command = process::command(minifier);
        command.args(["--minify", "--legal-comments=none", "--log-level=warning"]);
        if ending == "js" {
            command.args(["--format=esm", "--target=es2022"]);
        }
        Ok(process::output(command.arg(path))?.into_bytes())
    }
}

/// Replaces every relative `href` and `src` of the page by what `publish` makes of it.
fn publish_links(page: &str, mut publish: impl FnMut(&str) -> Result<String>) -> Result<String> {
    let mut result = String::with_capacity(page.len());
    let mut rest = page;
    loop {
        let next = [" href=\"", " src=\""]
            .iter()
            .filter_map(|attribute| rest.find(attribute).map(|at| at + attribute.len()))
            .min();
        let Some(start) = next else { break };
        let (before, after) = rest.split_at(start);
        let Some((link, after)) = after.split_once('"') else {
            bail!("index.html has an attribute without an end");
        };
        result.push_str(before);
        if is_own_file(link) {
            result.push_str("./");
            result.push_str(&publish(link.trim_start_matches("./"))?);
        } else {
            result.push_str(link);
        }
        result.push('"');
        rest = after;
    }
    result.push_str(rest);
    Ok(result)
}

/// Whether a link names a file of this site, not a place in the page or another site.
fn is_own_file(link: &str) -> bool {
    !link.is_empty() && !link.starts_with(['#', '/']) && !link.contains(':') && link != "./"
}

/// Replaces every quoted `./name` for which `publish` has a new name.
fn publish_imports(
    source: &str,
    mut publish: impl FnMut(&str) -> Result<Option<String>>,
) -> Result<String> {
    let mut result = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(at) = rest.find("./") {
        let (before, after) = rest.split_at(at);
        result.push_str(before);
        let quote = before
            .chars()
            .next_back()
            .filter(|it| matches!(it, '"' | '\'' | '`'));
        let import = quote
            .and_then(|quote| after.split(quote).next())
            .and_then(|it| it.strip_prefix("./"));
        let published = match import {
            Some(import) if !import.contains('\n') => publish(import)?.map(|name| (import, name)),
            _ => None,
        };
        let taken = match &published {
            Some((import, name)) => {
                result.push_str("./");
                result.push_str(name);
                "./".len() + import.len()
            }
            None => {
                result.push_str("./");
                "./".len()
            }
        };
        rest = after.split_at(taken).1;
    }
    result.push_str(rest);
    Ok(result)
}

/// Names the relay on the elements that ask for it.
fn fill_relay_slot(page: &str, relay: Relay) -> String {
    match relay {
        Relay::None => page.replace(&format!(" {RELAY_SLOT}"), ""),
        Relay::SameOrigin => page.replace(RELAY_SLOT, "relay=\"./\""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_links_are_renamed_and_others_left() {
        let page = r##"<link href="styles/site.css"><a href="#top"><a href="https://example.org/"><script src="./a.js">"##;
        let renamed =
            publish_links(page, |link| Ok(format!("new-{}", link.replace('/', "-")))).unwrap();
        assert_eq!(
            renamed,
            r##"<link href="./new-styles-site.css"><a href="#top"><a href="https://example.org/"><script src="./new-a.js">"##
        );
    }

    #[test]
    fn imports_are_renamed_where_there_is_a_file() {
        let source =
            "import './b.js'; const u = new URL(\"./c.wasm\", base); f('./none'); x = a ./ b;";
        let renamed = publish_imports(source, |import| {
            Ok((import != "none").then(|| format!("new-{import}")))
        })
        .unwrap();
        assert_eq!(
            renamed,
            "import './new-b.js'; const u = new URL(\"./new-c.wasm\", base); f('./none'); x = a ./ b;"
        );
    }

    #[test]
    fn the_relay_goes_where_the_page_says() {
        let page = "<postil-comments for=\"main\" data-relay-slot></postil-comments>";
        assert_eq!(
            fill_relay_slot(page, Relay::None),
            "<postil-comments for=\"main\"></postil-comments>"
        );
        assert_eq!(
            fill_relay_slot(page, Relay::SameOrigin),
            "<postil-comments for=\"main\" relay=\"./\"></postil-comments>"
        );
    }
}
