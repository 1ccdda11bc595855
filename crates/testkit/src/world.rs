//! Devices, relays and time together.

mod perform;

use postil_core::command::Command;
use postil_core::draft::{CommandError, Draft};
use postil_core::id::{DeviceId, Millis, RoomId};
use postil_core::interchange::notes::Notes;
use postil_core::peer::{Brought, Peer};
use postil_core::relay::In;
use postil_core::text::Edit;

use crate::clock::SimClock;
use crate::device::{Answer, Operation, SimDevice, Tab};
use crate::net::{Delivery, Line, SimNet};
use crate::random::Random;

/// When every simulation begins, in milliseconds since 1970.
const START: Millis = 1_700_000_000_000;
/// How often a stream of wake-ups gives a sign of life, in milliseconds.
const BEAT: Millis = 15_000;

/// Something that is to happen.
#[derive(Debug)]
enum Happening {
    Net(Delivery),
    Beat(Line, u64),
    /// The timer of a relay's machine, unless it was set again since.
    Alarm(Line, u64),
    /// A peer's timer, unless it was set again since.
    Tick(usize, u64, u64),
    Heard(usize, u64, Vec<u8>),
    Signed(usize, u64, [u8; 64]),
    Renewed {
        device: usize,
        tab: u64,
        new: DeviceId,
        certificate: Option<[u8; 64]>,
        closing: [u8; 64],
    },
    Operate(usize, u64),
    Answered(usize, u64, Answer),
    /// A tab that rested goes on.
    GoOn(usize, u64),
    Lock(usize),
}

/// Everything there is.
#[derive(Debug)]
pub struct World {
    /// The one source of chance.
    pub random: Random,
    /// The relays and the ways to them.
    pub net: SimNet,
    /// The devices.
    pub devices: Vec<SimDevice>,
    /// The room they share.
    pub room: RoomId,
    /// How many writes of a hundred fail.
    pub store_faults: u64,
    /// Whether devices that take a new key find the author's gone.
    pub loses_author_keys: bool,
    clock: SimClock<Happening>,
    /// The page's own text, for tabs that are opened from now on.
    pub text: String,
    tabs: u64,
}

impl World {
    /// So many devices with one tab each, and so many mailboxes as relays.
    pub fn new(seed: u64, devices: usize, relays: usize, text: &str) -> Self {
        World::with_net(seed, devices, SimNet::new(relays, 0), text)
    }

    /// So many devices with one tab each, and these relays.
    pub fn with_net(seed: u64, devices: usize, net: SimNet, text: &str) -> Self {
        let mut random = Random::new(seed);
        let keys: Vec<u64> = (0..devices).map(|_| random.any()).collect();
        let mut world = World {
            random,
            net,
            devices: keys.into_iter().map(SimDevice::new).collect(),
            room: RoomId::named("simulation"),
            store_faults: 0,
            loses_author_keys: false,
            clock: SimClock::new(START),
            text: text.into(),
            tabs: 0,
        };
        for device in 0..devices {
            world.open(device);
        }
        world
    }

    /// The time.
    pub fn now(&self) -> Millis {
        self.clock.now()
    }

    /// Opens one more tab on a device.
    pub fn open(&mut self, device: usize) {
        let Some(own) = self.devices.get_mut(device) else {
            return;
        };
        self.tabs += 1;
        let id = self.tabs;
        let salt = self.random.any();
        let peer = Peer::new(self.room, own.id(), salt, Some(&self.text));
        let mut tab = Tab::new(id, peer);
        if own.leader.is_none() && self.random.percent(50) {
            own.leader = Some(id);
            tab.peer.lead_from_start();
        }
        own.tabs.push(tab);
        self.operate(device, id, Operation::Load);
        self.clock
            .after(1 + self.random.below(50), Happening::Lock(device));
    }

    /// A tab is gone, in the middle of whatever it did.
    pub fn crash(&mut self, device: usize, tab: u64) {
        let Some(own) = self.devices.get_mut(device) else {
            return;
        };
        own.tabs.retain(|t| t.id != tab);
        self.net.hang_up(device, tab);
        if own.leader == Some(tab) {
            own.leader = None;
            self.clock
                .after(1 + self.random.below(50), Happening::Lock(device));
        }
    }

    /// Lets time pass.
    pub fn run(&mut self, until: Millis) {
        while let Some(what) = self.clock.next(until) {
            self.happen(what);
        }
    }

    /// Lets this much time pass, in milliseconds.
    pub fn pass(&mut self, time: Millis) {
        self.run(self.now() + time);
    }

    /// A person asks for something in a tab.
    ///
    /// # Errors
    /// When it can not be done as things stand.
    pub fn command(
        &mut self,
        device: usize,
        tab: u64,
        command: &Command,
    ) -> Result<u64, CommandError> {
        let nonce = self.random.any().to_be_bytes();
        let now = self.now() + self.devices[device].skew;
        let own = self.devices[device]
            .tab(tab)
            .ok_or(CommandError::NotThere)?;
        let ticket = own.peer.command(command, nonce, now)?;
        self.perform(device, tab);
        Ok(ticket)
    }

    /// Puts a change on its way. Gives its ticket.
    pub fn submit(&mut self, device: usize, tab: u64, draft: Draft) -> u64 {
        let now = self.now() + self.devices[device].skew;
        let own = self.devices[device].tab(tab).expect("an open tab");
        let ticket = own.peer.submit(draft, now);
        self.perform(device, tab);
        ticket
    }

    /// A person types in a tab. `type_in` makes the changes of the text.
    pub fn write(&mut self, device: usize, tab: u64, type_in: impl FnOnce(&mut Tab) -> Vec<Edit>) {
        let now = self.now() + self.devices[device].skew;
        let Some(own) = self.devices[device].tab(tab) else {
            return;
        };
        let documents = own.peer.replica().projection().documents();
        let Some(base) = documents.current_id() else {
            return;
        };
        let number = documents.tab();
        for edit in type_in(own) {
            own.show(&edit.deltas);
            let draft = Draft::Edit {
                base,
                tab: number,
                update: edit.update,
            };
            own.peer.submit(draft, now);
        }
        self.perform(device, tab);
    }

    /// Outside bytes reach a tab by hand: a file, a code on a screen.
    pub fn hand_over(&mut self, device: usize, tab: u64, record: &[u8]) {
        let now = self.now();
        if let Some(own) = self.devices[device].tab(tab) {
            own.peer.bring("by hand", record, now);
        }
        self.perform(device, tab);
    }

    /// A person brings along what others said elsewhere. Gives how far that has
    /// come.
    pub fn take_notes(&mut self, device: usize, tab: u64, notes: &Notes) -> Brought {
        let now = self.now();
        let own = self.devices[device].tab(tab);
        let brought = own.map(|own| own.peer.take_notes(notes, now));
        self.perform(device, tab);
        brought.unwrap_or_default()
    }

    /// Tells the machine of one tab's relay something.
    pub fn tell_relay(&mut self, line: Line, input: In) {
        let now = self.now();
        if let Some(own) = self.devices[line.device].tab(line.tab) {
            own.peer.relay(line.relay, input, now);
        }
        self.perform(line.device, line.tab);
    }

    /// A tab comes onto a screen, or goes from it.
    pub fn show(&mut self, device: usize, tab: u64, shown: bool) {
        let now = self.now();
        if let Some(own) = self.devices[device].tab(tab) {
            own.peer.set_shown(shown, now);
        }
        self.perform(device, tab);
    }

    /// A tab is to save data from now on, or not.
    pub fn save_data(&mut self, device: usize, tab: u64, saves: bool) {
        let now = self.now();
        if let Some(own) = self.devices[device].tab(tab) {
            own.peer.set_saves(saves, now);
        }
        self.perform(device, tab);
    }

    /// The relay's records have changed behind its back: it says so.
    pub fn relay_changed(&mut self, relay: usize) {
        let mut out = Vec::new();
        self.net.changed(&mut self.random, relay, &mut out);
        self.deliver(out);
    }

    /// A document's server forgets what it was sent last.
    pub fn document_forgets(&mut self, relay: usize, keep: usize) {
        let (now, mut out) = (self.now(), Vec::new());
        self.net
            .forget(&mut self.random, relay, keep, now, &mut out);
        self.deliver(out);
    }

    fn deliver(&mut self, out: Vec<(Millis, Delivery)>) {
        for (delay, delivery) in out {
            self.clock.after(delay, Happening::Net(delivery));
        }
    }

    fn happen(&mut self, what: Happening) {
        let now = self.now();
        let mut out = Vec::new();
        match what {
            Happening::Net(Delivery::Request(request)) => {
                self.net.arrive(&mut self.random, request, &mut out);
            }
            Happening::Net(Delivery::Input(line, input)) => self.tell_relay(line, input),
            Happening::Net(Delivery::Message(line, number, bytes)) => {
                if self.net.is_current(&line, number) {
                    self.net
                        .message(&mut self.random, line, &bytes, now, &mut out);
                }
            }
            Happening::Net(Delivery::Told(line, number, input)) => {
                if self.net.is_current(&line, number) {
                    if matches!(input, In::SocketClosed { .. }) {
                        self.net.close_socket(&line);
                    }
                    self.tell_relay(line, input);
                }
            }
            Happening::Beat(line, stream) => {
                if self.net.beat(&mut self.random, line, stream, &mut out) {
                    self.clock.after(BEAT, Happening::Beat(line, stream));
                }
            }
            Happening::Alarm(line, setting) => {
                let own = self.devices[line.device].tab(line.tab);
                if own.is_some_and(|own| own.alarms.get(line.relay) == Some(&setting)) {
                    self.tell_relay(line, In::Tick);
                }
            }
            Happening::Tick(device, tab, setting) => {
                let own = self.devices[device].tab(tab);
                if let Some(own) = own.filter(|own| own.timer == setting) {
                    own.peer.tick(now);
                }
                self.perform(device, tab);
            }
            Happening::Heard(device, tab, frame) => {
                if let Some(own) = self.devices[device].tab(tab) {
                    own.peer.heard(&frame, now);
                }
                self.perform(device, tab);
            }
            Happening::Signed(device, tab, signature) => {
                if let Some(own) = self.devices[device].tab(tab) {
                    own.peer.signed(signature);
                }
                self.perform(device, tab);
            }
            Happening::Renewed {
                device,
                tab,
                new,
                certificate,
                closing,
            } => {
                if let Some(own) = self.devices[device].tab(tab) {
                    own.peer.renewed(new, certificate, &closing, now);
                }
                self.perform(device, tab);
            }
            Happening::Operate(device, tab) => self.operate_now(device, tab),
            Happening::Answered(device, tab, answer) => self.answered(device, tab, answer),
            Happening::GoOn(device, tab) => self.perform(device, tab),
            Happening::Lock(device) => self.lock(device),
        }
        self.deliver(out);
    }

    /// Whichever tab asked for the lock gets it, if it is free.
    fn lock(&mut self, device: usize) {
        let own = &mut self.devices[device];
        if own.leader.is_some() || own.tabs.is_empty() {
            return;
        }
        let chosen = self.random.index(own.tabs.len());
        let tab = &mut own.tabs[chosen];
        tab.peer.lead();
        let id = tab.id;
        own.leader = Some(id);
        self.perform(device, id);
    }
}
