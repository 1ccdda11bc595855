//! Clients join the lists of the real server, in every log that it can keep.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::rc::Rc;
use std::time::{Duration, Instant};

use postil_core::relay::Method;
use postil_core::relay::cover;
use postil_core::relay::framing::Position;
use postil_relay_server::{Config, check};
use postil_testkit::covers::{
    read, small_records_are_joined, who_comes_back_undoes_a_false_cover,
    who_is_there_undoes_a_false_cover, who_misses_something_asks_for_it, world,
};
use postil_testkit::mailbox::SimMailbox;
use postil_testkit::servers::free_port;
use postil_testkit::world::World;
use tempfile::TempDir;

use crate::nats::Nats;
use crate::support::{
    Program, ROOM, Server, append, ask, config, contents, framed, get, in_memory, try_ask,
};

/// A world whose relay is the server at this address, whichever it is by then.
fn world_of(address: &Rc<RefCell<SocketAddr>>) -> World {
    let address = address.clone();
    let relay = SimMailbox::real(Box::new(move |method, path, body| {
        let name = match method {
            Method::Post => "POST",
            _ => "GET",
        };
        let answer = try_ask(*address.borrow(), name, path, &[], body).unwrap();
        (answer.status, answer.body)
    }));
    world(1, relay)
}

#[test]
fn small_records_become_few_and_stay_so() {
    let folder = TempDir::new().unwrap();
    let program = Rc::new(RefCell::new(Some(Program::on(folder.path()))));
    let running = program.borrow().as_ref().unwrap().address;
    let address = Rc::new(RefCell::new(running));
    let mut world = world_of(&address);
    // In the middle of it the program is killed and started again.
    let mut restart = || {
        program.borrow_mut().take().unwrap().kill();
        let again = Program::on(folder.path());
        *address.borrow_mut() = again.address;
        *program.borrow_mut() = Some(again);
    };
    let (before, after) = small_records_are_joined(&mut world, &mut restart);
    println!("before {before:?}, after {after:?}");
    // A backup holds the same, and everything fits together.
    let (_, listed, at) = read(&mut world, "listed");
    let copy = folder.path().join("copy");
    let mut command = Command::new(env!("CARGO_BIN_EXE_postil-relay"));
    command.args(["backup", copy.to_str().unwrap(), "--data"]);
    assert!(command.arg(folder.path()).status().unwrap().success());
    let other = TempDir::new().unwrap();
    std::fs::rename(&copy, other.path().join("mailboxes.redb")).unwrap();
    let restored = Server::start(config(other.path()));
    *address.borrow_mut() = restored.address;
    let (_, found, there) = read(&mut world, "listed");
    assert!(found == listed && there == at);
    drop((restored, program.borrow_mut().take()));
    for file in [folder.path(), other.path()] {
        let report = check(&file.join("mailboxes.redb")).unwrap();
        assert!(report.damage.is_empty(), "{:?}", report.damage);
    }
}

#[test]
fn so_they_do_over_nats_at_every_server() {
    let folder = TempDir::new().unwrap();
    let nats = Nats::start(folder.path(), free_port());
    let servers = [Server::start(nats.config()), Server::start(nats.config())];
    let address = Rc::new(RefCell::new(servers[0].address));
    let mut world = world_of(&address);
    let mut turn = 0;
    // Another server each time.
    let mut change = || {
        turn += 1;
        *address.borrow_mut() = servers[turn % 2].address;
    };
    small_records_are_joined(&mut world, &mut change);
    let expected = read(&mut world, "listed");
    // One that starts later reads what has been.
    let late = Server::start(nats.config());
    for server in servers.iter().chain([&late]) {
        *address.borrow_mut() = server.address;
        assert!(read(&mut world, "listed") == expected);
    }
}

#[test]
fn false_covers_are_undone_at_the_real_server() {
    let folder = TempDir::new().unwrap();
    let mut number = 0;
    let mut check = |story: fn(&mut World)| {
        number += 1;
        let configs: [Config; 2] = [in_memory(), config(&folder.path().join(number.to_string()))];
        for config in configs {
            let server = Server::start(config);
            story(&mut world_of(&Rc::new(RefCell::new(server.address))));
        }
    };
    check(who_is_there_undoes_a_false_cover);
    check(who_comes_back_undoes_a_false_cover);
    check(who_misses_something_asks_for_it);
}

/// Says to a server that 1 and 2 are in 3.
fn say_covered(address: SocketAddr) -> Vec<u8> {
    let records: [&[u8]; 3] = [&[1; 300], &[2; 300], b"both"];
    let answer = ask(address, "POST", &format!("/m/{ROOM}"), &framed(&records));
    let at = Position::take(&mut &answer.body[..]).unwrap();
    let said = cover::cover(&at, 1..=2);
    assert_eq!(append(address, ROOM, &[&said]), 200);
    said
}

#[test]
fn what_is_covered_is_dropped_after_a_time() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(config(folder.path()));
    let said = say_covered(server.address);
    assert_eq!(contents(server.address, ROOM).len(), 4);
    drop(server);
    let mut soon = config(folder.path());
    soon.keep_covered = Some(Duration::ZERO);
    let end = Instant::now() + Duration::from_secs(30);
    // It is looked for when a server starts.
    let server = loop {
        let server = Server::start(soon.clone());
        let page = get(server.address, &format!("/m/{ROOM}?after=0")).body;
        if page.len() < 300 {
            break server;
        }
        assert!(Instant::now() < end, "it is never dropped");
    };
    let all = get(server.address, &format!("/m/{ROOM}?after=0")).body;
    let listed = get(server.address, &format!("/m/{ROOM}?listed=0")).body;
    assert_eq!(all, listed, "with a gap where they were");
    assert!(listed.ends_with(&framed(&[b"both", &said])));
    // Somebody still has one of them.
    assert_eq!(append(server.address, ROOM, &[&[1; 300], b"both"]), 200);
    let page = get(server.address, &format!("/m/{ROOM}?listed=4")).body;
    assert!(page.ends_with(&framed(&[&[1; 300]])));
    drop(server);
    assert_sound(folder.path());
}

fn assert_sound(folder: &Path) {
    let report = check(&folder.join("mailboxes.redb")).unwrap();
    assert!(report.damage.is_empty(), "{:?}", report.damage);
}
