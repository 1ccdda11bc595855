//! y-sweet servers: of the y-websocket family, with a call over HTTP before each
//! connection. A site's own endpoint answers it, as clients of y-sweet are used
//! to, or the server itself when the address is what it prints when it starts.
//! The answer says where the document is, and has a token that lasts for a
//! while: so another one is asked for each time.

use super::address::{Address, encoded};
use super::shell::Question;
use super::yjs;
use super::{OpenError, Opening, Protocol};
use crate::json::read::Value;
use crate::json::write::Json;

pub(super) const PROTOCOL: Protocol = Protocol {
    schemes: &["wss+ysweet", "ws+ysweet", "yss", "ys"],
    open: |opening| {
        let door = Door::new(&opening)?;
        Ok(yjs::machine_behind(door, &opening))
    },
};

/// The longest address that an answer may name, in bytes.
const MAX_URL: usize = 4_096;

/// What has to be asked before the socket is opened.
pub(super) struct Door {
    /// Where it is asked: a site's endpoint, or the server.
    url: String,
    /// Whether it is the server.
    is_server: bool,
    /// What one shows, if one has it.
    token: Option<String>,
    mailbox: String,
    /// Whether the server has been told of the document.
    is_made: bool,
}

/// What follows from an answer.
pub(super) enum Way {
    /// Something else has to be asked.
    Ask(Question),
    /// The socket is at this address.
    Open { url: String, read_only: bool },
}

impl Door {
    fn new(opening: &Opening<'_>) -> Result<Self, OpenError> {
        let address = Address::read(opening.url)?;
        let (scheme, rest) = address.url.split_once("://").ok_or(OpenError::BadUrl)?;
        let is_server = matches!(scheme, "ys" | "yss");
        let transport = match scheme {
            "ys" | "ws" => "http://",
            _ => "https://",
        };
        if is_server && rest.contains('?') || address.password.is_some() {
            return Err(OpenError::BadUrl);
        }
        let rest = match is_server {
            true => rest.trim_end_matches('/'),
            false => rest,
        };
        Ok(Door {
            url: [transport, rest].concat(),
            is_server,
            token: address.user,
            mailbox: opening.mailbox.into(),
            is_made: false,
        })
    }

    /// The first question of a connection.
    pub(super) fn knock(&mut self) -> Question {
        self.is_made = false;
        self.question()
    }

    /// The question that comes next.
    fn question(&self) -> Question {
        let mut json = Json::default();
        let mut url = self.url.clone();
        if self.is_server && self.is_made {
            url.push_str(&["/doc/", &self.mailbox, "/auth"].concat());
            json.raw("{}");
        } else {
            url.push_str(if self.is_server { "/doc/new" } else { "" });
            json.object(|json| json.field("docId").text(&self.mailbox));
        }
        let mut headers = vec![("content-type".into(), "application/json".into())];
        if let Some(token) = &self.token {
            headers.push(("authorization".into(), ["Bearer ", token].concat()));
        }
        let body = json.out.into_bytes();
        Question { url, headers, body }
    }

    /// What an answer means; nothing when it makes no sense.
    pub(super) fn answered(&mut self, answer: &[u8]) -> Option<Way> {
        let answer = Value::parse(str::from_utf8(answer).ok()?)?;
        if answer.text("docId")? != self.mailbox {
            return None;
        }
        if self.is_server && !self.is_made {
            self.is_made = true;
            return Some(Way::Ask(self.question()));
        }
        let url = answer.text("url")?;
        let is_socket = url.starts_with("ws://") || url.starts_with("wss://");
        let is_plain = url.bytes().all(|it| it.is_ascii_graphic()) && !url.contains(['?', '#']);
        if !is_socket || !is_plain || url.len() > MAX_URL {
            return None;
        }
        let token = answer.text("token").unwrap_or_default();
        let query = match token {
            "" => String::new(),
            token => ["?token=", &encoded(token)].concat(),
        };
        let url = [url.trim_end_matches('/'), "/", &self.mailbox, &query].concat();
        let read_only = answer.text("authorization") == Some("read-only");
        Some(Way::Open { url, read_only })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::relay::shell::bench::{self, MAILBOX, NOW};
    use crate::relay::{In, Method, Out, RecordId, Status, Trouble};

    type Bench = bench::Bench<Door>;

    const ENDPOINT: &str = "wss+ysweet://site.example/api/auth?a=b";
    const SERVER: &str = "ys://to%2Bken@127.0.0.1:8080/";

    /// What was asked last: its number, address, headers and body.
    fn asked(bench: &Bench) -> (u32, String, Vec<(String, String)>, String) {
        let request = bench.told.iter().rev().find_map(|out| match out {
            Out::Request {
                req,
                method: Method::Post,
                url,
                headers,
                body,
                ..
            } => Some((*req, url, headers, body)),
            _ => None,
        });
        let (req, url, headers, body) = request.unwrap();
        let body = String::from_utf8(body.clone()).unwrap();
        (
            req,
            url.replace(MAILBOX, "M"),
            headers.clone(),
            body.replace(MAILBOX, "M"),
        )
    }

    fn answer(bench: &mut Bench, status: u16, body: &str) {
        let (req, ..) = asked(bench);
        bench.tell(In::Response {
            req,
            status,
            retry_after: Some(90_000),
            body: body
                .replace("\"M\"", &["\"", MAILBOX, "\""].concat())
                .into(),
        });
    }

    fn opened(bench: &Bench) -> Option<String> {
        bench.told.iter().rev().find_map(|out| match out {
            Out::OpenSocket { url, .. } => Some(url.replace(MAILBOX, "M")),
            _ => None,
        })
    }

    const TOKEN: &str = r#"{"url":"wss://y.example/d/x/ws","docId":"M","token":"a+b/c="}"#;
    const SOCKET: &str = "wss://y.example/d/x/ws/M?token=a%2Bb%2Fc%3D";

    #[test]
    fn a_site_gives_a_token_for_each_connection() {
        let mut bench = Bench::new(ENDPOINT, None);
        let (_, url, headers, body) = asked(&bench);
        assert_eq!(url, "https://site.example/api/auth?a=b");
        assert_eq!(body, r#"{"docId":"M"}"#);
        assert_eq!(
            headers,
            [("content-type".into(), "application/json".into())]
        );
        assert_eq!(opened(&bench), None);
        answer(&mut bench, 200, TOKEN);
        assert_eq!(opened(&bench).as_deref(), Some(SOCKET));
        bench.tell(In::SocketOpened);
        assert_eq!(bench.sent, [0, 0, 1, 0]);
        // It has run out, which the server says by not opening the socket.
        bench.told.clear();
        bench.tell(In::SocketClosed { code: 1006 });
        assert_eq!(bench.left(), Some(Ok(Trouble::Unreachable)));
        bench.tell(In::Online);
        assert_eq!(asked(&bench).3, body);
        assert_eq!(opened(&bench), None);
    }

    #[test]
    fn a_server_is_told_of_the_document_first() {
        let mut bench = Bench::new(SERVER, None);
        let (_, url, headers, body) = asked(&bench);
        assert_eq!(url, "http://127.0.0.1:8080/doc/new");
        assert_eq!(body, r#"{"docId":"M"}"#);
        assert_eq!(headers[1], ("authorization".into(), "Bearer to+ken".into()));
        answer(&mut bench, 200, r#"{"docId":"M"}"#);
        let (_, url, again, body) = asked(&bench);
        assert_eq!(url, "http://127.0.0.1:8080/doc/M/auth");
        assert_eq!((again, &*body), (headers, "{}"));
        answer(&mut bench, 200, TOKEN);
        assert_eq!(opened(&bench).as_deref(), Some(SOCKET));
    }

    #[test]
    fn refusals_and_troubles() {
        fn check(status: u16, body: &str, expected: Result<Trouble, Trouble>) {
            let mut bench = Bench::new(ENDPOINT, None);
            answer(&mut bench, status, body);
            assert_eq!(bench.left(), Some(expected), "{status} {body}");
            assert_eq!(opened(&bench), None);
        }
        check(401, "", Err(Trouble::Denied));
        check(403, "", Err(Trouble::Denied));
        check(404, "", Err(Trouble::NotARelay(404)));
        check(302, "", Err(Trouble::NotARelay(302)));
        check(429, "", Ok(Trouble::SlowDown));
        check(503, "", Ok(Trouble::Server(503)));
        let nonsense = Ok(Trouble::BadAnswer("it is no token of y-sweet"));
        check(200, "", nonsense);
        check(200, "<html>", nonsense);
        check(200, r#"{"docId":"M"}"#, nonsense);
        check(
            200,
            r#"{"docId":"other","url":"wss://y.example"}"#,
            nonsense,
        );
        check(200, r#"{"docId":"M","url":"https://y.example"}"#, nonsense);
        check(200, r#"{"docId":"M","url":"wss://y.example?x"}"#, nonsense);
        check(200, r#"{"docId":"M","url":"wss://y. example"}"#, nonsense);
        let long = [
            "{\"docId\":\"M\",\"url\":\"wss://",
            &"y".repeat(MAX_URL),
            "\"}",
        ]
        .concat();
        check(200, &long, nonsense);
    }

    #[test]
    fn what_a_server_asks_for_is_waited() {
        let mut bench = Bench::new(ENDPOINT, None);
        answer(&mut bench, 429, "");
        let retry_at = Some(NOW * 1_000 + 90_000);
        let why = Trouble::SlowDown;
        assert_eq!(bench.status(), Some(Status::Offline { retry_at, why }));
        // No answer at all, and one that nobody waits for any more.
        bench.tell(In::RetryNow);
        let (req, ..) = asked(&bench);
        bench.now += 20_000;
        bench.tell(In::Tick);
        assert_eq!(bench.left(), Some(Ok(Trouble::TimedOut)));
        assert_eq!(bench.count(&Out::Abort { req }), 1);
        let late = In::Response {
            req,
            status: 200,
            retry_after: None,
            body: TOKEN.into(),
        };
        bench.tell(late);
        assert_eq!(opened(&bench), None);
    }

    #[test]
    fn who_may_only_read_is_told_so() {
        let mut bench = Bench::new(ENDPOINT, None);
        let token = TOKEN.replace('}', r#","authorization":"read-only"}"#);
        answer(&mut bench, 200, &token);
        bench.tell(In::SocketOpened);
        bench.tell(In::Publish(b"mine".to_vec()));
        bench.tell(In::SocketBytes(vec![0, 1, 2, 0, 0]));
        bench.now += 1_000;
        bench.tell(In::Tick);
        let (id, why) = (RecordId::of(b"mine"), Trouble::Denied);
        assert_eq!(bench.count(&Out::Rejected { id, why }), 1);
        // Who asks for it is looked at again.
        bench.told.clear();
        bench.tell(In::RetryNow);
        assert_eq!(asked(&bench).1, "https://site.example/api/auth?a=b");
    }

    #[test]
    fn addresses() {
        fn check(url: &str, expected: Option<&str>) {
            let door = Door::new(&Opening {
                url,
                mailbox: MAILBOX,
                cursor: None,
                seed: 0,
            });
            let url = door.ok().map(|mut door| door.knock().url);
            assert_eq!(url.as_deref(), expected);
        }
        check("yss://a@b.example/c/", Some("https://b.example/c/doc/new"));
        check("ws+ysweet://b.example", Some("http://b.example"));
        check("ys://b.example/?x", None);
        check("ys://a:b@b.example", None);
        check("ys:b.example", None);
    }
}
