//! Shorter names for what a module imports from its bindings. The generator ends each with a hash of sixteen
//! digits, which no compression makes smaller, in the module and in the bindings.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Result, anyhow};

/// Renames the imports of the module `name` in `folder`, and their definitions beside it.
pub(super) fn shorten(folder: &Path, name: &str) -> Result<()> {
    let (module, bindings) = (
        folder.join(format!("{name}_bg.wasm")),
        folder.join(format!("{name}.js")),
    );
    let mut wasm = walrus::ModuleConfig::new()
        .generate_producers_section(false)
        .parse_file(&module)
        .map_err(|error| anyhow!("{error:#}"))?;
    let mut names = BTreeMap::new();
    for (number, import) in wasm.imports.iter_mut().enumerate() {
        let short = format!("_{number}");
        let long = std::mem::replace(&mut import.name, short.clone());
        names.insert(long, short);
    }
    wasm.emit_wasm_file(&module)
        .map_err(|error| anyhow!("{error:#}"))?;
    let script = fs::read_to_string(&bindings)?;
    fs::write(&bindings, rename(&script, &names))?;
    Ok(())
}

/// Replaces whole identifiers.
fn rename(script: &str, names: &BTreeMap<String, String>) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    let mut renamed = String::with_capacity(script.len());
    let mut rest = script;
    while let Some(start) = rest.find(is_part) {
        let (before, from) = rest.split_at(start);
        let (word, after) = from.split_at(from.find(|c| !is_part(c)).unwrap_or(from.len()));
        renamed.push_str(before);
        renamed.push_str(names.get(word).map_or(word, String::as_str));
        rest = after;
    }
    renamed.push_str(rest);
    renamed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_names_are_replaced() {
        fn check(script: &str, expected: &str) {
            let names = [("__wbg_now_0123".to_owned(), "_0".to_owned())];
            assert_eq!(rename(script, &names.into()), expected);
        }
        check("{ __wbg_now_0123: function() {} }", "{ _0: function() {} }");
        check("imports.__wbg_now_0123", "imports._0");
        check(
            "__wbg_now_01234 $__wbg_now_0123",
            "__wbg_now_01234 $__wbg_now_0123",
        );
        check("é__wbg_now_0123", "é_0");
        check("", "");
    }
}
