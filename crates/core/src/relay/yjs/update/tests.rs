//! The format as yrs writes and reads it, and what nobody writes.

use super::*;
use proptest::prelude::*;
use yrs::updates::decoder::Decode;
use yrs::updates::encoder::Encode;
use yrs::{Any, Array, Doc, GetString, Map, ReadTxn, Text, Transact, XmlFragment};

fn records(update: &[u8]) -> Vec<Vec<u8>> {
    let update = read(update).unwrap();
    update.found.iter().map(|it| it.bytes.to_vec()).collect()
}

#[test]
fn what_is_written_is_a_map_to_others_and_is_read_again() {
    let list = [vec![1, 2, 3], vec![0; 500]];
    let named = list.iter().map(|it| (RecordId::of(it), &it[..]));
    let update = write(u32::MAX, 7, named);
    let read = read(&update).unwrap();
    let end = 9;
    let client = u64::from(u32::MAX);
    let runs = [7, 8].map(|start| Run {
        client,
        start,
        end: start + 1,
    });
    assert_eq!((&read.runs[..], read.runs[1].end), (&runs[..], end));
    assert_eq!(records(&update), list);

    let update = write(5, 0, list.iter().map(|it| (RecordId::of(it), &it[..])));
    let doc = Doc::new();
    let map = doc.get_or_insert_map("postil");
    let mut transaction = doc.transact_mut();
    let decoded = yrs::Update::decode_v1(&update).unwrap();
    assert_eq!(decoded.encode_v1(), update);
    transaction.apply_update(decoded).unwrap();
    for record in &list {
        let key = [&base64url(&RecordId::of(record).0), ".5"].concat();
        let found = map.get(&transaction, &key).unwrap();
        assert_eq!(found, yrs::Out::Any(Any::Buffer(record.clone().into())));
    }
}

#[test]
fn records_are_found_among_whatever_else_a_document_holds() {
    let doc = Doc::with_client_id(9);
    let text = doc.get_or_insert_text("text");
    let map = doc.get_or_insert_map("postil");
    let list = doc.get_or_insert_array("list");
    let page = doc.get_or_insert_xml_fragment("page");
    let mut transaction = doc.transact_mut();
    text.push(&mut transaction, "a 😀 text");
    let bold = [("bold".into(), Any::from(true))].into_iter().collect();
    text.format(&mut transaction, 0, 1, bold);
    map.insert(&mut transaction, "a", Any::Buffer(vec![7; 9].into()));
    map.insert(&mut transaction, "gone", Any::Buffer(vec![8; 9].into()));
    map.remove(&mut transaction, "gone");
    let nested = Any::from_json(r#"{"a": [1, -70, 2.5, null, "x", {"b": true}], "c": 1e300}"#);
    list.push_back(&mut transaction, nested.unwrap());
    list.push_back(&mut transaction, yrs::MapPrelim::from([("x", 1)]));
    page.push_back(&mut transaction, yrs::XmlElementPrelim::empty("div"));
    page.push_back(&mut transaction, yrs::XmlTextPrelim::new("y"));
    assert_eq!(text.get_string(&transaction), "a 😀 text");
    let none = yrs::StateVector::default();
    let update = transaction.encode_state_as_update_v1(&none);
    assert_eq!(
        records(&update),
        [[7; 9], [8; 9]],
        "deleted, and still there"
    );
    let read = read(&update).unwrap();
    assert!(!read.deleted.is_empty());
    let end = read.runs.iter().map(|run| run.end).max();
    assert_eq!(
        end,
        Some(u64::from(transaction.state_vector().get(&doc.client_id())))
    );
}

#[test]
fn malformed_updates_are_refused() {
    fn check(bytes: &[u8], expected: BytesError) {
        assert_eq!(read(bytes), Err(expected));
    }
    check(&[], BytesError::Truncated);
    check(&[0], BytesError::Truncated);
    check(&[0, 0, 0], BytesError::Trailing);
    check(&[1, 1, 5, 0, 31, 1, 1, b'a', 0], BytesError::Range);
    // Counts that claim more than there is.
    check(&[0xff, 0xff, 0xff, 0xff, 0xf], BytesError::Truncated);
    check(
        &[1, 1, 5, 0, 8, 1, 1, b'a', 0xff, 0xff, 0xff, 0xf, 117],
        BytesError::Truncated,
    );
    // A million lists within each other.
    let mut deep = vec![1, 1, 5, 0, 8, 1, 1, b'a', 1];
    deep.extend([117, 1].repeat(1 << 20));
    check(&deep, BytesError::Truncated);
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(update) = read(&bytes) {
            prop_assert!(update.runs.len() + update.deleted.len() <= bytes.len());
        }
    }
}
