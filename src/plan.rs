//! Work that is done later, a slice at a time.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;

use crate::platform::{breathe, rest};

/// What is to be done next, of which there is one thing at most: what was
/// planned before is forgotten.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// Counts what was planned.
    turn: Rc<Cell<u32>>,
}

impl Plan {
    /// Does `work` in so many milliseconds. Without any wait it is done as soon
    /// as the browser has done what else it has to: a timer that is set by a
    /// timer would wait at least four.
    pub(crate) fn within(&self, wait: u32, work: impl FnOnce() + 'static) {
        self.take_up(wait, Box::new(work));
    }

    fn take_up(&self, wait: u32, work: Box<dyn FnOnce()>) {
        self.forget();
        let (turn, now) = (self.turn.get(), self.turn.clone());
        spawn_local(async move {
            match wait {
                0 => breathe().await,
                wait => rest(wait as i32).await,
            }
            if now.get() == turn {
                work();
            }
        });
    }

    /// Does not do what is planned.
    pub(crate) fn forget(&self) {
        self.turn.set(self.turn.get().wrapping_add(1));
    }
}
