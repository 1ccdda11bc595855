//! A server of the y-websocket family as a model: it holds one document for
//! each room, merges what it is sent, and knows nothing of what that means.
//! <https://github.com/yjs/y-protocols/blob/master/PROTOCOL.md>

use postil_core::wire::bytes::{Reader, put_bytes};

/// What a document of nothing is as an update: no structs and no deletions.
const NOTHING: &[u8] = &[0, 0];

/// What a message leads to.
#[derive(Debug, PartialEq, Eq)]
pub enum Turn {
    /// Nothing.
    Quiet,
    /// Only who sent it gets this.
    Answer(Vec<u8>),
    /// Everybody gets this, who sent it too.
    Tell(Vec<u8>),
}

/// One relay with one document.
#[derive(Debug, Default)]
pub struct SimDocument {
    /// What it was sent, in the order in which it came.
    updates: Vec<Vec<u8>>,
    /// All of that as one update; `None` until somebody asks for it again.
    merged: Option<Vec<u8>>,
}

impl SimDocument {
    /// How many updates it was sent.
    pub fn head(&self) -> usize {
        self.updates.len()
    }

    /// Goes back to its first updates, as a server does that was killed before
    /// it wrote the others down.
    pub fn restore(&mut self, len: usize) {
        self.updates.truncate(len);
        self.merged = None;
    }

    /// What it says first on a new connection: it asks for everything.
    pub fn greeting() -> Vec<u8> {
        vec![0, 0, 1, 0]
    }

    /// Takes a message.
    pub fn take(&mut self, message: &[u8]) -> Turn {
        let Some((&[kind, step], rest)) = message.split_first_chunk() else {
            return Turn::Quiet;
        };
        let Ok(content) = Reader::new(rest).bytes() else {
            return Turn::Quiet;
        };
        match (kind, step) {
            (0, 0) => {
                let lacking = yrs::diff_updates_v1(self.all(), content);
                let mut answer = vec![0, 1];
                put_bytes(&mut answer, &lacking.unwrap_or(NOTHING.into()));
                Turn::Answer(answer)
            }
            (0, 1 | 2) if content != NOTHING && yrs::merge_updates_v1([content]).is_ok() => {
                if let Some(merged) = &mut self.merged {
                    *merged = merge(&[&*merged, content]);
                }
                self.updates.push(content.to_vec());
                let mut news = vec![0, 2];
                put_bytes(&mut news, content);
                Turn::Tell(news)
            }
            _ => Turn::Quiet,
        }
    }

    fn all(&mut self) -> &[u8] {
        self.merged.get_or_insert_with(|| {
            let updates: Vec<&[u8]> = self.updates.iter().map(|it| &it[..]).collect();
            merge(&updates)
        })
    }
}

fn merge(updates: &[&[u8]]) -> Vec<u8> {
    match updates {
        [] => NOTHING.into(),
        _ => yrs::merge_updates_v1(updates).expect("each of them is an update"),
    }
}
