//! The bytes that `docs/protocol/text.md` gives as examples.

use super::*;
use crate::anchor::Anchor;
use crate::id::DeviceId;
use crate::text::writer::client_id;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn the_documented_examples_hold() {
    let documented = include_str!("../../../../../docs/protocol/text.md");
    let base = "Hello 😀 world";
    let probe = SharedText::new(base, 0);
    let client = client_id(&DeviceId([7; 32]), &probe.base_id(), 0);
    let mut text = SharedText::new(base, client);
    let insertion = text.splice(5, 0, ",").unwrap();
    let deletion = text.splice(7, 2, "").unwrap();
    let anchor = Anchor::describe(&text, &text.text(), 0, 5).unwrap();
    for (name, value) in [
        ("base id", hex(&text.base_id().0)),
        ("base writer", text.base_client().to_string()),
        ("writer", client.to_string()),
        ("insertion", hex(&insertion.update)),
        ("deletion", hex(&deletion.update)),
        ("anchor", hex(&anchor.encode())),
    ] {
        let line = format!("{name:<12} {value}\n");
        assert!(documented.contains(&line), "missing: {line}");
    }
}
