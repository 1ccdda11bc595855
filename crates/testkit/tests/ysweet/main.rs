//! y-sweet, with its documents in a folder. `cargo xtask soak` builds the server,
//! which takes minutes, and says where it is: no other command runs this.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "everything here is a test, also what is not marked as one"
)]

use std::process::Command;

use postil_core::relay::{In, RecordId, Relay, Status, Trouble};
use postil_testkit::conformance::relay::{Subject, run};
use postil_testkit::driver::{Driver, machine};
use postil_testkit::servers::{Kept, node, workspace};

/// A server's key, and the token for it that opens everything.
const KEY: &str = "ISgposxIZUm31zyax9466J4tlaurd6joDzbanxpV";
const TOKEN: &str = "AAAg6jfa8MWJiqzGO3PQiUL3THSVuz_zOEXIJS9duYHjwGw";
/// Another key, which that token does not fit.
const OTHER_KEY: &str = "2nArSly1BFjVad0zdcQnrBWPc7l8m4YLEdQPnEvm";

fn program() -> Command {
    let program = std::env::var_os("POSTIL_Y_SWEET");
    Command::new(program.expect("run `cargo xtask soak`: it builds y-sweet"))
}

struct YSweet {
    kept: Kept,
    /// A site that gives tokens to its readers.
    site: Kept,
    /// Whether one asks the site, or the server itself.
    by_site: bool,
}

impl YSweet {
    fn new(by_site: bool) -> Self {
        let (kept, site) = (Kept::default(), Kept::default());
        let mut server = YSweet {
            kept,
            site,
            by_site,
        };
        server.start();
        server
    }

    fn start_with(&mut self, key: &str) {
        self.stop();
        std::fs::create_dir_all(self.kept.file("documents")).unwrap();
        let mut command = program();
        command
            .args(["serve", "--host", "127.0.0.1", "--auth", key])
            .args(["--checkpoint-freq-seconds", "1", "--port"])
            .arg(self.kept.port.to_string())
            .arg(self.kept.file("documents"));
        self.kept.run(&mut command);
        let mut site = node(&workspace().join("crates/testkit/tests/ysweet/site.mjs"));
        site.args([self.site.port, self.kept.port].map(|it| it.to_string()))
            .arg(TOKEN);
        self.site.run(&mut site);
    }

    fn url(&self, readers: &str) -> String {
        match self.by_site {
            true => format!("ws+ysweet://127.0.0.1:{}/{readers}", self.site.port),
            false => format!("ys://{}@127.0.0.1:{}/", TOKEN, self.kept.port),
        }
    }
}

impl Subject for YSweet {
    fn connect(&self, mailbox: &str, cursor: Option<&[u8]>) -> Box<dyn Relay> {
        machine(&self.url("full"), mailbox, cursor)
    }

    fn stop(&mut self) {
        self.site.kill();
        // It writes what it has when it is asked to end.
        self.kept.interrupt();
    }

    fn start(&mut self) {
        self.start_with(KEY);
    }

    fn wipe(&mut self) {
        self.stop();
        self.kept.empty();
        self.start();
    }

    fn deny(&mut self) {
        self.start_with(OTHER_KEY);
    }
}

#[test]
fn the_server_itself_conforms() {
    run(|| Box::new(YSweet::new(false)));
}

#[test]
fn by_a_site_it_conforms() {
    run(|| Box::new(YSweet::new(true)));
}

#[test]
fn a_token_says_what_one_may_do() {
    const MAILBOX: &str = "token-00000000000000000000";
    let server = YSweet::new(true);
    let mut writer = Driver::new(server.connect(MAILBOX, None)).online();
    writer.publish([b"a".to_vec()]);
    let mut reader = Driver::new(machine(&server.url("read-only"), MAILBOX, None)).online();
    assert!(reader.seen.has(b"a"));
    reader.tell(In::Publish(b"b".to_vec()));
    let rejected = (RecordId::of(b"b"), Trouble::Denied);
    reader.until("the rejection", |seen| seen.rejected == [rejected]);
    writer.publish([b"c".to_vec()]);
    reader.until("the other's", |seen| seen.has(b"c"));
    // The site lets nobody else in.
    let mut nobody = Driver::new(machine(&server.url("nothing"), MAILBOX, None));
    nobody.tell(In::Online);
    let why = Trouble::Denied;
    nobody.until("the refusal", |seen| {
        seen.status == Some(Status::Refused { why })
    });
}
