//! The example in the protocol's documentation is what the programs do.

use postil_core::relay::cover::cover;
use postil_core::relay::framing::Position;
use sha2::{Digest, Sha256};

use crate::support::{ROOM, Server, append, ask, get, in_memory};

const DOCUMENT: &str = include_str!("../../../../docs/protocol/mailbox.md");

fn documented(name: &str) -> Vec<u8> {
    let example = DOCUMENT.split("## Example").nth(1).unwrap();
    let line = example.lines().find(|line| line.starts_with(name)).unwrap();
    let digits = line.split_whitespace().nth(1).unwrap();
    let byte = |at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
    (0..digits.len()).step_by(2).map(byte).collect()
}

#[test]
fn the_documented_example_holds() {
    let server = Server::start(in_memory());
    let path = format!("/m/{ROOM}");
    let answer = ask(server.address, "POST", &path, &documented("request"));
    assert_eq!(answer.body, documented("answer"));
    for after in ["after=0", "after=1", "after=2", "after=9"] {
        let page = get(server.address, &format!("{path}?{after}"));
        assert_eq!(page.body, documented(after), "{after}");
    }
    let mut position = Position::default();
    position.push(&Sha256::digest(b"abc").into());
    position.push(&Sha256::digest(b"de").into());
    assert_eq!(position.to_cursor(), documented("cursor"));
    let cover = cover(&position, [1]);
    assert_eq!(cover, documented("cover"));
    assert_eq!(append(server.address, ROOM, &[&cover]), 200);
    let page = get(server.address, &format!("{path}?listed=0"));
    assert_eq!(page.body, documented("listed=0"));
}
