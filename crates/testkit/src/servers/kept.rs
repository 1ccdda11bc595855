//! A server whose folder and port outlive it, so that it can be started again as it was.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::{Server, free_port};

/// A folder, a port, and the server that uses them while it runs.
#[derive(Debug)]
pub struct Kept {
    folder: TempDir,
    /// Where it listens.
    pub port: u16,
    running: Option<Server>,
}

impl Default for Kept {
    /// A folder with nothing in it and a port that nobody uses.
    fn default() -> Self {
        Kept {
            folder: TempDir::new().unwrap(),
            port: free_port(),
            running: None,
        }
    }
}

impl Kept {
    /// The folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A file of the folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder().join(name)
    }

    /// Writes a file of the folder. Returns its path.
    ///
    /// # Panics
    /// When it can not be written.
    pub fn write(&self, name: &str, content: &str) -> PathBuf {
        let path = self.file(name);
        fs::write(&path, content).unwrap();
        path
    }

    /// Starts it and waits until it listens. One that runs has to end before.
    ///
    /// # Panics
    /// When it does not.
    pub fn run(&mut self, command: &mut Command) {
        self.running = Some(Server::start(command, self.port));
    }

    /// Kills it, if it runs.
    pub fn kill(&mut self) {
        self.running = None;
    }

    /// Asks it to end, if it runs, and waits until it has.
    pub fn end(&mut self) {
        if let Some(server) = self.running.take() {
            server.end();
        }
    }

    /// The same, as somebody at its terminal asks.
    pub fn interrupt(&mut self) {
        if let Some(server) = self.running.take() {
            server.interrupt();
        }
    }

    /// Empties the folder.
    ///
    /// # Panics
    /// When something can not be removed.
    pub fn empty(&self) {
        for entry in fs::read_dir(self.folder()).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => fs::remove_dir_all(path).unwrap(),
                false => fs::remove_file(path).unwrap(),
            }
        }
    }
}
