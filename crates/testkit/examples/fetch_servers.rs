//! Fetches the servers that end-to-end tests start, unless they are there.

use postil_testkit::servers::{NOSTR, debian, python, unpacked};

fn main() {
    for package in ["nats-server", "mosquitto"] {
        debian(package, package);
    }
    unpacked("libnginx-mod-http-dav-ext");
    python("nostr-relay", NOSTR);
}
