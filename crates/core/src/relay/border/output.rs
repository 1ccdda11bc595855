//! What a machine says.

use super::{put_option, read_option, read_u16, text};
use crate::relay::framing::Position;
use crate::relay::{Method, Out, RecordId, Status, Trouble};
use crate::wire::bytes::{BytesError, Reader, put_bytes, put_varint};

/// What was not understood is told in words, and those do not cross the border.
pub(super) const WORDS: &str = "it is none of its protocol";

/// Outputs as bytes, one behind the other.
pub fn put_outs(outs: &[Out]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for it in outs {
        put_out(&mut bytes, it);
    }
    bytes
}

fn put_out(out: &mut Vec<u8>, it: &Out) {
    match it {
        Out::Request {
            req,
            method,
            url,
            headers,
            body,
            max_body,
        } => {
            out.push(0);
            put_varint(out, (*req).into());
            out.push(*method as u8);
            put_bytes(out, url.as_bytes());
            put_varint(out, headers.len() as u64);
            for (name, value) in headers {
                put_bytes(out, name.as_bytes());
                put_bytes(out, value.as_bytes());
            }
            put_bytes(out, body);
            put_varint(out, *max_body as u64);
        }
        Out::Abort { req } => {
            out.push(1);
            put_varint(out, (*req).into());
        }
        Out::OpenStream { url } => {
            out.push(2);
            put_bytes(out, url.as_bytes());
        }
        Out::CloseStream => out.push(3),
        Out::OpenSocket { url, protocols } => {
            out.push(4);
            put_bytes(out, url.as_bytes());
            put_varint(out, protocols.len() as u64);
            for protocol in protocols {
                put_bytes(out, protocol.as_bytes());
            }
        }
        Out::SendBytes(bytes) => {
            out.push(5);
            put_bytes(out, bytes);
        }
        Out::SendText(text) => {
            out.push(6);
            put_bytes(out, text.as_bytes());
        }
        Out::CloseSocket => out.push(7),
        Out::WakeAt(at) => {
            out.push(8);
            put_option(out, *at);
        }
        Out::Record { id, bytes } => {
            out.push(9);
            out.extend(id.0);
            put_bytes(out, bytes);
        }
        Out::Cursor(cursor) => {
            out.push(10);
            put_bytes(out, cursor);
        }
        Out::StartOver => out.push(11),
        Out::CaughtUp => out.push(12),
        Out::Acked(ids) => {
            out.push(13);
            put_varint(out, ids.len() as u64);
            out.extend(ids.iter().flat_map(|id| id.0));
        }
        Out::Rejected { id, why } => {
            out.push(14);
            out.extend(id.0);
            put_trouble(out, *why);
        }
        Out::Status(status) => {
            out.push(15);
            put_status(out, *status);
        }
        Out::At(position) => {
            out.push(16);
            out.extend(position.digest);
            put_varint(out, position.count);
        }
    }
}

/// The outputs in these bytes.
///
/// # Errors
/// When there is anything else in them.
pub fn read_outs(bytes: &[u8]) -> Result<Vec<Out>, BytesError> {
    let mut reader = Reader::new(bytes);
    let mut outs = Vec::new();
    while !reader.rest().is_empty() {
        outs.push(read_out(&mut reader)?);
    }
    Ok(outs)
}

fn read_out(reader: &mut Reader<'_>) -> Result<Out, BytesError> {
    Ok(match reader.byte()? {
        0 => {
            let req = reader.varint32()?;
            let method = match reader.byte()? {
                0 => Method::Get,
                1 => Method::Post,
                2 => Method::Put,
                3 => Method::Delete,
                4 => Method::PropFind,
                5 => Method::MkCol,
                _ => return Err(BytesError::Range),
            };
            let url = text(reader.bytes()?)?;
            let mut headers = Vec::new();
            for _ in 0..reader.varint()? {
                let name = text(reader.bytes()?)?;
                headers.push((name, text(reader.bytes()?)?));
            }
            let body = reader.bytes()?.to_vec();
            let max_body = reader.varint32()? as usize;
            Out::Request {
                req,
                method,
                url,
                headers,
                body,
                max_body,
            }
        }
        1 => Out::Abort {
            req: reader.varint32()?,
        },
        2 => Out::OpenStream {
            url: text(reader.bytes()?)?,
        },
        3 => Out::CloseStream,
        4 => {
            let url = text(reader.bytes()?)?;
            let mut protocols = Vec::new();
            for _ in 0..reader.varint()? {
                protocols.push(text(reader.bytes()?)?);
            }
            Out::OpenSocket { url, protocols }
        }
        5 => Out::SendBytes(reader.bytes()?.to_vec()),
        6 => Out::SendText(text(reader.bytes()?)?),
        7 => Out::CloseSocket,
        8 => Out::WakeAt(read_option(reader)?),
        9 => Out::Record {
            id: RecordId(reader.array()?),
            bytes: reader.bytes()?.to_vec(),
        },
        10 => Out::Cursor(reader.bytes()?.to_vec()),
        11 => Out::StartOver,
        12 => Out::CaughtUp,
        13 => {
            let mut ids = Vec::new();
            for _ in 0..reader.varint()? {
                ids.push(RecordId(reader.array()?));
            }
            Out::Acked(ids)
        }
        14 => Out::Rejected {
            id: RecordId(reader.array()?),
            why: read_trouble(reader)?,
        },
        15 => Out::Status(read_status(reader)?),
        16 => Out::At(Position {
            digest: reader.array()?,
            count: reader.varint()?,
        }),
        _ => return Err(BytesError::Range),
    })
}

fn put_status(out: &mut Vec<u8>, status: Status) {
    match status {
        Status::Connecting => out.push(0),
        Status::Online => out.push(1),
        Status::Offline { retry_at, why } => {
            out.push(2);
            put_option(out, retry_at);
            put_trouble(out, why);
        }
        Status::Refused { why } => {
            out.push(3);
            put_trouble(out, why);
        }
    }
}

fn read_status(reader: &mut Reader<'_>) -> Result<Status, BytesError> {
    Ok(match reader.byte()? {
        0 => Status::Connecting,
        1 => Status::Online,
        2 => Status::Offline {
            retry_at: read_option(reader)?,
            why: read_trouble(reader)?,
        },
        3 => Status::Refused {
            why: read_trouble(reader)?,
        },
        _ => return Err(BytesError::Range),
    })
}

fn put_trouble(out: &mut Vec<u8>, why: Trouble) {
    let (kind, status) = match why {
        Trouble::NoNetwork => (0, 0),
        Trouble::Unreachable => (1, 0),
        Trouble::TimedOut => (2, 0),
        Trouble::Denied => (3, 0),
        Trouble::NotARelay(status) => (4, status),
        Trouble::BadAnswer(_) => (5, 0),
        Trouble::TooLarge => (6, 0),
        Trouble::NotTaken(status) => (7, status),
        Trouble::Full => (8, 0),
        Trouble::SlowDown => (9, 0),
        Trouble::Server(status) => (10, status),
        Trouble::KeepsNothing => (11, 0),
    };
    out.push(kind);
    put_varint(out, status.into());
}

fn read_trouble(reader: &mut Reader<'_>) -> Result<Trouble, BytesError> {
    let kind = reader.byte()?;
    let status = read_u16(reader)?;
    Ok(match kind {
        0 => Trouble::NoNetwork,
        1 => Trouble::Unreachable,
        2 => Trouble::TimedOut,
        3 => Trouble::Denied,
        4 => Trouble::NotARelay(status),
        5 => Trouble::BadAnswer(WORDS),
        6 => Trouble::TooLarge,
        7 => Trouble::NotTaken(status),
        8 => Trouble::Full,
        9 => Trouble::SlowDown,
        10 => Trouble::Server(status),
        11 => Trouble::KeepsNothing,
        _ => return Err(BytesError::Range),
    })
}
