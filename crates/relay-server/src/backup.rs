//! Backups while the server runs: asked for through a socket in the data
//! folder, which only the server's own user may open.
//!
//! A request is `backup <path>` and an empty line; the answer is a line that
//! begins with `ok` or `error`.

use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::log::OpenError;
use crate::log::redb::RedbLog;

/// Why there is no backup. Says what can be done.
#[derive(Debug, Error)]
pub enum BackupError {
    /// The data file can not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The folder holds no data.
    #[error("there is no data file in {0}. Name the folder that the relay keeps its data in")]
    NoData(PathBuf),
    /// It could not be made.
    #[error("{0}")]
    Failed(String),
}

/// Writes a copy of the data in `folder` to the new file `to`; returns what it
/// holds, for people. A server that runs there does it; if none does, this
/// process.
///
/// # Errors
/// When there is no data, or the copy can not be written.
pub fn backup(folder: &Path, to: &Path) -> Result<String, BackupError> {
    if !folder.join("mailboxes.redb").is_file() {
        return Err(BackupError::NoData(folder.to_owned()));
    }
    let to = std::path::absolute(to).map_err(|error| BackupError::Failed(error.to_string()))?;
    #[cfg(unix)]
    if let Some(answer) = socket::ask(folder, &to) {
        return answer.map_err(BackupError::Failed);
    }
    copy(&RedbLog::open(folder)?, &to).map_err(BackupError::Failed)
}

fn copy(log: &RedbLog, to: &Path) -> Result<String, String> {
    let totals = log.copy(to).map_err(|error| error.to_string())?;
    Ok(format!(
        "{} records of {} bytes in {} mailboxes",
        totals.records, totals.bytes, totals.mailboxes
    ))
}

#[cfg(unix)]
pub(crate) mod socket {
    use std::io::{Read, Write};
    use std::os::unix::ffi::{OsStrExt, OsStringExt};
    use std::os::unix::fs::DirBuilderExt;
    use std::os::unix::net::UnixStream;
    use std::sync::Arc;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::UnixListener;

    use super::*;

    /// The longest request, in bytes.
    const LONGEST: u64 = 8 << 10;

    fn path(folder: &Path) -> PathBuf {
        folder.join("control").join("socket")
    }

    /// Asks the server of a folder. `None`: there is none.
    pub(super) fn ask(folder: &Path, to: &Path) -> Option<Result<String, String>> {
        let mut stream = UnixStream::connect(path(folder)).ok()?;
        let request = [b"backup ", to.as_os_str().as_bytes(), b"\n"].concat();
        let mut answer = String::new();
        let asked = stream
            .write_all(&request)
            .and_then(|()| stream.shutdown(std::net::Shutdown::Write))
            .and_then(|()| stream.read_to_string(&mut answer));
        Some(match (asked, answer.trim_end().split_once(' ')) {
            (Err(error), _) => Err(format!("the relay gave no answer: {error}")),
            (_, Some(("ok", what))) => Ok(what.to_owned()),
            (_, Some((_, what))) => Err(what.to_owned()),
            (_, None) => Err("the relay stopped before the backup was made".into()),
        })
    }

    /// Answers requests until it is dropped.
    pub(crate) async fn serve(listener: UnixListener, log: Arc<RedbLog>) {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = Vec::new();
            let read = (&mut stream).take(LONGEST).read_to_end(&mut request).await;
            let asked = request
                .strip_prefix(b"backup ")
                .and_then(|it| it.strip_suffix(b"\n"));
            let (Ok(_), Some(to)) = (read, asked) else {
                continue;
            };
            let to = PathBuf::from(std::ffi::OsString::from_vec(to.to_vec()));
            let log = Arc::clone(&log);
            let copied = tokio::task::spawn_blocking(move || copy(&log, &to)).await;
            let answer = match copied {
                Ok(Ok(what)) => {
                    tracing::info!("made a backup of {what}");
                    format!("ok {what}\n")
                }
                Ok(Err(why)) => {
                    tracing::error!("{why}");
                    format!("error {why}\n")
                }
                Err(_) => "error the data makes no sense\n".into(),
            };
            // Who asked may have gone.
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    }

    /// From here on requests are taken; nothing if that is not to be had, which
    /// only backups need.
    pub(crate) fn listen(folder: &Path) -> Option<UnixListener> {
        let listener = bind(folder);
        listener
            .inspect_err(|error| {
                tracing::warn!("no backup can be made while the relay runs: {error}");
            })
            .ok()
    }

    fn bind(folder: &Path) -> std::io::Result<UnixListener> {
        let path = path(folder);
        if let Some(own) = path.parent().filter(|it| !it.exists()) {
            std::fs::DirBuilder::new().mode(0o700).create(own)?;
        }
        // One that was killed leaves its socket behind; that it runs no more is
        // known, since the data file has been opened.
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            _ => UnixListener::bind(path),
        }
    }
}
