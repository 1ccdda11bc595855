//! The names of all texts of the interface.

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// One text of the interface.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Text {
            $($(#[$doc])* $name,)*
        }

        impl Text {
            /// Every text.
            pub const ALL: &'static [Text] = &[$(Text::$name,)*];
            /// Their names, in the same order, with a space behind each: a list
            /// of them would be twice as long.
            pub(super) const NAMES: &'static str = concat!($(stringify!($name), " "),*);
        }
    };
}

texts! {
    /// Button: start a thread.
    Comment,
    /// Button: start a thread on a picture.
    CommentPicture,
    /// Button: start a thread at a time of a player.
    CommentAt,
    /// What a thread is about: a picture.
    Picture,
    /// What a thread is about: a part of a picture.
    PartOfPicture,
    /// What a thread is about: a sound or a film.
    Recording,
    /// Button: have a player go to a time.
    SeekTo,
    /// Heading of the pictures and players that can be commented.
    OnPicture,
    /// How to choose a part of a picture.
    FrameHint,
    /// What part is chosen.
    FramePart,
    /// Name of the part of the page that is drawn over pictures.
    OverPictures,
    /// Asked when a thread's picture was replaced.
    ProposalPicture,
    /// Why a thread on a picture is detached.
    DetachedPicture,
    /// Button: send what was written.
    Publish,
    /// Said by the element when that is asked for before this module is there.
    WillPublish,
    /// Button: answer a thread.
    Reply,
    /// Button: change an own comment.
    Edit,
    /// Button: delete an own comment.
    Delete,
    /// Button: close a thread.
    Resolve,
    /// Button: open a resolved thread again.
    Reopen,
    /// Button: add an emoji.
    React,
    /// Button: copy a thread's permalink.
    CopyLink,
    /// Button: scroll the document to a thread.
    GoToText,
    /// Button: stop what was begun.
    Cancel,
    /// Button: show what was held back.
    Show,
    /// Button: try the relays again.
    RetryNow,
    /// Text box: the own name.
    YourName,
    /// Text box: a new thread.
    WriteComment,
    /// Text box: a reply.
    WriteReply,
    /// Text box: the new text of a comment.
    EditText,
    /// Name of the panel.
    Panel,
    /// Name of the list of threads.
    Threads,
    /// Name of the group of filters.
    Filters,
    /// Filter: open threads.
    FilterOpen,
    /// Filter: resolved threads.
    FilterResolved,
    /// Filter: threads one took part in.
    FilterMine,
    /// Filter: every thread.
    FilterAll,
    /// Button: previous thread.
    Previous,
    /// Button: next thread.
    Next,
    /// Connection: no relay is configured.
    NoRelay,
    /// What that means.
    NoRelayHint,
    /// Connection: offline.
    Offline,
    /// What that means.
    OfflineHint,
    /// Connection: connecting.
    Connecting,
    /// Connection: up to date.
    UpToDate,
    /// Connection: refused.
    Refused,
    /// What that means.
    RefusedHint,
    /// Connection: relays are gone to now and then only.
    SavingData,
    /// Check box: have it so.
    SaveData,
    /// What that means.
    SaveDataHint,
    /// Opens the list of relays, and its heading.
    Relays,
    /// Before the time at which a relay was last heard of.
    LastContact,
    /// A relay has not been heard of yet.
    NoContact,
    /// How many changes a relay has not acknowledged (plural).
    RelayWaiting,
    /// How many own changes no relay has yet (plural).
    ToSend,
    /// Delivery: on this device.
    Saved,
    /// Delivery: at a relay.
    AtRelay,
    /// Delivery: seen by others (plural).
    SeenBy,
    /// How many replies a thread has (plural).
    Replies,
    /// How many threads were held back (plural).
    NewThreads,
    /// How many replies were held back (plural).
    NewReplies,
    /// Button: show earlier replies (plural).
    EarlierReplies,
    /// Button: threads further up (plural).
    EarlierThreads,
    /// Label: the text is gone.
    Detached,
    /// What that means.
    DetachedHint,
    /// Label: the text has not arrived.
    TextWaiting,
    /// Question: whether a thread is about this text now.
    ProposalAsk,
    /// Button: it is.
    ProposalYes,
    /// Button: it is not.
    ProposalNo,
    /// Label: the person has said that it is, and the thread's author decides.
    ProposalSuggested,
    /// Said: the thread is about that text now.
    SaidRelinked,
    /// Question: which of several threads at one place is meant.
    WhichThread,
    /// Label: a thread about the whole document.
    Whole,
    /// Stands for a deleted comment.
    CommentDeleted,
    /// Label: the comment was brought from elsewhere, by whom.
    Imported,
    /// Label: the comment was edited.
    Edited,
    /// Button: earlier versions of a comment.
    History,
    /// Who resolved the thread.
    ResolvedBy,
    /// Who reopened the thread.
    ReopenedBy,
    /// Button: say why the thread was resolved.
    AddReason,
    /// Text box: why.
    Reason,
    /// Button: keep the reason.
    SaveReason,
    /// Question before deleting.
    DeleteAsk,
    /// Text box: an emoji of one's own choice.
    OwnEmoji,
    /// Button: add that emoji.
    AddEmoji,
    /// Group of emoji to choose from.
    EmojiChoice,
    /// Somebody without a name.
    Unnamed,
    /// Behind the own name.
    You,
    /// Name of a thread: author and quote.
    ThreadBy,
    /// Name of a thread about the whole document.
    ThreadByWhole,
    /// Button: what can be done with one comment.
    Options,
    /// Button: open the sheet.
    SheetShow,
    /// Button: close the sheet.
    SheetHide,
    /// Button: let the sheet fill the screen.
    SheetTaller,
    /// Button: let the sheet take half the screen.
    SheetShorter,
    /// How many threads are open (plural).
    OpenCount,
    /// The store is being read.
    Loading,
    /// Heading: nothing here yet.
    EmptyTitle,
    /// What to do then.
    EmptyHint,
    /// The same for a reader.
    EmptyReadonly,
    /// No thread passes the filter.
    EmptyFilter,
    /// Heading: the discussion can not be shown.
    FailedTitle,
    /// Below the name's text box.
    NameHint,
    /// Button: choose a name.
    ChooseName,
    /// Button: change the name.
    ChangeName,
    /// Button: keep the name.
    SaveName,
    /// An unfinished text was found.
    DraftKept,
    /// Button: throw the unfinished text away.
    DraftDiscard,
    /// The text is too long.
    TooLong,
    /// The key that publishes.
    PublishKey,
    /// The keys that go from thread to thread.
    StepKeys,
    /// The key that starts a thread.
    CommentKey,
    /// Heading of a notice: something failed.
    NoticeError,
    /// Heading of a notice: something was set aside.
    NoticeQuarantine,
    /// Heading of a notice: good to know.
    NoticeInfo,
    /// Button: the facts behind a notice.
    Details,
    /// Button: put a notice away.
    Dismiss,
    /// Label: only reading is allowed.
    Readonly,
    /// A moment ago.
    JustNow,
    /// Said when a comment was published.
    SaidPublished,
    /// Said when a comment was deleted.
    SaidDeleted,
    /// Said when a thread was resolved.
    SaidResolved,
    /// Said when a thread was reopened.
    SaidReopened,
    /// Said when a link was copied.
    LinkCopied,
    /// Said when it could not be copied.
    LinkNotCopied,
    /// Said when the text that the page's address names is shown.
    LinkedTextShown,
    /// Said when that text is not on the page.
    LinkedTextMissing,
    /// Said when that text is on the page more than once.
    LinkedTextSeveral,
    /// Button: put a text on the clipboard.
    CopyText,
    /// Said after a text was copied.
    TextCopied,
    /// Said when it could not be copied.
    TextNotCopied,
    /// Notice: other versions of the text were edited.
    OtherVersions,
    /// Button: what else can be done.
    More,
    /// Button: keep the discussion in a file.
    SaveCopy,
    /// Button: keep the discussion as a file of web annotations.
    SaveW3c,
    /// Button: keep the discussion as a file for Hypothesis.
    SaveHypothesis,
    /// Button: keep the discussion as a part of a web page.
    SaveHtml,
    /// Button: open such a file.
    OpenCopy,
    /// Button: put a link that carries the discussion on the clipboard.
    CopyAsLink,
    /// Button: write an e-mail with that link.
    MailCopy,
    /// Button: keep an e-mail with the discussion attached in a file.
    SaveEmail,
    /// What that e-mail says.
    EmailText,
    /// What it says before the link that carries everything.
    EmailLink,
    /// Button: give the discussion to another program, by the system's share sheet.
    ShareCopy,
    /// Button: show the link that carries the discussion as a QR code.
    ShowCode,
    /// Button, and heading: connect to another person without a relay.
    Connect,
    /// The tab can not connect directly.
    ConnectElsewhere,
    /// Name of a direct connection.
    DirectName,
    /// Said when it has come about.
    DirectOpened,
    /// Said when it has ended.
    DirectEnded,
    /// Button: end it.
    Disconnect,
    /// Said when a file or link brought something new.
    CopyOpened,
    /// Said when everything in it was here already.
    CopyHeldNothing,
    /// Said when comments came from a file of another program (plural).
    SaidImported,
    /// Said when some in it were left out (plural).
    SaidLeftOut,
    /// Said when the discussion is too large for a link.
    CopyTooLarge,
    /// Error: the file is too large.
    CopyFileTooLarge,
    /// Error: the file is something else.
    CopyIsNone,
    /// Error: the file is of a newer version.
    CopyIsNewer,
    /// Error: the file is of another discussion.
    CopyOfOther,
    /// Said while a file is held over the panel.
    DropHere,
    /// Name of the document's text box.
    SharedDocument,
    /// Error: nothing was written.
    CommandEmpty,
    /// Error: over the limit, in bytes.
    CommandTooLong,
    /// Error: the selected text is gone.
    CommandNoText,
    /// Error: what was to be changed is not here.
    CommandNotThere,
    /// Error: something was not done, for a technical reason.
    NotDone,
    /// Error: no room on the device.
    StoreFull,
    /// Error: the browser keeps nothing.
    StoreUnavailable,
    /// Error: a write failed.
    StoreFailed,
    /// Error: not the address of a relay.
    RelayAddress,
    /// Notice: outside data was set aside.
    SetAside,
    /// Notice: a new key of the same author goes on.
    RenewedSame,
    /// Notice: a new author goes on.
    RenewedNew,
    /// What was published once more with the new key.
    RenewedAgain,
    /// Reason why nothing can be shown: no key.
    IdentityUnavailable,
    /// Relay: no network.
    TroubleNoNetwork,
    /// Relay: no answer.
    TroubleUnreachable,
    /// Relay: no answer in time.
    TroubleTimedOut,
    /// Relay: access denied.
    TroubleDenied,
    /// Relay: nothing of the kind at the address.
    TroubleNotARelay,
    /// Relay: an answer without sense.
    TroubleBadAnswer,
    /// Relay: record too large.
    TroubleTooLarge,
    /// Relay: record not taken.
    TroubleNotTaken,
    /// Relay: no room.
    TroubleFull,
    /// Relay: asks to slow down.
    TroubleSlowDown,
    /// Relay: it keeps nothing.
    TroubleKeepsNothing,
    /// Relay: a fault of its own.
    TroubleServer,
}
