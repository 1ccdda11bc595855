//! Who writes: the numbers under which the text CRDT files what each writer
//! inserts.

use super::admit::ROOT;
use crate::id::{self, DeviceId};

/// Names the text that a shared text started from: the first 16 bytes of
/// SHA-256 over `"postil/1/text-base\0"` and the text's UTF-8 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BaseId(pub [u8; 16]);

impl BaseId {
    /// The name of a text.
    pub fn of(base: &str) -> Self {
        of_base(base).0
    }
}

/// A character: the writer who inserted it and how many UTF-16 code units
/// that writer had inserted before. It never changes, and nobody else's
/// character ever has the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CharId {
    /// The writer, a 53-bit number.
    pub client: u64,
    /// Position among the writer's own code units, from 0.
    pub clock: u32,
}

/// The name of a base text, and the writer who counts as having written it:
/// the first 53 bits of the same hash.
pub(super) fn of_base(base: &str) -> (BaseId, u64) {
    let digest = id::hash(b"postil/1/text-base\0", &[base.as_bytes()]);
    let mut name = [0; 16];
    for (to, from) in name.iter_mut().zip(digest) {
        *to = from;
    }
    (BaseId(name), first_53_bits(&digest))
}

/// The number under which a device writes into the text with that base: the
/// first 53 bits of SHA-256 over `"postil/1/text-client\0"`, the device key,
/// the base and the tab. Nobody can claim the number of another device. The
/// tab is a number that every tab draws anew when it is opened, so that what
/// one left unfinished never stands in the way of the next.
pub fn client_id(device: &DeviceId, base: &BaseId, tab: u32) -> u64 {
    let parts: [&[u8]; 3] = [&device.0, &base.0, &tab.to_be_bytes()];
    first_53_bits(&id::hash(b"postil/1/text-client\0", &parts))
}

/// The first 53 bits of a digest, the most that every implementation of the
/// text CRDT can count with.
pub(super) fn first_53_bits(digest: &[u8; 32]) -> u64 {
    let first = digest.iter().take(8);
    first.fold(0, |n, byte| (n << 8) | u64::from(*byte)) >> 11
}

/// The update that inserts a base text: one block of its writer.
pub(super) fn base_update(client: u64, base: &str) -> Vec<u8> {
    let mut update = vec![1, 1];
    let number = |mut n: u64, out: &mut Vec<u8>| {
        while n >= 0x80 {
            out.push(n as u8 | 0x80);
            n >>= 7;
        }
        out.push(n as u8);
    };
    number(client, &mut update);
    update.extend([0, 4, 1, ROOT.len() as u8]);
    update.extend(ROOT.as_bytes());
    number(base.len() as u64, &mut update);
    update.extend(base.as_bytes());
    update.push(0);
    update
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_device_base_and_tab_has_its_own_number() {
        let (base, _) = of_base("Hello");
        let (other, _) = of_base("Hello ");
        let (ada, ben) = (DeviceId([1; 32]), DeviceId([2; 32]));
        let numbers = [
            client_id(&ada, &base, 0),
            client_id(&ada, &base, 1),
            client_id(&ben, &base, 0),
            client_id(&ada, &other, 0),
        ];
        for (i, number) in numbers.iter().enumerate() {
            assert!(*number < 1 << 53);
            assert!(!numbers[..i].contains(number));
        }
        assert_eq!(numbers[0], client_id(&ada, &base, 0));
    }

    #[test]
    fn bits_are_taken_from_the_front() {
        let mut digest = [0; 32];
        digest[0] = 0x80;
        digest[6] = 0x08;
        digest[7] = 0xff;
        assert_eq!(first_53_bits(&digest), (1 << 52) | 1);
    }
}
