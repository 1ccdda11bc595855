//! A relay and a network that say anything at all.

use proptest::prelude::*;

use super::super::*;
use super::bench::Bench;
use super::record;
use crate::relay::RecordId;
use crate::relay::framing::{Position, put_number, put_record};

/// One thing that a hostile relay or network can do.
#[derive(Clone, Debug)]
enum Lie {
    Answer(u16, Option<u64>, Vec<u8>),
    Page {
        digest: bool,
        head: u64,
        records: Vec<Vec<u8>>,
    },
    Posted(u64, bool),
    Fail,
    Event(String),
    Closed,
    Pass(u64),
    Online,
    Offline,
    Retry,
    Publish(u8),
}

fn lie() -> impl Strategy<Value = Lie> {
    let bytes = || prop::collection::vec(any::<u8>(), 0..60);
    let status = prop::sample::select(vec![
        0u16, 100, 200, 200, 200, 204, 302, 400, 401, 403, 404, 413, 429, 500, 503, 507, 65535,
    ]);
    let head = || prop_oneof![0..8u64, any::<u64>()];
    prop_oneof![
        (status, any::<Option<u64>>(), bytes()).prop_map(|(s, a, b)| Lie::Answer(s, a, b)),
        (any::<bool>(), head(), prop::collection::vec(bytes(), 0..4)).prop_map(
            |(digest, head, records)| Lie::Page {
                digest,
                head,
                records
            }
        ),
        (head(), any::<bool>()).prop_map(|(n, right)| Lie::Posted(n, right)),
        Just(Lie::Fail),
        prop_oneof!["[0-9]{0,22}", ".{0,9}"].prop_map(Lie::Event),
        Just(Lie::Closed),
        (0..50_000u64).prop_map(Lie::Pass),
        Just(Lie::Online),
        Just(Lie::Offline),
        Just(Lie::Retry),
        (0..20u8).prop_map(Lie::Publish),
    ]
}

impl Bench {
    fn suffer(&mut self, lie: Lie) {
        let first = self.waiting.iter().find_map(|o| match o {
            Out::Request { req, .. } => Some(*req),
            _ => None,
        });
        let req = first.unwrap_or(1);
        let input = match lie {
            Lie::Answer(status, retry_after, body) => In::Response {
                req,
                status,
                retry_after,
                body,
            },
            Lie::Page {
                digest,
                head,
                records,
            } => {
                let known = self.cursor.as_deref().and_then(Position::from_cursor);
                let known = known.unwrap_or_default();
                let mut body = if digest { known.digest } else { [9; 16] }.to_vec();
                put_number(known.count.saturating_add(head), &mut body);
                for record in &records {
                    put_record(record, &mut body);
                }
                In::Response {
                    req,
                    status: 200,
                    retry_after: None,
                    body,
                }
            }
            Lie::Posted(count, right) => {
                let mut at = self.relay.position(self.relay.records.len());
                if !right {
                    at.count = count;
                }
                let mut body = Vec::new();
                at.put(&mut body);
                In::Response {
                    req,
                    status: 200,
                    retry_after: None,
                    body,
                }
            }
            Lie::Fail => In::Failed { req },
            Lie::Event(data) => In::StreamEvent(data),
            Lie::Closed => In::StreamClosed,
            Lie::Pass(ms) => {
                self.now += ms;
                In::Tick
            }
            Lie::Online => In::Online,
            Lie::Offline => In::GoOffline,
            Lie::Retry => In::RetryNow,
            Lie::Publish(n) => In::Publish(record(n.into())),
        };
        if let In::Response { req, .. } | In::Failed { req } = &input {
            let done = *req;
            self.waiting
                .retain(|o| !matches!(o, Out::Request { req, .. } if *req == done));
        }
        self.give(input);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever a relay says, the machine does not panic, keeps one request of
    /// a kind on its way, loses nothing that was not acknowledged or rejected,
    /// and is right again when an honest relay answers.
    #[test]
    fn lies_do_no_lasting_harm(lies in prop::collection::vec(lie(), 0..60)) {
        let mut bench = Bench::new();
        bench.relay.records = (100..125).map(record).collect();
        for n in 0..5 {
            bench.give(In::Publish(record(n)));
        }
        bench.give(In::Online);
        for lie in lies {
            bench.suffer(lie);
        }
        // From here on the relay is honest, and what was begun before is lost.
        bench.waiting.clear();
        bench.arrived.clear();
        bench.stream = false;
        let before = bench.started_over;
        let cursor = bench.cursor.clone();
        bench.step(In::RetryNow);
        bench.pass(200_000);
        prop_assert_eq!(bench.status, Some(Status::Online));
        for n in 0..5 {
            let id = RecordId::of(&record(n));
            let told = bench.acked.contains(&id) || bench.rejected.iter().any(|r| r.0 == id);
            prop_assert!(told, "record {} was forgotten", n);
        }
        // What the cursor did not cover arrives.
        let known = cursor.as_deref().and_then(Position::from_cursor).unwrap_or_default();
        let known = if bench.started_over > before { 0 } else { known.count as usize };
        for record in bench.relay.records.iter().take(25).skip(known) {
            prop_assert!(bench.arrived.contains(record));
        }
        let end = bench.relay.position(bench.relay.records.len());
        prop_assert_eq!(bench.cursor, Some(end.to_cursor()));
    }
}
