//! What the person should know and can put away.

use std::rc::Rc;

use postil_core::draft::CommandError;
use postil_core::store::{Quarantined, StoreError};
use postil_core::wire::bundle::BundleError;

use crate::i18n::{Text, Words};
use crate::view::snapshot::{Notice, NoticeKind};

/// Most lines of detail that a notice keeps.
const MAX_DETAIL: usize = 20;
/// What stands between one text and the next.
const BETWEEN: &str = "\n\n* * *\n\n";

/// The notices of a session, oldest first; at most one about each matter.
#[derive(Default)]
pub(super) struct Notices {
    list: Vec<News>,
    /// The other versions of the text that were last told of.
    versions: Vec<String>,
    shown: Option<(Words, Rc<Vec<Notice>>)>,
}

/// One piece of news.
#[derive(Debug, Clone, PartialEq)]
enum News {
    /// A command could not be carried out.
    Command(CommandError),
    /// Something that was asked for did not happen, for a reason that has no
    /// words of its own.
    NotDone(String),
    /// The store could not keep something.
    Store(StoreError),
    /// An address is not one of a relay.
    Address(String),
    /// What was to be opened is no copy of this discussion.
    Copy(BundleError),
    /// Outside bytes were set aside, for these reasons.
    Aside(Vec<String>),
    /// Other versions of the text were edited.
    Versions(Vec<String>),
    /// A new key writes here: whether for the same author, and how much it says
    /// once more.
    Renewed(bool, u32),
}

impl Notices {
    /// All of them, in the language of the interface.
    pub(super) fn shown(&mut self, words: &Words) -> Rc<Vec<Notice>> {
        if let Some((of, shown)) = &self.shown
            && of == words
        {
            return shown.clone();
        }
        let shown: Rc<Vec<Notice>> =
            Rc::new(self.list.iter().map(|news| news.notice(words)).collect());
        self.shown = Some((words.clone(), shown.clone()));
        shown
    }

    fn put(&mut self, news: News) {
        if self.list.contains(&news) {
            return;
        }
        self.list.retain(|other| !other.is_about_the_same_as(&news));
        self.list.push(news);
        self.shown = None;
    }

    /// The person has read one.
    pub(super) fn dismiss(&mut self, index: usize) {
        if index < self.list.len() {
            self.list.remove(index);
            self.shown = None;
        }
    }

    /// A command could not be carried out.
    pub(super) fn command_failed(&mut self, error: &CommandError) {
        self.put(News::Command(error.clone()));
    }

    /// Something that was asked for did not happen.
    pub(super) fn not_done(&mut self, reason: &str) {
        self.put(News::NotDone(reason.into()));
    }

    /// The store could not keep something.
    pub(super) fn store_failed(&mut self, error: &StoreError) {
        self.put(News::Store(error.clone()));
    }

    /// The store kept something. Says whether that is news.
    pub(super) fn store_works(&mut self) -> bool {
        let before = self.list.len();
        // That nothing can be kept at all stays true.
        self.list
            .retain(|news| !matches!(news, News::Store(StoreError::Full | StoreError::Failed(_))));
        let changed = before != self.list.len();
        if changed {
            self.shown = None;
        }
        changed
    }

    /// An address is not one of a relay.
    pub(super) fn bad_address(&mut self, url: &str) {
        self.put(News::Address(url.into()));
    }

    /// These other versions of the text were edited. It is told again when they
    /// change.
    pub(super) fn versions(&mut self, texts: Vec<String>) {
        if texts == self.versions {
            return;
        }
        self.versions.clone_from(&texts);
        if texts.is_empty() {
            self.list.retain(|news| !matches!(news, News::Versions(_)));
            self.shown = None;
        } else {
            self.put(News::Versions(texts));
        }
    }

    /// A new key writes here.
    pub(super) fn renewed(&mut self, same_author: bool, again: u32) {
        self.put(News::Renewed(same_author, again));
    }

    /// What was to be opened is no copy of this discussion.
    pub(super) fn copy_refused(&mut self, why: BundleError) {
        self.put(News::Copy(why));
    }

    /// Outside bytes were set aside.
    pub(super) fn set_aside(&mut self, aside: &Quarantined) {
        let line = [&*aside.from, ": ", &*aside.reason].concat();
        let mut lines = self
            .list
            .iter()
            .find_map(|news| match news {
                News::Aside(lines) => Some(lines.clone()),
                _ => None,
            })
            .unwrap_or_default();
        if lines.len() < MAX_DETAIL && !lines.contains(&line) {
            lines.push(line);
        }
        self.put(News::Aside(lines));
    }
}

impl News {
    fn is_about_the_same_as(&self, other: &News) -> bool {
        let command = |news: &News| matches!(news, News::Command(_) | News::NotDone(_));
        std::mem::discriminant(self) == std::mem::discriminant(other)
            || (command(self) && command(other))
    }

    fn notice(&self, words: &Words) -> Notice {
        let error = |text: String| Notice {
            kind: NoticeKind::Error,
            text: text.into(),
            detail: None,
        };
        match self {
            News::Command(CommandError::Empty) => error(words.t(Text::CommandEmpty).into()),
            News::Command(CommandError::TooLong { have, limit }) => {
                let (have, limit) = (words.number(*have), words.number(*limit));
                error(words.with(Text::CommandTooLong, &[("have", &have), ("limit", &limit)]))
            }
            News::Command(CommandError::NoText) => error(words.t(Text::CommandNoText).into()),
            News::Command(CommandError::NotThere) => error(words.t(Text::CommandNotThere).into()),
            News::NotDone(why) => error(words.with(Text::NotDone, &[("why", why)])),
            News::Store(StoreError::Full) => error(words.t(Text::StoreFull).into()),
            News::Store(StoreError::Unavailable(why)) => {
                error(words.with(Text::StoreUnavailable, &[("why", why)]))
            }
            News::Store(StoreError::Failed(why)) => {
                error(words.with(Text::StoreFailed, &[("why", why)]))
            }
            News::Store(StoreError::Conflict) => {
                error(words.with(Text::StoreFailed, &[("why", "conflict")]))
            }
            News::Address(url) => error(words.with(Text::RelayAddress, &[("url", url)])),
            News::Versions(texts) => Notice {
                kind: NoticeKind::Version,
                text: words.count(Text::OtherVersions, texts.len()).into(),
                detail: Some(texts.join(BETWEEN).into()),
            },
            News::Renewed(same_author, again) => {
                let text = match same_author {
                    true => words.t(Text::RenewedSame).to_owned(),
                    false => words.t(Text::RenewedNew).to_owned(),
                };
                let again = (*again > 0).then(|| words.count(Text::RenewedAgain, *again as usize));
                Notice {
                    kind: NoticeKind::Info,
                    text: [Some(text), again]
                        .into_iter()
                        .flatten()
                        .collect::<Vec<_>>()
                        .join(" ")
                        .into(),
                    detail: None,
                }
            }
            News::Copy(why) => error(words.t(refusal(*why)).into()),
            News::Aside(lines) => Notice {
                kind: NoticeKind::Quarantine,
                text: words.t(Text::SetAside).into(),
                detail: Some(lines.join("\n").into()),
            },
        }
    }
}

fn refusal(why: BundleError) -> Text {
    match why {
        BundleError::TooLarge(_) => Text::CopyFileTooLarge,
        BundleError::NotABundle => Text::CopyIsNone,
        BundleError::Version => Text::CopyIsNewer,
        BundleError::OtherRoom => Text::CopyOfOther,
    }
}
