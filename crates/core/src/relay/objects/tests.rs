//! The machine against a model of a server, and against nonsense.

use proptest::prelude::*;

use super::*;
use crate::id::base64url;

const ROOM: &str = "aaaaaaaaaaaaaaaaaaaaaa";

fn machine(url: &str, cursor: Option<&[u8]>) -> Objects {
    Objects::new(&Opening {
        url,
        mailbox: ROOM,
        cursor,
        seed: 1,
    })
    .unwrap()
}

/// A WebDAV server in memory: whether the folder is there, and the objects.
#[derive(Default)]
struct Model {
    folder: bool,
    objects: Vec<(String, Vec<u8>)>,
    asked: Vec<String>,
}

impl Model {
    fn answer(&mut self, method: Method, url: &str, body: Vec<u8>) -> (u16, Vec<u8>) {
        let name = url.rsplit('/').next().unwrap().to_owned();
        self.asked.push([method.name(), " ", &name].concat());
        match method {
            Method::PropFind if !self.folder => (404, Vec::new()),
            Method::PropFind => {
                let href = |(name, _): &(String, _)| format!("<d:href>/{name}</d:href>");
                let all: String = self.objects.iter().map(href).collect();
                (207, format!("<d:multistatus>{all}</d:multistatus>").into())
            }
            Method::MkCol => {
                self.folder = true;
                (201, Vec::new())
            }
            Method::Put if !self.folder => (409, Vec::new()),
            Method::Put => {
                self.objects.retain(|(it, _)| *it != name);
                self.objects.push((name, body));
                (201, Vec::new())
            }
            _ => match self.objects.iter().find(|(it, _)| *it == name) {
                Some((_, body)) => (200, body.clone()),
                None => (404, Vec::new()),
            },
        }
    }

    /// Feeds an input, and the answers to all requests that follow.
    fn run(&mut self, machine: &mut Objects, input: In, now: u64) -> Vec<Out> {
        let (mut waiting, mut told) = (VecDeque::from([input]), Vec::new());
        while let Some(input) = waiting.pop_front() {
            let mut outs = Vec::new();
            machine.step(input, now, &mut outs);
            for out in outs {
                if let Out::Request {
                    req,
                    method,
                    url,
                    body,
                    ..
                } = out
                {
                    let (status, body) = self.answer(method, &url, body);
                    waiting.push_back(In::Response {
                        req,
                        status,
                        retry_after: None,
                        body,
                    });
                } else {
                    told.push(out);
                }
            }
        }
        told
    }
}

fn records(told: &[Out]) -> Vec<&[u8]> {
    let mut found = Vec::new();
    for out in told {
        if let Out::Record { bytes, .. } = out {
            found.push(&bytes[..]);
        }
    }
    found
}

#[test]
fn the_folder_is_made_before_the_first_object() {
    let (mut model, mut machine) = (Model::default(), machine("dav://h", None));
    model.run(&mut machine, In::Online, 1_000);
    let told = model.run(&mut machine, In::Publish(b"one".to_vec()), 1_000);
    assert!(told.contains(&Out::Acked(vec![RecordId::of(b"one")])));
    let name = base64url(&RecordId::of(b"one").0);
    let put = ["PUT ", &name].concat();
    assert_eq!(model.asked, ["PROPFIND ", "MKCOL ", &put]);
}

#[test]
fn what_is_lost_or_altered_is_noticed() {
    let (mut model, mut machine) = (Model::default(), machine("dav://h", None));
    model.folder = true;
    model.run(&mut machine, In::Online, 0);
    for record in [&b"one"[..], b"two"] {
        model.run(&mut machine, In::Publish(record.to_vec()), 0);
    }
    // Nothing new: nothing is read.
    let told = model.run(&mut machine, In::Tick, 60_000);
    assert!(records(&told).is_empty());
    model.objects.remove(0);
    let told = model.run(&mut machine, In::Tick, 120_000);
    assert!(told.contains(&Out::StartOver) && told.contains(&Out::CaughtUp));
    assert_eq!(records(&told), [b"two"]);
    // Given again, and altered behind everybody's back.
    model.run(&mut machine, In::Publish(b"one".to_vec()), 120_000);
    model.objects[1].1 = b"altered".to_vec();
    let mut other = super::tests::machine("dav://h", None);
    assert_eq!(records(&model.run(&mut other, In::Online, 0)), [b"two"]);
    let told = model.run(&mut other, In::Publish(b"one".to_vec()), 0);
    assert!(told.contains(&Out::Acked(vec![RecordId::of(b"one")])));
    assert_eq!(model.objects[1].1, b"one");
}

#[test]
fn a_refusal_is_final() {
    let mut machine = machine("dav://h", None);
    let mut outs = Vec::new();
    machine.step(In::Online, 0, &mut outs);
    let response = |req| In::Response {
        req,
        status: 401,
        retry_after: None,
        body: Vec::new(),
    };
    outs.clear();
    machine.step(response(1), 0, &mut outs);
    let why = Trouble::Denied;
    assert!(outs.contains(&Out::Status(Status::Refused { why })));
    outs.clear();
    machine.step(In::Online, 900_000, &mut outs);
    assert!(outs.is_empty());
    machine.step(In::RetryNow, 900_000, &mut outs);
    assert!(outs.iter().any(|it| matches!(it, Out::Request { .. })));
}

fn input() -> impl Strategy<Value = In> {
    let body = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..60),
        "(<[a-zA-Z:/ ]{0,12}>|[A-Za-z0-9_/-]{0,24}|ListBucketResult|href|Key){0,9}"
            .prop_map(String::into_bytes),
    ];
    let status = prop::sample::select(vec![200u16, 201, 207, 404, 409, 401, 500, 429, 302]);
    prop_oneof![
        1 => Just(In::Online),
        1 => Just(In::GoOffline),
        1 => Just(In::RetryNow),
        2 => Just(In::Tick),
        2 => prop::collection::vec(any::<u8>(), 0..9).prop_map(In::Publish),
        1 => (0..20u32).prop_map(|req| In::Failed { req }),
        6 => (0..20u32, status, body).prop_map(|(req, status, body)| In::Response {
            req,
            status,
            retry_after: Some(u64::MAX),
            body,
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn nonsense_does_no_harm(
        inputs in prop::collection::vec((input(), 0..90_000u64), 0..60),
        cursor in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        for url in ["dav://h/a", "s3://k:s@h/b/c", "http+folder://h"] {
            let mut machine = machine(url, Some(&cursor));
            let (mut now, mut outs) = (0, Vec::new());
            for (input, passes) in inputs.clone() {
                now += passes;
                machine.step(input, now, &mut outs);
                prop_assert!(machine.flights.len() <= AT_ONCE + 1);
            }
        }
    }
}
