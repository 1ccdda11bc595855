//! Fetches the servers that end-to-end tests start, unless they are there.

use postil_testkit::servers::debian;

fn main() {
    for package in ["nats-server", "mosquitto"] {
        debian(package, package);
    }
}
