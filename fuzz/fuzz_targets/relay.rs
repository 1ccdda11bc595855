//! What a relay says, to the machine of its protocol; the first byte says which.

#![no_main]

use libfuzzer_sys::fuzz_target;
use postil_core::relay::{AT_HAND, In, ON_DEMAND, Opening, Out, RecordId, border, open};

fuzz_target!(|input: (u8, Vec<Vec<u8>>)| {
    let (which, said) = input;
    let all = AT_HAND.len() + ON_DEMAND.len();
    let mut protocols = AT_HAND.iter().chain(ON_DEMAND);
    let Some(protocol) = protocols.nth(usize::from(which) % all) else {
        return;
    };
    let url = [protocol.schemes[0], "://relay.example/some"].concat();
    let opening = Opening {
        url: &url,
        mailbox: "aaaaaaaaaaaaaaaaaaaaaa",
        cursor: None,
        seed: 7,
    };
    let Ok(mut machine) = open(opening) else {
        return;
    };
    let mut now = 1_000_000;
    let begin = [In::Online, In::SocketOpened];
    let publish = In::Publish(b"a record".to_vec());
    let said = said.into_iter().map(|bytes| match border::read_in(&bytes) {
        Ok(input) => input,
        Err(_) => In::SocketBytes(bytes),
    });
    for input in begin.into_iter().chain([publish]).chain(said) {
        now += 1_000;
        let mut outs = Vec::new();
        machine.step(input, now, &mut outs);
        assert_eq!(
            border::read_outs(&border::put_outs(&outs)).map(|it| it.len()),
            Ok(outs.len())
        );
        for out in outs {
            if let Out::Record { id, bytes } = out {
                assert_eq!(id, RecordId::of(&bytes));
            }
        }
    }
});
