//! Write tokens: words that who appends has to know.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use thiserror::Error;

use postil_core::relay::mailbox::MAX_TOKEN;

/// The shortest token, in characters: too many to guess.
const SHORTEST: usize = 16;

/// Why a file of tokens is not one. None of these repeats a token.
#[derive(Debug, Error)]
pub enum TokensError {
    /// The file can not be read.
    #[error("the file of write tokens {path} can not be read: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A line is no token.
    #[error(
        "line {line} of {path} is no token: a token is {SHORTEST} to {MAX_TOKEN} characters of \
         A-Z, a-z, 0-9, -, _, . and ~. Make one with: openssl rand -hex 16"
    )]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// There is no token in it.
    #[error(
        "there is no token in {path}, so that nobody could write. Put one on a line of its own"
    )]
    None {
        /// The file.
        path: PathBuf,
    },
}

/// The tokens that let somebody append. Only their hashes are kept, so that
/// none is ever written down, and comparing takes equally long for all.
#[derive(Clone)]
pub struct Tokens(HashSet<[u8; 32]>);

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tokens({})", self.0.len())
    }
}

impl Tokens {
    /// Reads a file with one token on each line; empty lines and such that
    /// begin with `#` are skipped.
    ///
    /// # Errors
    /// When it can not be read, has a line that is no token, or has none.
    pub fn read(path: &Path) -> Result<Self, TokensError> {
        let text = std::fs::read_to_string(path).map_err(|source| TokensError::File {
            path: path.to_owned(),
            source,
        })?;
        let mut hashes = HashSet::new();
        for (index, line) in text.lines().enumerate() {
            let token = line.trim();
            if token.is_empty() || token.starts_with('#') {
                continue;
            }
            let fits = (SHORTEST..=MAX_TOKEN).contains(&token.len());
            let plain = |c: u8| c.is_ascii_alphanumeric() || b"-_.~".contains(&c);
            if !fits || !token.bytes().all(plain) {
                return Err(TokensError::Line {
                    path: path.to_owned(),
                    line: index + 1,
                });
            }
            hashes.insert(Sha256::digest(token).into());
        }
        if hashes.is_empty() {
            return Err(TokensError::None {
                path: path.to_owned(),
            });
        }
        Ok(Tokens(hashes))
    }

    /// Whether this is one of them.
    pub(crate) fn has(&self, token: &[u8]) -> bool {
        let hash: [u8; 32] = Sha256::digest(token).into();
        self.0.contains(&hash)
    }
}
