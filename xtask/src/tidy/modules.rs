//! A source file that no `mod` names is silently not compiled.

use std::collections::BTreeMap;

use super::{Complaint, File};

pub(super) fn check(files: &[File]) -> Vec<Complaint> {
    let by_path: BTreeMap<&str, &File> = files
        .iter()
        .map(|file| (file.path.as_str(), file))
        .collect();
    let mut complaints = Vec::new();
    for file in files {
        let Some((folder, name)) = file.path.rsplit_once('/') else {
            continue;
        };
        let Some(module) = name.strip_suffix(".rs") else {
            continue;
        };
        let is_source = folder == "src" || folder.contains("/src") || folder.starts_with("src/");
        if !is_source || matches!(module, "lib" | "main") || folder.ends_with("/bin") {
            continue;
        }
        let parents = [
            format!("{folder}.rs"),
            format!("{folder}/lib.rs"),
            format!("{folder}/main.rs"),
        ];
        let is_declared = parents
            .iter()
            .filter_map(|path| by_path.get(path.as_str()))
            .any(|parent| {
                parent.code().any(|(_, line)| {
                    let line = line.trim();
                    line.strip_suffix(';').is_some_and(|it| {
                        it == format!("mod {module}") || it.ends_with(&format!(" mod {module}"))
                    })
                })
            });
        if !is_declared {
            complaints.push(file.complain(0, format!("no file says `mod {module};`")));
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_file_that_is_not_compiled() {
        let file = |path: &str, text: &str| File {
            path: path.into(),
            text: text.into(),
        };
        let files = [
            file("src/lib.rs", "pub mod a;\n"),
            file("src/a.rs", "pub(crate) mod b;\n// mod c;\n"),
            file("src/a/b.rs", ""),
            file("src/a/c.rs", ""),
            file("tests/browser/main.rs", ""),
        ];
        let paths: Vec<String> = check(&files).into_iter().map(|it| it.path).collect();
        assert_eq!(paths, ["src/a/c.rs"]);
    }
}
