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

/// The request that was made last: its number, method, address and body.
fn asked(outs: &[Out]) -> (u32, Method, &str, &[u8]) {
    let request = outs.iter().rev().find_map(|out| match out {
        Out::Request {
            req,
            method,
            url,
            headers,
            body,
            ..
        } => {
            assert!(headers.is_empty(), "what is signed needs none");
            Some((*req, *method, &url[..], &body[..]))
        }
        _ => None,
    });
    request.unwrap()
}

#[test]
fn a_signer_says_where_requests_go() {
    let mut machine = machine("s3s://s3.example/b/p?signer=https://site/sign?t=1", None);
    let mut outs = Vec::new();
    let mut answer = |outs: &mut Vec<Out>, input: Result<(u16, &str), In>, now: u64| {
        let input = input.map(|(status, body)| In::Response {
            req: asked(outs).0,
            status,
            retry_after: None,
            body: body.into(),
        });
        outs.clear();
        machine.step(input.unwrap_or_else(|input| input), now, outs);
    };
    let list = "https://site/sign?t=1&method=GET&prefix=p%2Faaaaaaaaaaaaaaaaaaaaaa%2F";
    let empty = "<ListBucketResult></ListBucketResult>";
    answer(&mut outs, Err(In::Online), 0);
    assert_eq!(asked(&outs).2, list);
    answer(
        &mut outs,
        Ok((200, "https://b.example/?l&X-Amz-Expires=60\n")),
        0,
    );
    assert_eq!(asked(&outs).2, "https://b.example/?l&X-Amz-Expires=60");
    answer(&mut outs, Ok((200, empty)), 0);
    assert!(outs.contains(&Out::CaughtUp));

    answer(&mut outs, Err(In::Publish(b"one".to_vec())), 0);
    let name = base64url(&RecordId::of(b"one").0);
    let (_, method, url, body) = asked(&outs);
    let put = [
        "https://site/sign?t=1&method=PUT&key=p%2F",
        ROOM,
        "%2F",
        &name,
    ]
    .concat();
    assert_eq!((method, url, body), (Method::Get, &*put, &b""[..]));
    answer(&mut outs, Ok((200, "https://b.example/put")), 0);
    let (_, method, url, body) = asked(&outs);
    assert_eq!(
        (method, url, body),
        (Method::Put, "https://b.example/put", &b"one"[..])
    );
    answer(&mut outs, Ok((200, "")), 0);
    assert!(outs.contains(&Out::Acked(vec![RecordId::of(b"one")])));

    // What was signed for the list is used again, until it is no good.
    answer(&mut outs, Err(In::Tick), 6_000);
    assert_eq!(asked(&outs).2, "https://b.example/?l&X-Amz-Expires=60");
    answer(&mut outs, Ok((403, "")), 6_000);
    assert_eq!(asked(&outs).2, list);
    answer(&mut outs, Ok((403, "")), 6_000);
    let why = Trouble::Denied;
    assert!(outs.contains(&Out::Status(Status::Refused { why })));
}

#[test]
fn a_signer_that_makes_no_sense_is_tried_again() {
    let mut machine = machine("s3s://s3.example/b?signer=https://site/", None);
    let mut outs = Vec::new();
    machine.step(In::Online, 0, &mut outs);
    let response = In::Response {
        req: asked(&outs).0,
        status: 200,
        retry_after: None,
        body: b"<html>".to_vec(),
    };
    machine.step(response, 0, &mut outs);
    let why = Trouble::BadAnswer("no signed address");
    let is_told =
        |out: &Out| matches!(out, Out::Status(Status::Offline { why: it, .. }) if *it == why);
    assert!(outs.iter().any(is_told));
}

fn input() -> impl Strategy<Value = In> {
    let body = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..60),
        "(<[a-zA-Z:/ ]{0,12}>|[A-Za-z0-9_/-]{0,24}|ListBucketResult|href|Key){0,9}"
            .prop_map(String::into_bytes),
        "https://[a-z]{0,9}(\\?X-Amz-Expires=[0-9]{0,30})?".prop_map(String::into_bytes),
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
        let signed = "s3://h/b/c?signer=https://h/sign";
        for url in ["dav://h/a", "s3://k:s@h/b/c", "http+folder://h", signed] {
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
