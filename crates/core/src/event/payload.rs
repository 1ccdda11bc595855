//! Payloads: CBOR maps (RFC 8949) with small integer keys, so that fields can
//! be added. Unknown keys are skipped.

use minicbor::{Decoder, Encoder};

use super::EventError;
use crate::id::{DeviceId, EventId};
use crate::log::Logs;
use crate::sorted;
use crate::wire::cbor;

/// How many bytes of a device key name it inside a payload. 96 bits can not be
/// ground to collide with a given key.
const PREFIX: usize = 12;

/// The fields of a received payload, undecoded.
#[derive(Debug)]
pub struct Payload<'a> {
    fields: Vec<(u64, &'a [u8])>,
}

impl<'a> Payload<'a> {
    /// Splits a payload into its fields. Keys must ascend, so that no field
    /// can be given twice.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, EventError> {
        Self::split(bytes).ok_or(EventError::Malformed)
    }

    fn split(bytes: &'a [u8]) -> Option<Self> {
        let mut decoder = Decoder::new(bytes);
        let count = decoder.map().ok()??;
        let mut fields: Vec<(u64, &[u8])> = Vec::new();
        for _ in 0..count {
            let key = decoder.u64().ok()?;
            if fields.last().is_some_and(|(last, _)| *last >= key) {
                return None;
            }
            let rest = bytes.get(decoder.position()..)?;
            let value = rest.get(..cbor::length(rest)?)?;
            decoder.set_position(decoder.position() + value.len());
            fields.push((key, value));
        }
        (decoder.position() == bytes.len()).then_some(Payload { fields })
    }

    /// The encoded value of a field, if it is there.
    pub fn raw(&self, key: u64) -> Option<&'a [u8]> {
        self.fields
            .iter()
            .find(|(k, _)| *k == key)
            .map(|(_, raw)| *raw)
    }

    fn read<T>(
        &self,
        key: u64,
        read: impl FnOnce(&mut Decoder<'a>) -> Result<T, minicbor::decode::Error>,
    ) -> Result<T, EventError> {
        let raw = self.raw(key).ok_or(EventError::Malformed)?;
        read(&mut Decoder::new(raw)).map_err(|_| EventError::Malformed)
    }

    /// A text of at most `limit` UTF-8 bytes; `name` is for the error.
    pub fn text(&self, key: u64, limit: usize, name: &'static str) -> Result<&'a str, EventError> {
        let text = self.read(key, |d| d.str())?;
        if text.len() > limit {
            Err(EventError::TooLong(name))
        } else {
            Ok(text)
        }
    }

    /// A byte string.
    pub fn bytes(&self, key: u64) -> Result<&'a [u8], EventError> {
        self.read(key, |d| d.bytes())
    }

    /// A number up to `u32::MAX`.
    pub fn number(&self, key: u64) -> Result<u32, EventError> {
        self.read(key, |d| d.u32())
    }

    /// A time, or another number beyond `u32::MAX`.
    pub fn millis(&self, key: u64) -> Result<u64, EventError> {
        self.read(key, |d| d.u64())
    }

    /// A truth value.
    pub fn flag(&self, key: u64) -> Result<bool, EventError> {
        self.read(key, |d| d.bool())
    }

    /// A reference to an event, as [`Writer::event`] writes it.
    pub fn event(&self, key: u64, issuer: &DeviceId) -> Result<Target, EventError> {
        Target::parse(self.bytes(key)?, issuer).ok_or(EventError::Malformed)
    }

    /// The payload without a field.
    pub(crate) fn without(&self, key: u64) -> Vec<u8> {
        let others = self.fields.iter().filter(|(k, _)| *k != key);
        let raw = |writer: Writer, (key, raw): &(u64, &[u8])| writer.raw(*key, raw);
        others.fold(Writer::new(), raw).finish()
    }

    /// Whether a field is there at all.
    pub fn has(&self, key: u64) -> bool {
        self.raw(key).is_some()
    }
}

/// A reference to an event: the sequence number and enough of the device key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// An event of the device that issued the reference.
    Own(EventId),
    /// An event of the device whose key starts so.
    Other([u8; PREFIX], u32),
}

impl Target {
    /// The event, if anything of its device is here.
    pub fn resolve(&self, logs: &Logs) -> Option<EventId> {
        match *self {
            Target::Own(id) => Some(id),
            Target::Other(prefix, seq) => {
                let device = logs.by_prefix(&prefix)?;
                Some(EventId { device, seq })
            }
        }
    }

    fn parse(bytes: &[u8], issuer: &DeviceId) -> Option<Self> {
        let (seq, prefix) = bytes.split_at_checked(4)?;
        let seq = u32::from_be_bytes(seq.try_into().ok()?);
        if prefix.is_empty() {
            return Some(Target::Own(EventId {
                device: *issuer,
                seq,
            }));
        }
        Some(Target::Other(prefix.try_into().ok()?, seq))
    }
}

/// The same payload as another device would write it: `find` is asked for
/// every reference, which is to an event of the device whose key starts so, and
/// answers with the event to refer to instead. References of the writer `from`
/// to itself need not name it.
pub(crate) fn moved(
    payload: &[u8],
    targets: &[u64],
    from: Option<&DeviceId>,
    to: &DeviceId,
    find: &dyn Fn([u8; PREFIX], u32) -> Option<EventId>,
) -> Result<Vec<u8>, EventError> {
    let own = from.map(prefix_of);
    let mut writer = Writer::new();
    for (key, raw) in Payload::parse(payload)?.fields {
        let reference = targets
            .contains(&key)
            .then(|| Decoder::new(raw).bytes().ok()?.split_at_checked(4))
            .flatten();
        let Some((seq, prefix)) = reference else {
            writer = writer.raw(key, raw);
            continue;
        };
        let seq = u32::from_be_bytes(seq.try_into().map_err(|_| EventError::Malformed)?);
        let named: Option<[u8; PREFIX]> = prefix.try_into().ok().or(own);
        writer = match named.map(|prefix| (prefix, find(prefix, seq))) {
            Some((_, Some(event))) => writer.event(key, &event, to),
            Some((prefix, None)) if prefix != prefix_of(to) => {
                writer.bytes(key, &[&seq.to_be_bytes()[..], &prefix].concat())
            }
            _ => writer.bytes(key, &seq.to_be_bytes()),
        };
    }
    Ok(writer.finish())
}

/// The payload with one more field.
pub(crate) fn marked(payload: &[u8], key: u64, number: u32) -> Vec<u8> {
    merged(payload, &Writer::new().number(key, number).finish())
}

/// The fields of two payloads that have none in common.
pub(crate) fn merged(one: &[u8], other: &[u8]) -> Vec<u8> {
    let fields = |bytes| Payload::parse(bytes).map_or_else(|_| Vec::new(), |p| p.fields);
    let mut all = fields(one);
    all.extend(fields(other));
    sorted::sort_by_key(&mut all, |(key, _)| *key);
    let raw = |writer: Writer, (key, raw): &(u64, &[u8])| writer.raw(*key, raw);
    all.iter().fold(Writer::new(), raw).finish()
}

pub(crate) fn prefix_of(device: &DeviceId) -> [u8; PREFIX] {
    let mut prefix = [0; PREFIX];
    prefix.copy_from_slice(&device.0[..PREFIX]);
    prefix
}

/// Builds a payload. Fields are written in ascending key order.
#[derive(Debug)]
pub struct Writer {
    encoder: Encoder<Vec<u8>>,
    fields: u8,
}

impl Writer {
    /// An empty payload.
    pub fn new() -> Self {
        // The map's head is patched when the number of fields is known; maps of
        // fewer than 24 fields have a head of one byte.
        Writer {
            encoder: Encoder::new(vec![0xa0]),
            fields: 0,
        }
    }

    fn field(&mut self, key: u64) -> &mut Encoder<Vec<u8>> {
        self.fields += 1;
        // Writing into a Vec cannot fail.
        let _ = self.encoder.u64(key);
        &mut self.encoder
    }

    /// Adds a text.
    pub fn text(mut self, key: u64, text: &str) -> Self {
        let _ = self.field(key).str(text);
        self
    }

    /// Adds a byte string.
    pub fn bytes(mut self, key: u64, bytes: &[u8]) -> Self {
        let _ = self.field(key).bytes(bytes);
        self
    }

    /// Adds a number.
    pub fn number(mut self, key: u64, number: u32) -> Self {
        let _ = self.field(key).u32(number);
        self
    }

    /// Adds a time, or another number beyond `u32::MAX`.
    pub fn millis(mut self, key: u64, number: u64) -> Self {
        let _ = self.field(key).u64(number);
        self
    }

    /// Adds a truth value.
    pub fn flag(mut self, key: u64, flag: bool) -> Self {
        let _ = self.field(key).bool(flag);
        self
    }

    /// Adds a reference to an event: four bytes of sequence number, big-endian,
    /// and the first 12 bytes of its device key unless it is the issuer's own.
    pub fn event(self, key: u64, event: &EventId, issuer: &DeviceId) -> Self {
        let mut bytes = event.seq.to_be_bytes().to_vec();
        if event.device != *issuer {
            bytes.extend_from_slice(&event.device.0[..PREFIX]);
        }
        self.bytes(key, &bytes)
    }

    /// Adds an encoded value as it is.
    fn raw(mut self, key: u64, value: &[u8]) -> Self {
        self.field(key).writer_mut().extend_from_slice(value);
        self
    }

    /// The finished payload.
    pub fn finish(self) -> Vec<u8> {
        let mut bytes = self.encoder.into_writer();
        if let Some(head) = bytes.first_mut() {
            *head = 0xa0 | self.fields;
        }
        bytes
    }
}

impl Default for Writer {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payloads_round_trip() {
        let me = DeviceId([1; 32]);
        let other = EventId {
            device: DeviceId([2; 32]),
            seq: 70_000,
        };
        let mine = EventId { device: me, seq: 3 };
        let bytes = Writer::new()
            .text(0, "héllo")
            .number(1, 7)
            .flag(2, true)
            .event(3, &other, &me)
            .event(4, &mine, &me)
            .finish();
        let payload = Payload::parse(&bytes).unwrap();
        assert_eq!(payload.text(0, 10, "body"), Ok("héllo"));
        assert_eq!(payload.text(0, 5, "body"), Err(EventError::TooLong("body")));
        assert_eq!(payload.number(1), Ok(7));
        assert_eq!(payload.flag(2), Ok(true));
        assert_eq!(payload.event(3, &me), Ok(Target::Other([2; 12], 70_000)));
        assert_eq!(payload.event(4, &me), Ok(Target::Own(mine)));
        assert_eq!(payload.number(0), Err(EventError::Malformed));
        assert_eq!(payload.number(9), Err(EventError::Malformed));
    }

    #[test]
    fn damaged_payloads_are_refused() {
        fn check(bytes: &[u8]) {
            assert!(Payload::parse(bytes).is_err(), "{bytes:02x?}");
        }
        check(&[]);
        check(&[0x00]);
        check(&[0xa1]);
        check(&[0xa1, 0x00]);
        check(&[0xbf, 0xff]); // indefinite length
        check(&[0xa2, 0x00, 0x01, 0x00, 0x02]); // a key twice
        check(&[0xa1, 0x00, 0x01, 0x00]); // trailing
        check(&[&[0xa1, 0x00][..], &[0x81; 60_000]].concat()); // nested, cut off
    }
}
