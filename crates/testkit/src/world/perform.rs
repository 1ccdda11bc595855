//! What a peer asks for is done: by its store, its key, its relays and the
//! other tabs.

use postil_core::event;
use postil_core::id::{DeviceId, Millis};
use postil_core::peer::Effect;
use postil_core::relay::Out;

use super::{BEAT, Happening, World};
use crate::device::{Answer, Operation, Values};
use crate::net::{Delivery, Line, Request};

impl World {
    pub(super) fn operate(&mut self, device: usize, tab: u64, operation: Operation) {
        if let Some(own) = self.devices[device].tab(tab) {
            own.operations.push_back(operation);
        }
        self.next_operation(device, tab);
    }

    /// The store does one thing after another.
    pub(super) fn next_operation(&mut self, device: usize, tab: u64) {
        let own = self.devices[device].tab(tab);
        if let Some(own) = own.filter(|own| !own.busy && !own.operations.is_empty()) {
            own.busy = true;
            let delay = 1 + self.random.below(10);
            self.clock.after(delay, Happening::Operate(device, tab));
        }
    }

    /// The store does the next thing. A tab may be gone before it hears of it.
    pub(super) fn operate_now(&mut self, device: usize, tab: u64) {
        let room = self.room;
        let own = &mut self.devices[device];
        let Some(operation) = own.tab(tab).and_then(|own| own.operations.pop_front()) else {
            return;
        };
        let answer = match operation {
            Operation::Load => Answer::Loaded(own.store.read()),
            Operation::Save(_) if self.random.percent(self.store_faults) => {
                Answer::Saved(Err(postil_core::store::StoreError::Full))
            }
            Operation::Save(write) => {
                let result = own.store.write(&write);
                if result.is_ok() {
                    own.note_saved(&write, &room);
                }
                Answer::Saved(result)
            }
        };
        let delay = 1 + self.random.below(10);
        self.clock
            .after(delay, Happening::Answered(device, tab, answer));
    }

    pub(super) fn answered(&mut self, device: usize, tab: u64, answer: Answer) {
        let now = self.now();
        let Some(own) = self.devices[device].tab(tab) else {
            return;
        };
        match answer {
            Answer::Saved(result) => {
                own.busy = false;
                own.peer.saved(result, now);
            }
            Answer::Loaded(loaded) => {
                own.busy = false;
                let values = loaded.values.clone();
                own.peer.load(loaded);
                self.load_more_later(device, tab, values);
            }
            Answer::More(values) => {
                if own.peer.load_more(now) {
                    self.load_more_later(device, tab, values);
                } else {
                    self.loaded(device, tab, &values);
                }
            }
        }
        self.next_operation(device, tab);
        self.perform(device, tab);
    }

    /// Anything else may happen before the tab takes more of what was loaded.
    fn load_more_later(&mut self, device: usize, tab: u64, values: Values) {
        let more = Happening::Answered(device, tab, Answer::More(values));
        self.clock.after(self.random.below(3), more);
    }

    fn loaded(&mut self, device: usize, tab: u64, values: &Values) {
        let now = self.now();
        let relays = self.net.urls();
        let Some(own) = self.devices[device].tab(tab) else {
            return;
        };
        if !own.loaded {
            own.loaded = true;
            own.peer.greet();
        }
        if own.peer.leads() && own.peer.relays().count() == 0 {
            own.add_relays(&relays, values, now);
        }
    }

    /// Takes a relay away from a leading tab, as a page may at any time.
    pub fn leave(&mut self, line: Line) {
        let now = self.now();
        if let Some(own) = self.devices[line.device].tab(line.tab) {
            own.peer.remove_relay(line.relay, now);
        }
        self.perform(line.device, line.tab);
    }

    /// Gives a leading tab back the relays that were taken away.
    pub fn join(&mut self, device: usize, tab: u64) {
        let (now, relays) = (self.now(), self.net.urls());
        let values = self.devices[device].store.read().values;
        if let Some(own) = self.devices[device].tab(tab)
            && own.loaded
            && own.peer.leads()
        {
            own.add_relays(&relays, &values, now);
        }
        self.perform(device, tab);
    }

    /// Does what a tab's peer wants done.
    pub(super) fn perform(&mut self, device: usize, tab: u64) {
        let mut net = Vec::new();
        let mut changed = false;
        while let Some(own) = self.devices[device].tab(tab) {
            let Some(effect) = own.peer.effect() else {
                own.follow();
                if std::mem::take(&mut changed) {
                    own.peer.say_state(Vec::new());
                    continue;
                }
                break;
            };
            match effect {
                Effect::Sign {
                    device: key,
                    message,
                } => {
                    let signature = self.devices[device].sign(&key, &message);
                    let signature = signature.expect("the device has the key");
                    let signed = Happening::Signed(device, tab, signature);
                    self.clock.after(1 + self.random.below(5), signed);
                }
                Effect::Renew {
                    device: old,
                    author,
                    until,
                } => {
                    let own = &mut self.devices[device];
                    let new = own.add_key(self.random.any());
                    let room = &self.room;
                    let author = DeviceId(author.0);
                    let certificate = own.sign(&author, &event::device::message(room, &new));
                    let closing = own.sign(&old, &event::close::message(room, &new, until));
                    let renewed = Happening::Renewed {
                        device,
                        tab,
                        new,
                        certificate: certificate.filter(|_| !self.loses_author_keys),
                        closing: closing.expect("the device has the key"),
                    };
                    self.clock.after(1 + self.random.below(20), renewed);
                }
                Effect::Renewed { same_author, again } => own.renewed.push((same_author, again)),
                Effect::Save(write) => self.operate(device, tab, Operation::Save(write)),
                Effect::Reload => self.operate(device, tab, Operation::Load),
                Effect::Relay { relay, out } => {
                    let line = Line { device, tab, relay };
                    self.perform_out(line, out, &mut net);
                }
                Effect::Tell(frame) => {
                    let others = self.devices[device].tabs.iter();
                    for other in others.map(|other| other.id).filter(|id| *id != tab) {
                        let heard = Happening::Heard(device, other, frame.clone());
                        self.clock.after(1, heard);
                    }
                }
                Effect::WakeAt(at) => {
                    own.timer += 1;
                    let tick = Happening::Tick(device, tab, own.timer);
                    self.clock.at(at, tick);
                }
                Effect::Done { ticket, result } => {
                    own.done.insert(ticket, result);
                }
                Effect::SetAside(aside) => own.aside.push(aside),
                Effect::RelayChanged => changed = true,
                Effect::Stalled(_) => {}
                Effect::Rest => {
                    // Anything may happen in between, or nothing.
                    if self.random.percent(50) {
                        if changed {
                            own.peer.say_state(Vec::new());
                        }
                        let go_on = Happening::GoOn(device, tab);
                        self.clock.after(1 + self.random.below(20), go_on);
                        break;
                    }
                }
            }
        }
        self.deliver(net);
    }

    pub(super) fn perform_out(&mut self, line: Line, out: Out, net: &mut Vec<(Millis, Delivery)>) {
        match out {
            Out::Request {
                req,
                method,
                url,
                body,
                ..
            } => {
                let request = Request {
                    line,
                    req,
                    method,
                    url,
                    body,
                };
                self.net.request(&mut self.random, request, net);
            }
            Out::OpenStream { .. } => {
                let opened = self.net.open_stream(&mut self.random, line, net);
                if let Some(stream) = opened {
                    self.clock.after(BEAT, Happening::Beat(line, stream));
                }
            }
            Out::CloseStream => self.net.close_stream(&line),
            Out::OpenSocket { .. } => {
                let now = self.now();
                self.net.open_socket(&mut self.random, line, now, net);
            }
            Out::SendBytes(bytes) => {
                let now = self.now();
                self.net.send_bytes(&mut self.random, line, bytes, now, net);
            }
            Out::CloseSocket => self.net.close_socket(&line),
            Out::WakeAt(at) => {
                let own = self.devices[line.device].tab(line.tab);
                if let Some(setting) = own.and_then(|own| own.alarms.get_mut(line.relay)) {
                    *setting += 1;
                    let alarm = Happening::Alarm(line, *setting);
                    if let Some(at) = at {
                        self.clock.at(at, alarm);
                    }
                }
            }
            _ => {}
        }
    }
}
