//! The servers.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use postil_testkit::servers::{self, Server};
use tempfile::TempDir;

use super::python;

/// A server that runs, with what it keeps.
pub(crate) struct Real {
    pub(crate) port: u16,
    folder: TempDir,
    _server: Server,
    /// What stands before and behind the host in the address.
    address: (&'static str, &'static str),
}

impl Real {
    /// The address by way of another port.
    pub(crate) fn url(&self, port: u16) -> String {
        let (before, behind) = self.address;
        format!("{before}127.0.0.1:{port}{behind}")
    }

    /// Loses everything.
    pub(crate) fn wipe(&mut self) {
        if self.address.0.starts_with("s3") {
            ask(self.port, "POST", "/moto-api/reset");
            return make_bucket(self.port);
        }
        let kept = self.folder.path().join("kept");
        std::fs::remove_dir_all(&kept).unwrap();
        std::fs::create_dir(&kept).unwrap();
    }
}

fn kept(folder: &TempDir) -> std::path::PathBuf {
    let kept = folder.path().join("kept");
    std::fs::create_dir(&kept).unwrap();
    kept
}

/// WsgiDAV.
pub(crate) fn dav() -> Real {
    let (folder, port) = (TempDir::new().unwrap(), servers::free_port());
    let mut command = Command::new(python());
    command
        .args(["-m", "wsgidav.server.server_cli", "--host", "127.0.0.1"])
        .args(["--auth", "anonymous", "--port", &port.to_string(), "--root"])
        .arg(kept(&folder));
    Real {
        port,
        _server: Server::start(&mut command, port),
        folder,
        address: ("dav://", "/"),
    }
}

/// An S3 server for tests.
pub(crate) fn moto() -> Real {
    let (folder, port) = (TempDir::new().unwrap(), servers::free_port());
    let mut command = Command::new(python());
    command.args([
        "-m",
        "moto.server",
        "-H",
        "127.0.0.1",
        "-p",
        &port.to_string(),
    ]);
    let server = Server::start(&mut command, port);
    make_bucket(port);
    Real {
        port,
        _server: server,
        folder,
        address: ("s3://key:secret@", "/comments/of-all?region=us-east-1"),
    }
}

fn make_bucket(port: u16) {
    ask(port, "PUT", "/comments");
}

fn ask(port: u16, method: &str, path: &str) {
    use std::io::{Read, Write};
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(60)))
        .unwrap();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\ncontent-length: 0\r\n\
         authorization: AWS4-HMAC-SHA256 Credential=key/20260101/us-east-1/s3/aws4_request, \
         SignedHeaders=host, Signature=0\r\nconnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let is_done = answer
        .split(' ')
        .nth(1)
        .is_some_and(|it| it.starts_with('2'));
    assert!(is_done, "{answer}");
}

/// nginx with its module for WebDAV and the one that lists folders.
pub(crate) fn nginx() -> Real {
    let (folder, port) = (TempDir::new().unwrap(), servers::free_port());
    let root = kept(&folder);
    let package = servers::unpacked("libnginx-mod-http-dav-ext");
    let module = package.join("usr/lib/nginx/modules/ngx_http_dav_ext_module.so");
    let config = folder.path().join("nginx.conf");
    std::fs::write(&config, configuration(&module, folder.path(), &root, port)).unwrap();
    let mut command = servers::program_below(&package, "nginx");
    command.arg("-p").arg(folder.path()).arg("-c").arg(config);
    Real {
        port,
        _server: Server::start(&mut command, port),
        folder,
        address: ("dav://", "/"),
    }
}

fn configuration(module: &Path, folder: &Path, root: &Path, port: u16) -> String {
    let (module, folder, root) = (module.display(), folder.display(), root.display());
    format!(
        "load_module {module};
        daemon off;
        master_process off;
        pid {folder}/pid;
        error_log stderr;
        events {{}}
        http {{
            access_log off;
            client_body_temp_path {folder}/body;
            proxy_temp_path {folder}/proxy;
            fastcgi_temp_path {folder}/fastcgi;
            uwsgi_temp_path {folder}/uwsgi;
            scgi_temp_path {folder}/scgi;
            server {{
                listen 127.0.0.1:{port};
                root {root};
                client_max_body_size 1m;
                dav_methods PUT MKCOL;
                dav_ext_methods PROPFIND;
            }}
        }}"
    )
}
