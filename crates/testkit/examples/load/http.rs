//! HTTP as one machine needs it: requests over connections that are kept, and
//! event streams.

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use crate::Failure;

/// A connection to the server.
pub(crate) type Connection = BufReader<TcpStream>;

/// The host and the path of a URL.
fn parts(url: &str) -> Result<(&str, &str), Failure> {
    let rest = url.strip_prefix("http://").ok_or("not an http: URL")?;
    Ok(rest.split_once('/').ok_or("a URL without a path")?)
}

async fn dial(host: &str) -> Result<Connection, Failure> {
    let stream = TcpStream::connect(host).await?;
    stream.set_nodelay(true)?;
    // Small, because thousands of them wait.
    Ok(BufReader::with_capacity(2 << 10, stream))
}

/// Makes a request. The status, the body and the connection for the next one.
pub(crate) async fn exchange(
    idle: Option<Connection>,
    method: &str,
    url: &str,
    body: &[u8],
) -> Result<(u16, Vec<u8>, Connection), Failure> {
    let (host, path) = parts(url)?;
    let length = body.len();
    let head =
        format!("{method} /{path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {length}\r\n\r\n");
    let request = [head.as_bytes(), body].concat();
    if let Some(connection) = idle
        && let Ok(answer) = ask(connection, &request).await
    {
        return Ok(answer);
    }
    // The server may have closed what was idle.
    ask(dial(host).await?, &request).await
}

async fn ask(
    mut connection: Connection,
    request: &[u8],
) -> Result<(u16, Vec<u8>, Connection), Failure> {
    connection.get_mut().write_all(request).await?;
    let (status, length) = head(&mut connection).await?;
    let mut body = Vec::new();
    match length {
        Some(length) => {
            body.resize(length, 0);
            connection.read_exact(&mut body).await?;
        }
        None => while chunk(&mut connection, &mut body).await? {},
    }
    Ok((status, body, connection))
}

/// The status, and the length of the body unless it comes in chunks.
async fn head(connection: &mut Connection) -> Result<(u16, Option<usize>), Failure> {
    let (mut status, mut length) = (None, None);
    loop {
        let mut line = String::new();
        if connection.read_line(&mut line).await? == 0 {
            return Err("the server closed the connection".into());
        }
        let line = line.trim_end().to_ascii_lowercase();
        if status.is_none() {
            let number = line.split(' ').nth(1).ok_or("not HTTP")?;
            status = Some(number.parse()?);
        } else if let Some(number) = line.strip_prefix("content-length:") {
            length = Some(number.trim().parse()?);
        } else if line.is_empty() {
            return Ok((status.ok_or("not HTTP")?, length));
        }
    }
}

/// Takes a chunk. Says whether there may be another one.
async fn chunk(connection: &mut Connection, body: &mut Vec<u8>) -> Result<bool, Failure> {
    let mut line = String::new();
    connection.read_line(&mut line).await?;
    let size = usize::from_str_radix(line.trim(), 16)?;
    let start = body.len();
    body.resize(start + size + 2, 0);
    let room = body.get_mut(start..).unwrap_or_default();
    connection.read_exact(room).await?;
    body.truncate(start + size);
    Ok(size > 0)
}

/// Opens an event stream and reports the data of each event until it ends.
pub(crate) async fn events(url: &str, event: impl Fn(String)) -> Result<(), Failure> {
    let (host, path) = parts(url)?;
    let mut connection = dial(host).await?;
    let request = format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\n\r\n");
    connection.get_mut().write_all(request.as_bytes()).await?;
    let (200, None) = head(&mut connection).await? else {
        return Err("not an event stream".into());
    };
    let mut body = Vec::new();
    while chunk(&mut connection, &mut body).await? {
        // The server sends each event in one chunk.
        let text = String::from_utf8_lossy(&body);
        if let Some(data) = text.trim_end().strip_prefix("data: ") {
            event(data.to_owned());
        }
        body.clear();
    }
    Ok(())
}
