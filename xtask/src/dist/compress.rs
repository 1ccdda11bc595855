//! Compressed siblings of files (`x.js.br`, `x.js.gz`), so that a server need not compress.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::Result;

use crate::{tools, workspace};

/// File endings worth compressing.
const TEXT_LIKE: &[&str] = &["html", "js", "css", "wasm", "json", "svg"];

/// Writes the siblings of every file in `folder`, not descending.
pub(crate) fn siblings(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let Some(ending) = path.extension().and_then(|it| it.to_str()) else {
            continue;
        };
        if !TEXT_LIKE.contains(&ending) {
            continue;
        }
        let bytes = fs::read(&path)?;
        fs::write(path.with_extension(format!("{ending}.br")), brotli(&bytes)?)?;
        fs::write(path.with_extension(format!("{ending}.gz")), gzip(&bytes)?)?;
    }
    Ok(())
}

/// Brotli at quality 11. Kept by content in the target folder, because it takes seconds for the module.
pub(crate) fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let cache = workspace::target().join("xtask/brotli");
    let kept = cache.join(tools::digest(bytes));
    if let Ok(done) = fs::read(&kept) {
        return Ok(done);
    }
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        size_hint: bytes.len(),
        ..Default::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut compressed, &parameters)?;
    fs::create_dir_all(&cache)?;
    // Renamed into place: an interrupted write must not be taken for the whole.
    let partial = kept.with_extension("partial");
    fs::write(&partial, &compressed)?;
    fs::rename(&partial, &kept)?;
    Ok(compressed)
}

/// Gzip at level 9.
pub(crate) fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}
