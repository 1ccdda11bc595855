//! What the tabs of one device say to each other.
//!
//! One tab leads: it signs, stores and talks to relays. The others hand their
//! changes to it and hear from it what happened. Frames stay on the device,
//! yet they are read as carefully as anything else: two tabs may run different
//! versions.

use crate::coverage::Coverage;
use crate::draft::Draft;
use crate::id::DeviceId;
use crate::replica::Span;
use crate::wire::bytes::{BytesError, Reader, put_bytes, put_varint};
use crate::wire::segment::MAX_SEQ;

/// One message between tabs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frame {
    /// A tab says how long each log is that it holds, and asks for the rest.
    Have(Vec<(DeviceId, u32)>),
    /// Segments, packed as a record.
    Record(Vec<u8>),
    /// A following tab hands a change to the leading one, once that holds what
    /// the following one does.
    Submit {
        /// The leading tab.
        leader: u64,
        /// The following tab.
        tab: u64,
        /// Its number among the tab's changes.
        number: u64,
        /// The change.
        draft: Draft,
    },
    /// The leading tab has kept a change, or could not.
    Done {
        /// The tab that asked.
        tab: u64,
        /// The number it gave.
        number: u64,
        /// Sequence number of the event, or why there is none.
        result: Result<u32, String>,
    },
    /// This tab leads and holds logs of this length. Tabs that hear it for the
    /// first time give it what it lacks, and then hand over what is not done.
    Lead {
        /// The leading tab.
        tab: u64,
        /// How long each log is that it holds.
        heads: Vec<(DeviceId, u32)>,
    },
    /// How things stand with the relays, as the leading tab sees it.
    State {
        /// The connection, in a form that only the browser half reads.
        connection: Vec<u8>,
        /// Own events that no relay has acknowledged, as runs.
        outbox: Vec<(u32, u32)>,
        /// The same of earlier keys.
        earlier: Coverage,
    },
    /// The key that writes in this room.
    Device(DeviceId),
    /// A person asks in a following tab to try the relays again at once.
    Retry,
    /// A tab is on a screen, or on none.
    Shown {
        /// The tab.
        tab: u64,
        /// Whether somebody can see it.
        shown: bool,
    },
}

impl Frame {
    /// The bytes of the message.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        match self {
            Frame::Have(heads) => {
                out.push(0);
                put_heads(&mut out, heads);
            }
            Frame::Record(record) => {
                out.push(1);
                put_bytes(&mut out, record);
            }
            Frame::Submit {
                leader,
                tab,
                number,
                draft,
            } => {
                out.push(2);
                put_varint(&mut out, *leader);
                put_varint(&mut out, *tab);
                put_varint(&mut out, *number);
                draft.encode(&mut out);
            }
            Frame::Done {
                tab,
                number,
                result,
            } => {
                out.push(3);
                put_varint(&mut out, *tab);
                put_varint(&mut out, *number);
                match result {
                    Ok(seq) => put_varint(&mut out, u64::from(*seq)),
                    Err(reason) => {
                        put_varint(&mut out, 0);
                        put_bytes(&mut out, reason.as_bytes());
                    }
                }
            }
            Frame::Lead { tab, heads } => {
                out.push(4);
                put_varint(&mut out, *tab);
                put_heads(&mut out, heads);
            }
            Frame::State {
                connection,
                outbox,
                earlier,
            } => {
                out.push(5);
                put_bytes(&mut out, connection);
                put_varint(&mut out, outbox.len() as u64);
                for (first, last) in outbox {
                    put_varint(&mut out, u64::from(*first));
                    put_varint(&mut out, u64::from(*last));
                }
                earlier.encode(&mut out);
            }
            Frame::Device(device) => {
                out.push(6);
                out.extend_from_slice(&device.0);
            }
            Frame::Retry => out.push(7),
            Frame::Shown { tab, shown } => {
                out.push(8);
                put_varint(&mut out, *tab);
                out.push(u8::from(*shown));
            }
        }
        out
    }

    /// Reads a message.
    ///
    /// # Errors
    /// When the bytes are not one; such a message is ignored.
    pub fn decode(bytes: &[u8]) -> Result<Self, BytesError> {
        let mut reader = Reader::new(bytes);
        let frame = match reader.byte()? {
            0 => Frame::Have(heads(&mut reader)?),
            1 => Frame::Record(reader.bytes()?.to_vec()),
            2 => Frame::Submit {
                leader: reader.varint()?,
                tab: reader.varint()?,
                number: reader.varint()?,
                draft: Draft::decode(&mut reader)?,
            },
            3 => {
                let (tab, number) = (reader.varint()?, reader.varint()?);
                let result = match reader.varint32()? {
                    0 => Err(String::from_utf8_lossy(reader.bytes()?).into_owned()),
                    seq => Ok(seq),
                };
                Frame::Done {
                    tab,
                    number,
                    result,
                }
            }
            4 => Frame::Lead {
                tab: reader.varint()?,
                heads: heads(&mut reader)?,
            },
            5 => Frame::State {
                connection: reader.bytes()?.to_vec(),
                outbox: list(&mut reader, run)?,
                earlier: Coverage::decode(&mut reader)?,
            },
            6 => Frame::Device(DeviceId(reader.array()?)),
            7 => Frame::Retry,
            8 => Frame::Shown {
                tab: reader.varint()?,
                shown: reader.byte()? != 0,
            },
            _ => return Err(BytesError::Range),
        };
        reader.end()?;
        Ok(frame)
    }
}

fn put_heads(out: &mut Vec<u8>, heads: &[(DeviceId, u32)]) {
    put_varint(out, heads.len() as u64);
    for (device, head) in heads {
        out.extend_from_slice(&device.0);
        put_varint(out, u64::from(*head));
    }
}

fn heads(reader: &mut Reader<'_>) -> Result<Vec<(DeviceId, u32)>, BytesError> {
    list(reader, |r| Ok((DeviceId(r.array()?), r.varint32()?)))
}

/// A run of sequence numbers, none beyond what a log can have.
fn run(reader: &mut Reader<'_>) -> Result<(u32, u32), BytesError> {
    let run = (reader.varint32()?, reader.varint32()?);
    match run.0 <= run.1 && run.1 < MAX_SEQ {
        true => Ok(run),
        false => Err(BytesError::Range),
    }
}

fn list<'a, T>(
    reader: &mut Reader<'a>,
    mut item: impl FnMut(&mut Reader<'a>) -> Result<T, BytesError>,
) -> Result<Vec<T>, BytesError> {
    let count = reader.varint()?;
    (0..count).map(|_| item(reader)).collect()
}

/// The sequence numbers as runs of one device's events.
pub fn runs(numbers: impl IntoIterator<Item = u32>) -> Vec<(u32, u32)> {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => runs.push((number, number)),
        }
    }
    runs
}

/// The run as events of a device.
pub fn span(device: DeviceId, (first, last): (u32, u32)) -> Span {
    Span {
        device,
        first,
        last,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::writer::BaseId;

    #[test]
    fn frames_round_trip() {
        fn check(frame: Frame) {
            assert_eq!(Frame::decode(&frame.encode()), Ok(frame));
        }
        check(Frame::Have(vec![(DeviceId([3; 32]), 9)]));
        check(Frame::Record(vec![1, 2, 3]));
        let draft = Draft::Event {
            kind: 2,
            payload: vec![0xa0],
        };
        check(Frame::Submit {
            leader: 5,
            tab: u64::MAX,
            number: 2,
            draft,
        });
        let draft = Draft::Edit {
            base: BaseId([1; 16]),
            tab: 3,
            update: vec![4],
        };
        check(Frame::Submit {
            leader: 5,
            tab: 1,
            number: 2,
            draft,
        });
        check(Frame::Done {
            tab: 1,
            number: 2,
            result: Ok(7),
        });
        check(Frame::Done {
            tab: 1,
            number: 2,
            result: Err("full".into()),
        });
        check(Frame::Lead {
            tab: 1,
            heads: vec![(DeviceId([3; 32]), 9)],
        });
        check(Frame::State {
            connection: vec![1],
            outbox: runs([1, 2, 3, 7]),
            earlier: Coverage::default(),
        });
        check(Frame::Device(DeviceId([3; 32])));
        check(Frame::Retry);
        check(Frame::Shown {
            tab: u64::MAX,
            shown: true,
        });
    }

    #[test]
    fn damaged_frames_are_refused() {
        for bytes in [
            &[][..],
            &[9],
            &[0, 1],
            &[4, 0, 0, 0],
            &[5, 0, 1, 2, 1],
            &[5, 0, 1, 0, 255, 255, 255, 255, 15],
            &[1, 5, 0],
            &[0, 255, 255, 255, 255, 15],
        ] {
            assert!(Frame::decode(bytes).is_err(), "{bytes:?}");
        }
    }
}
