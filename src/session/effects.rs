//! Performs what the peer asks for, and passes on what changed.

use gloo_timers::callback::Timeout;
use postil_core::peer::{Effect, Peer};
use postil_core::store::{Store, Write};
use wasm_bindgen_futures::spawn_local;

use super::link::Link;
use super::{Asked, Job, Session};
use crate::i18n::Words;
use crate::platform::{Pace, breathe, now};

/// How soon panels are drawn while more comes, in milliseconds.
const SOON: u32 = 1_000;
/// Later if it takes long: after so many times what the last time took, which a
/// device that slept meanwhile can not tell.
const TIMES: u32 = 10;
/// No later than this, in milliseconds.
const LATE: u32 = 5_000;

impl Session {
    /// Performs effects until there are none, or until the page has to breathe,
    /// then passes on what changed.
    pub(super) fn pump(&self) {
        let pace = Pace::new();
        while let Some(effect) = self.peer(Peer::effect).flatten() {
            if effect == Effect::Rest && pace.is_over() {
                let wait = self.drawn_for.get().saturating_mul(TIMES);
                self.pass_on_changes(wait.clamp(SOON, LATE));
                return self.go_on();
            }
            self.perform(effect);
        }
        self.pass_on_changes(0);
    }

    /// Goes on with what relays said as soon as the page has done what else it
    /// has to do.
    fn go_on(&self) {
        if self.goes_on.replace(true) {
            return;
        }
        let this = self.this.clone();
        spawn_local(async move {
            breathe().await;
            if let Some(session) = this.upgrade() {
                session.goes_on.set(false);
                session.pump();
            }
        });
    }

    fn perform(&self, effect: Effect) {
        match effect {
            Effect::Sign { device, message } => self.sign(device, message),
            Effect::Renew {
                device,
                author,
                until,
            } => self.renew(device, author, until),
            Effect::Renewed { same_author, again } => {
                self.notices.borrow_mut().renewed(same_author, again);
                self.refresh_within(0);
            }
            Effect::Save(write) => self.save(Job::Peer(write)),
            Effect::Reload => self.reload(),
            Effect::Relay { relay, out } => {
                if let Some(Some((_, driver))) = self.state.borrow().drivers.get(relay) {
                    driver.perform(out);
                }
            }
            Effect::Tell(bytes) => {
                if let Some(channel) = &self.state.borrow().channel {
                    channel.tell(&bytes);
                }
            }
            Effect::WakeAt(at) => self.wake_at(at),
            Effect::Done { ticket, result } => self.done(ticket, result),
            Effect::Stalled(Some(error)) => {
                self.notices.borrow_mut().store_failed(&error);
                self.refresh_within(0);
            }
            Effect::Stalled(None) => {
                if self.notices.borrow_mut().store_works() {
                    self.refresh_within(0);
                }
            }
            Effect::SetAside(aside) => {
                self.notices.borrow_mut().set_aside(&aside);
                self.refresh_within(0);
            }
            Effect::RelayChanged => self.update_link(),
            Effect::Rest => {}
        }
    }

    /// Puts a write in line; writes are made one after another, and the session
    /// lives until the last one is made.
    pub(super) fn save(&self, job: Job) {
        let mut state = self.state.borrow_mut();
        state.saves.push_back(job);
        let Some((session, store)) = self.this.upgrade().zip(state.store.clone()) else {
            return;
        };
        if std::mem::replace(&mut state.saving, true) {
            return;
        }
        drop(state);
        spawn_local(async move {
            while let Some(job) = session.next_job() {
                let (Job::Peer(write) | Job::Own(write)) = &job;
                let saved = store.commit(write).await;
                match (job, saved) {
                    (Job::Peer(_), saved) => session.input(|peer| peer.saved(saved, now())),
                    (Job::Own(_), Err(error)) => session.notices.borrow_mut().store_failed(&error),
                    (Job::Own(_), Ok(())) => {}
                }
            }
        });
    }

    fn next_job(&self) -> Option<Job> {
        let mut state = self.state.borrow_mut();
        let job = state.saves.pop_front();
        state.saving = job.is_some();
        job
    }

    fn reload(&self) {
        let (this, store) = (self.this.clone(), self.state.borrow().store.clone());
        spawn_local(async move {
            let Some(store) = store else { return };
            let loaded = store.load().await;
            if let Some(session) = this.upgrade() {
                match loaded {
                    Ok(loaded) => {
                        session.take_in(loaded, &mut Pace::new()).await;
                        session.pump();
                    }
                    Err(error) => session.notices.borrow_mut().store_failed(&error),
                }
            }
        });
    }

    fn wake_at(&self, at: u64) {
        let this = self.this.clone();
        let wait = at.saturating_sub(now()).min(60_000) as u32;
        let timer = Timeout::new(wait, move || {
            if let Some(session) = this.upgrade() {
                session.input(|peer| peer.tick(now()));
            }
        });
        self.state.borrow_mut().wake = Some(timer);
    }

    fn done(&self, ticket: u64, result: Result<u32, String>) {
        let asked = self.state.borrow_mut().asked.remove(&ticket);
        if let Err(reason) = result {
            if let Some(Asked::Edit) = asked {
                self.edit_refused();
            } else {
                self.notices.borrow_mut().not_done(&reason);
            }
            self.refresh_within(0);
        }
    }

    /// Puts away or keeps a small value of the room.
    pub(super) fn keep_value(&self, key: &str, value: Option<Vec<u8>>) {
        {
            let mut state = self.state.borrow_mut();
            match &value {
                Some(value) => state.values.insert(key.into(), value.clone()),
                None => state.values.remove(key),
            };
        }
        self.save(Job::Own(Write {
            values: vec![(key.into(), value)],
            ..Write::default()
        }));
    }

    /// A small value of the room that is text.
    pub(super) fn value(&self, key: &str) -> Option<String> {
        let bytes = self.state.borrow().values.get(key)?.clone();
        String::from_utf8(bytes).ok()
    }

    /// What changed goes to the editor at once and to the panels within `wait`
    /// milliseconds.
    fn pass_on_changes(&self, wait: u32) {
        let Some(changes) = self.peer(|peer| peer.replica_mut().take_changes()) else {
            return;
        };
        if changes.is_empty() {
            // What changed before need not wait any longer once all is here.
            if wait == 0 && self.outdated.get() {
                self.refresh_within(0);
            }
            return;
        }
        if changes.replaced {
            self.typing.borrow_mut().forget();
            self.places.borrow_mut().forget();
            self.text_changes
                .set(self.text_changes.get().wrapping_add(1));
            if let Some(document) = self.document() {
                document.editor.refresh();
            }
        } else if !changes.text.is_empty() {
            self.text_moved(&changes.text);
            if let Some(document) = self.document() {
                document.editor.apply(&changes.text);
            }
        }
        if changes.authors || !changes.threads.is_empty() {
            self.outdated.set(true);
            for thread in &changes.threads {
                let relinked = changes.relinked.contains(thread);
                self.places.borrow_mut().touch(*thread, relinked);
                for panel in self.panels() {
                    panel.touch(*thread, relinked);
                }
            }
        }
        if changes.versions {
            let versions = self.versions().into_iter().map(|(_, text)| text);
            self.notices.borrow_mut().versions(versions.collect());
        }
        for panel in self.panels() {
            panel.tell_changed(&changes.threads);
        }
        self.refresh_within(wait);
    }

    /// Sums up how things stand with the relays and says so where it is shown.
    pub(super) fn update_link(&self) {
        let words = self.panels().first().map(|it| it.words.borrow().clone());
        let found = self.peer(|peer| (peer.leads(), peer.waiting(), Link::told(peer.told())));
        let Some((leads, waiting, told)) = found else {
            return;
        };
        let link = if self.state.borrow().relays.is_empty() {
            Link::NoRelay
        } else if leads {
            let words = words.clone().unwrap_or_else(Words::fallback);
            Link::Relays(self.relay_rows(&words).into())
        } else {
            told
        };
        if words.is_some() {
            let told = link.tell();
            self.peer(|peer| peer.say_state(told));
        }
        *self.link.borrow_mut() = link;
        let connection = self.link.borrow().connection();
        for panel in self.panels() {
            panel.tell_sync(&connection, waiting);
        }
        self.refresh_within(0);
    }
}
