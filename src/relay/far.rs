//! A relay's machine that runs in the module with relays, which is loaded when
//! one is asked for.

use postil_core::relay::{
    self, Ack, Caps, In, OpenError, Opening, Out, Relay, Status, Stores, Trouble, border,
};

use crate::on_demand::{self, Machine};

/// Makes a relay's machine, in this module or in the other one if that is there.
///
/// # Errors
/// When that is no address of a relay.
pub(crate) fn open(opening: Opening<'_>) -> Result<Box<dyn Relay>, OpenError> {
    if is_at_hand(opening.url) {
        return relay::open_one_of(relay::AT_HAND, opening);
    }
    let cursor = opening.cursor.unwrap_or_default();
    let machine =
        on_demand::relays()?.open_relay(opening.url, opening.mailbox, cursor, opening.seed);
    Ok(Box::new(Far(machine.ok_or(OpenError::BadUrl)?)))
}

/// Whether the address needs nothing of the other module.
pub(crate) fn is_at_hand(url: &str) -> bool {
    relay::find(relay::AT_HAND, url).is_some()
}

struct Far(Machine);

impl Relay for Far {
    fn caps(&self) -> Caps {
        border::read_caps(&self.0.caps()).unwrap_or(Caps {
            stores: Stores::No,
            live: false,
            removes: false,
            max_record: 0,
            ack: Ack::Sent,
        })
    }

    fn step(&mut self, input: In, now: u64, out: &mut Vec<Out>) {
        let answer = self.0.step(&border::put_in(&input), now as f64);
        match answer.ok().and_then(|it| border::read_outs(&it).ok()) {
            Some(outs) => out.extend(outs),
            // What brings the other module down does not bring this one down.
            None => {
                let why = Trouble::BadAnswer("its machine has stopped");
                out.extend([
                    Out::CloseSocket,
                    Out::CloseStream,
                    Out::WakeAt(None),
                    Out::Status(Status::Refused { why }),
                ]);
            }
        }
    }
}
