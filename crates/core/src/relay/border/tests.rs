//! Whatever crosses the border arrives, and nothing else does.

use proptest::prelude::*;

use super::output::WORDS;
use super::*;
use crate::relay::framing::Position;
use crate::relay::{In, Method, Out, RecordId, Status, Trouble};

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..40)
}

fn time() -> impl Strategy<Value = Option<u64>> {
    prop::option::of(0..u64::MAX)
}

fn ins() -> impl Strategy<Value = In> {
    prop_oneof![
        Just(In::Online),
        Just(In::GoOffline),
        Just(In::RetryNow),
        Just(In::Tick),
        Just(In::StreamClosed),
        Just(In::SocketOpened),
        bytes().prop_map(In::Publish),
        any::<bool>().prop_map(|all| In::ReadAgain { all }),
        bytes().prop_map(In::SocketBytes),
        any::<String>().prop_map(In::StreamEvent),
        any::<String>().prop_map(In::SocketText),
        any::<u16>().prop_map(|code| In::SocketClosed { code }),
        any::<u32>().prop_map(|req| In::Failed { req }),
        (any::<u32>(), any::<u16>(), time(), bytes()).prop_map(
            |(req, status, retry_after, body)| In::Response {
                req,
                status,
                retry_after,
                body,
            }
        ),
    ]
}

fn troubles() -> impl Strategy<Value = Trouble> {
    prop_oneof![
        Just(Trouble::NoNetwork),
        Just(Trouble::Unreachable),
        Just(Trouble::TimedOut),
        Just(Trouble::Denied),
        any::<u16>().prop_map(Trouble::NotARelay),
        Just(Trouble::BadAnswer(WORDS)),
        Just(Trouble::TooLarge),
        any::<u16>().prop_map(Trouble::NotTaken),
        Just(Trouble::Full),
        Just(Trouble::SlowDown),
        Just(Trouble::KeepsNothing),
        any::<u16>().prop_map(Trouble::Server),
    ]
}

fn statuses() -> impl Strategy<Value = Status> {
    prop_oneof![
        Just(Status::Connecting),
        Just(Status::Online),
        (time(), troubles()).prop_map(|(retry_at, why)| Status::Offline { retry_at, why }),
        troubles().prop_map(|why| Status::Refused { why }),
    ]
}

fn requests() -> impl Strategy<Value = Out> {
    let method = prop_oneof![
        Just(Method::Get),
        Just(Method::Post),
        Just(Method::Put),
        Just(Method::Delete),
        Just(Method::PropFind),
        Just(Method::MkCol),
    ];
    let headers = prop::collection::vec(any::<(String, String)>(), 0..3);
    let sizes = (any::<u32>(), any::<u32>());
    (sizes, method, any::<String>(), headers, bytes()).prop_map(
        |((req, max_body), method, url, headers, body)| Out::Request {
            req,
            method,
            url,
            headers,
            body,
            max_body: max_body as usize,
        },
    )
}

fn outs() -> impl Strategy<Value = Out> {
    let id = || any::<[u8; 16]>().prop_map(RecordId);
    let names = prop::collection::vec(any::<String>(), 0..3);
    prop_oneof![
        requests(),
        any::<u32>().prop_map(|req| Out::Abort { req }),
        any::<String>().prop_map(|url| Out::OpenStream { url }),
        Just(Out::CloseStream),
        (any::<String>(), names).prop_map(|(url, protocols)| Out::OpenSocket { url, protocols }),
        bytes().prop_map(Out::SendBytes),
        any::<String>().prop_map(Out::SendText),
        Just(Out::CloseSocket),
        time().prop_map(Out::WakeAt),
        (id(), bytes()).prop_map(|(id, bytes)| Out::Record { id, bytes }),
        bytes().prop_map(Out::Cursor),
        Just(Out::StartOver),
        Just(Out::CaughtUp),
        prop::collection::vec(id(), 0..3).prop_map(Out::Acked),
        (id(), troubles()).prop_map(|(id, why)| Out::Rejected { id, why }),
        statuses().prop_map(Out::Status),
        (any::<[u8; 16]>(), any::<u64>())
            .prop_map(|(digest, count)| Out::At(Position { count, digest })),
    ]
}

#[test]
fn what_is_none_is_refused() {
    fn check(bytes: &[u8], expected: BytesError) {
        assert_eq!(read_in(bytes), Err(expected));
        assert_eq!(read_outs(bytes), Err(expected));
    }
    check(&[99, 0], BytesError::Range);
    check(&[4, 0xff, 0xff, 0xff, 0xff, 0xf], BytesError::Truncated);
    // A count that claims more than there is.
    let hostile = [13, 0xff, 0xff, 0xff, 0xff, 0xf, 1, 2, 3];
    assert_eq!(read_outs(&hostile), Err(BytesError::Truncated));
    assert_eq!(read_in(&[0, 0, 0]), Err(BytesError::Trailing));
    assert_eq!(read_in(&[0, 1, 7]), Err(BytesError::Trailing));
    assert_eq!(read_in(&[9, 1, 0xff]), Err(BytesError::Range), "no text");
    assert_eq!(read_caps(&[3, 0, 0, 0, 0]), Err(BytesError::Range));
    assert_eq!(read_caps(&[0, 0, 2, 0, 0]), Err(BytesError::Range));
    assert_eq!(read_caps(&[0, 0, 0, 0]), Err(BytesError::Truncated));
}

#[test]
fn words_stay_where_they_are() {
    let why = Trouble::BadAnswer("some words");
    let there = read_outs(&put_outs(&[Out::Status(Status::Refused { why })]));
    let why = Trouble::BadAnswer(WORDS);
    assert_eq!(there, Ok(vec![Out::Status(Status::Refused { why })]));
}

proptest! {
    #[test]
    fn inputs_arrive(input in ins()) {
        prop_assert_eq!(read_in(&put_in(&input)), Ok(input));
    }

    #[test]
    fn outputs_arrive(outs in prop::collection::vec(outs(), 0..5)) {
        prop_assert_eq!(read_outs(&put_outs(&outs)), Ok(outs));
    }

    #[test]
    fn abilities_arrive(
        stores in 0..3u8,
        ack in 0..3u8,
        live: bool,
        removes: bool,
        max_record: u32,
    ) {
        let caps = Caps {
            stores: [Stores::No, Stores::ForAWhile, Stores::Forever][usize::from(stores)],
            live,
            removes,
            max_record: max_record as usize,
            ack: [Ack::Sent, Ack::Received, Ack::Durable][usize::from(ack)],
        };
        prop_assert_eq!(read_caps(&put_caps(&caps)), Ok(caps));
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(input) = read_in(&bytes) {
            prop_assert_eq!(put_in(&input).len(), bytes.len());
        }
        if let Ok(outs) = read_outs(&bytes) {
            prop_assert!(outs.len() <= bytes.len());
        }
    }
}
