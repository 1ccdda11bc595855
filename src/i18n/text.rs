//! All texts of the interface, and how English says them.
//!
//! `{x}` stands for a value; a text that depends on a number lists its forms as
//! `one=…|other=…`.

super::texts! {
    /// Button: start a thread.
    Comment = "Comment",
    /// Button: start a thread on a picture.
    CommentPicture = "Comment on this picture",
    /// Button: start a thread at a time of a player.
    CommentAt = "Comment at {time}",
    /// What a thread is about: a picture.
    Picture = "Picture: {name}",
    /// What a thread is about: a part of a picture.
    PartOfPicture = "Part of picture: {name}",
    /// What a thread is about: a sound or a film.
    Recording = "Recording: {name}",
    /// Button: have a player go to a time.
    SeekTo = "Go to {time}",
    /// Heading of the pictures and players that can be commented.
    OnPicture = "Comment on a picture or recording",
    /// How to choose a part of a picture.
    FrameHint = "Drag over the part you mean, or move the box with the arrow keys and resize it with Shift.",
    /// What part is chosen.
    FramePart = "Part of the picture: {left} % from the left, {top} % from the top, {width} % wide, {height} % high",
    /// Name of the part of the page that is drawn over pictures.
    OverPictures = "Threads on pictures",
    /// Asked when a thread's picture was replaced.
    ProposalPicture = "Something else is shown here now: is this it?",
    /// Why a thread on a picture is detached.
    DetachedPicture = "What this is about is not on the page any more.",
    /// Button: send what was written.
    Publish = "Publish",
    /// Said by the element when that is asked for before this module is there.
    WillPublish = "Will be published as soon as Postil is ready.",
    /// Button: answer a thread.
    Reply = "Reply",
    /// Button: change an own comment.
    Edit = "Edit",
    /// Button: delete an own comment.
    Delete = "Delete",
    /// Button: close a thread.
    Resolve = "Resolve",
    /// Button: open a resolved thread again.
    Reopen = "Reopen",
    /// Button: add an emoji.
    React = "React",
    /// Button: copy a thread's permalink.
    CopyLink = "Copy link",
    /// Button: scroll the document to a thread.
    GoToText = "Go to text",
    /// Button: stop what was begun.
    Cancel = "Cancel",
    /// Button: show what was held back.
    Show = "Show",
    /// Button: try the relays again.
    RetryNow = "Retry now",
    /// Text box: the own name.
    YourName = "Your name",
    /// Text box: a new thread.
    WriteComment = "Write a comment",
    /// Text box: a reply.
    WriteReply = "Write a reply",
    /// Text box: the new text of a comment.
    EditText = "Change the text",
    /// Name of the panel.
    Panel = "Discussion",
    /// Name of the list of threads.
    Threads = "Threads",
    /// Name of the group of filters.
    Filters = "Which threads",
    /// Filter: open threads.
    FilterOpen = "Open",
    /// Filter: resolved threads.
    FilterResolved = "Resolved",
    /// Filter: threads one took part in.
    FilterMine = "Mine",
    /// Filter: every thread.
    FilterAll = "All",
    /// Button: previous thread.
    Previous = "Previous thread",
    /// Button: next thread.
    Next = "Next thread",
    /// Connection: no relay is configured.
    NoRelay = "On this device only",
    /// What that means.
    NoRelayHint = "No relay is set up, so others do not see what you write.",
    /// Connection: offline.
    Offline = "Offline",
    /// What that means.
    OfflineHint = "What you write is kept here and sent as soon as a relay answers.",
    /// Connection: connecting.
    Connecting = "Connecting",
    /// Connection: up to date.
    UpToDate = "Up to date",
    /// Connection: refused.
    Refused = "Refused by the relay",
    /// What that means.
    RefusedHint = "What you write stays on this device.",
    /// Connection: relays are gone to now and then only.
    SavingData = "Saving data",
    /// Check box: have it so.
    SaveData = "Save data",
    /// What that means.
    SaveDataHint = "Postil looks for news every few minutes, and sends what you write within half a minute.",
    /// Opens the list of relays, and its heading.
    Relays = "Relays",
    /// Before the time at which a relay was last heard of.
    LastContact = "Last heard of:",
    /// A relay has not been heard of yet.
    NoContact = "Not heard of yet",
    /// How many changes a relay has not acknowledged (plural).
    RelayWaiting = "one={n} change waits for it|other={n} changes wait for it",
    /// How many own changes no relay has yet (plural).
    ToSend = "one={n} change to send|other={n} changes to send",
    /// Delivery: on this device.
    Saved = "Saved on this device",
    /// Delivery: at a relay.
    AtRelay = "At relay",
    /// Delivery: seen by others (plural).
    SeenBy = "one=Seen by {n}|other=Seen by {n}",
    /// How many replies a thread has (plural).
    Replies = "one={n} reply|other={n} replies",
    /// How many threads were held back (plural).
    NewThreads = "one={n} new thread|other={n} new threads",
    /// How many replies were held back (plural).
    NewReplies = "one={n} new reply|other={n} new replies",
    /// Button: show earlier replies (plural).
    EarlierReplies = "one=Show {n} earlier|other=Show {n} earlier",
    /// Button: threads further up (plural).
    EarlierThreads = "one={n} thread further up|other={n} threads further up",
    /// Label: the text is gone.
    Detached = "Detached",
    /// What that means.
    DetachedHint = "The text this is about is gone.",
    /// Label: the text has not arrived.
    TextWaiting = "Its text has not arrived yet",
    /// Question: whether a thread is about this text now.
    ProposalAsk = "The text changed: is this it?",
    /// Button: it is.
    ProposalYes = "Yes, link it",
    /// Button: it is not.
    ProposalNo = "Keep detached",
    /// Label: the person has said that it is, and the thread's author decides.
    ProposalSuggested = "You suggested this text. Whoever began the thread decides.",
    /// Said: the thread is about that text now.
    SaidRelinked = "Linked to this text",
    /// Question: which of several threads at one place is meant.
    WhichThread = "Which thread?",
    /// Label: a thread about the whole document.
    Whole = "About the whole document",
    /// Stands for a deleted comment.
    CommentDeleted = "This comment was deleted.",
    /// Label: the comment was brought from elsewhere, by whom.
    Imported = "imported by {name}",
    /// Label: the comment was edited.
    Edited = "edited",
    /// Button: earlier versions of a comment.
    History = "Earlier versions",
    /// Who resolved the thread.
    ResolvedBy = "Resolved by {name}",
    /// Who reopened the thread.
    ReopenedBy = "Opened again by {name}",
    /// Button: say why the thread was resolved.
    AddReason = "Say why",
    /// Text box: why.
    Reason = "Reason",
    /// Button: keep the reason.
    SaveReason = "Save reason",
    /// Question before deleting.
    DeleteAsk = "Delete this comment for everyone? Replies stay.",
    /// Text box: an emoji of one's own choice.
    OwnEmoji = "Another emoji",
    /// Button: add that emoji.
    AddEmoji = "Add",
    /// Group of emoji to choose from.
    EmojiChoice = "Emoji",
    /// Somebody without a name.
    Unnamed = "Someone ({initials})",
    /// Behind the own name.
    You = "you",
    /// Name of a thread: author and quote.
    ThreadBy = "{name} on “{quote}”",
    /// Name of a thread about the whole document.
    ThreadByWhole = "{name} on the whole document",
    /// Button: what can be done with one comment.
    Options = "Options for what {name} wrote",
    /// Button: open the sheet.
    SheetShow = "Show threads",
    /// Button: close the sheet.
    SheetHide = "Hide threads",
    /// Button: let the sheet fill the screen.
    SheetTaller = "Full height",
    /// Button: let the sheet take half the screen.
    SheetShorter = "Half height",
    /// How many threads are open (plural).
    OpenCount = "one={n} open thread|other={n} open threads",
    /// The store is being read.
    Loading = "Reading what this device holds",
    /// Heading: nothing here yet.
    EmptyTitle = "No threads yet",
    /// What to do then.
    EmptyHint = "Select the words you mean, then write what you think about them.",
    /// The same for a reader.
    EmptyReadonly = "Nobody has written anything here.",
    /// No thread passes the filter.
    EmptyFilter = "No thread passes this filter.",
    /// Heading: the discussion can not be shown.
    FailedTitle = "The discussion can not be shown",
    /// Below the name's text box.
    NameHint = "Shown beside what you write. No account needed.",
    /// Button: choose a name.
    ChooseName = "Choose a name",
    /// Button: change the name.
    ChangeName = "{name}, change name",
    /// Button: keep the name.
    SaveName = "Save name",
    /// An unfinished text was found.
    DraftKept = "Your draft was kept.",
    /// Button: throw the unfinished text away.
    DraftDiscard = "Discard it",
    /// The text is too long.
    TooLong = "Too long by {n} bytes. Shorten it, or write it in two parts.",
    /// The key that publishes.
    PublishKey = "{key}+Enter",
    /// The keys that go from thread to thread.
    StepKeys = "Alt+Page Up and Alt+Page Down",
    /// The key that starts a thread.
    CommentKey = "{key}+Alt+M",
    /// Heading of a notice: something failed.
    NoticeError = "That did not work",
    /// Heading of a notice: something was set aside.
    NoticeQuarantine = "Something was set aside",
    /// Heading of a notice: good to know.
    NoticeInfo = "Good to know",
    /// Button: the facts behind a notice.
    Details = "Details",
    /// Button: put a notice away.
    Dismiss = "Dismiss",
    /// Label: only reading is allowed.
    Readonly = "Read only",
    /// A moment ago.
    JustNow = "now",
    /// Said when a comment was published.
    SaidPublished = "Published",
    /// Said when a comment was deleted.
    SaidDeleted = "Deleted",
    /// Said when a thread was resolved.
    SaidResolved = "Thread resolved",
    /// Said when a thread was reopened.
    SaidReopened = "Thread open again",
    /// Said when a link was copied.
    LinkCopied = "Link copied",
    /// Said when it could not be copied.
    LinkNotCopied = "The link could not be copied. It is {link}",
    /// Said when the text that the page's address names is shown.
    LinkedTextShown = "The text that the link names is shown",
    /// Said when that text is not on the page.
    LinkedTextMissing = "The text that the link names is not on this page",
    /// Said when that text is on the page more than once.
    LinkedTextSeveral = "The text that the link names is on this page more than once",
    /// Button: put a text on the clipboard.
    CopyText = "Copy text",
    /// Said after a text was copied.
    TextCopied = "Text copied",
    /// Said when it could not be copied.
    TextNotCopied = "The text could not be copied. Select it and copy it yourself.",
    /// Notice: other versions of the text were edited.
    OtherVersions = "one=Another version of this text was edited here, because the page was changed meanwhile. Its text is not shown in the document; it is kept, and you can read and copy it.|other={n} other versions of this text were edited here, because the page was changed meanwhile. Their texts are not shown in the document; they are kept, and you can read and copy them.",
    /// Button: what else can be done.
    More = "More",
    /// Button: keep the discussion in a file.
    SaveCopy = "Save a copy…",
    /// Button: keep the discussion as a file of web annotations.
    SaveW3c = "Save as web annotations…",
    /// Button: keep the discussion as a file for Hypothesis.
    SaveHypothesis = "Save for Hypothesis…",
    /// Button: keep the discussion as a part of a web page.
    SaveHtml = "Save as part of a page (HTML)…",
    /// Button: open such a file.
    OpenCopy = "Open a copy…",
    /// Button: put a link that carries the discussion on the clipboard.
    CopyAsLink = "Copy everything as a link",
    /// Button: write an e-mail with that link.
    MailCopy = "Send everything by e-mail…",
    /// Button: keep an e-mail with the discussion attached in a file.
    SaveEmail = "Save as an e-mail…",
    /// What that e-mail says.
    EmailText = "This e-mail carries the discussion on “{title}”.\n{page}\n\nTo read it, open that page, choose “{more}” and “{open}” there, and give it this e-mail or the file attached to it.",
    /// What it says before the link that carries everything.
    EmailLink = "Or follow this link, which carries the whole discussion:",
    /// Button: give the discussion to another program, by the system's share sheet.
    ShareCopy = "Share…",
    /// Button: show the link that carries the discussion as a QR code.
    ShowCode = "Show as a QR code…",
    /// Button, and heading: connect to another person without a relay.
    Connect = "Connect directly…",
    /// The tab can not connect directly.
    ConnectElsewhere = "Another tab of this browser talks to the relays. Connect there, or close it.",
    /// Name of a direct connection.
    DirectName = "Direct connection {n}",
    /// Said when it has come about.
    DirectOpened = "Connected directly",
    /// Said when it has ended.
    DirectEnded = "The direct connection has ended. What was exchanged stays.",
    /// Button: end it.
    Disconnect = "Disconnect",
    /// Said when a file or link brought something new.
    CopyOpened = "Copy opened: what was new is here now",
    /// Said when everything in it was here already.
    CopyHeldNothing = "Everything in this copy was here already",
    /// Said when comments came from a file of another program (plural).
    SaidImported = "one={n} comment imported.|other={n} comments imported.",
    /// Said when some in it were left out (plural).
    SaidLeftOut = "one={n} left out.|other={n} left out.",
    /// Said when the discussion is too large for a link.
    CopyTooLarge = "This discussion is too long for a link. Save a copy and send the file.",
    /// Error: the file is too large.
    CopyFileTooLarge = "This file is too large to be a copy of a discussion.",
    /// Error: the file is something else.
    CopyIsNone = "This is not a copy of a discussion. Choose a file whose name ends in .postil",
    /// Error: the file is of a newer version.
    CopyIsNewer = "This copy was made by a newer version of Postil. Load the page again to get that version.",
    /// Error: the file is of another discussion.
    CopyOfOther = "This is a copy of another discussion. Open it on the page it is from.",
    /// Said while a file is held over the panel.
    DropHere = "Drop the copy here to open it",
    /// Name of the document's text box.
    SharedDocument = "Shared document",
    /// Error: nothing was written.
    CommandEmpty = "There is nothing to publish yet. Write something first.",
    /// Error: over the limit, in bytes.
    CommandTooLong = "This is {have} bytes long and at most {limit} are possible. Shorten it, or write it in two parts.",
    /// Error: the selected text is gone.
    CommandNoText = "The selected text is not there any more. Select again what you want to comment on.",
    /// Error: what was to be changed is not here.
    CommandNotThere = "What you want to change is not here.",
    /// Error: something was not done, for a technical reason.
    NotDone = "This could not be done: {why}.",
    /// Error: no room on the device.
    StoreFull = "This device has no room left for this page, so what you wrote is not saved yet. Free some storage; it is tried again by itself.",
    /// Error: the browser keeps nothing.
    StoreUnavailable = "This browser does not let the page keep anything ({why}). What you write lasts until you close the page, unless a relay takes it.",
    /// Error: a write failed.
    StoreFailed = "What you wrote is not saved yet ({why}). It is tried again by itself; keep the page open.",
    /// Error: not the address of a relay.
    RelayAddress = "{url} is not the address of a relay that Postil knows. It should start with https: or wss:",
    /// Notice: outside data was set aside.
    SetAside = "Something that arrived was damaged or forged. It was set aside; everything else works.",
    /// Notice: a new key of the same author goes on.
    RenewedSame = "Part of what this device had kept was damaged, and nobody who can be reached has it. You go on as the same author; what turns up later is shown again.",
    /// Notice: a new author goes on.
    RenewedNew = "Part of what this device had kept was damaged, and nobody who can be reached has it. You go on as a new author: what you wrote before stays, but you can no longer change it.",
    /// What was published once more with the new key.
    RenewedAgain = "one={n} change that had not been sent was kept.|other={n} changes that had not been sent were kept.",
    /// Reason why nothing can be shown: no key.
    IdentityUnavailable = "This browser cannot keep the key that signs what you write ({why}).",
    /// Relay: no network.
    TroubleNoNetwork = "This device is offline.",
    /// Relay: no answer.
    TroubleUnreachable = "The relay cannot be reached.",
    /// Relay: no answer in time.
    TroubleTimedOut = "The relay does not answer.",
    /// Relay: access denied.
    TroubleDenied = "The relay denies access. Ask whoever runs it, or use another relay.",
    /// Relay: nothing of the kind at the address.
    TroubleNotARelay = "There is no Postil relay at this address (status {n}).",
    /// Relay: an answer without sense.
    TroubleBadAnswer = "The relay's answers make no sense.",
    /// Relay: record too large.
    TroubleTooLarge = "The relay does not take records this large.",
    /// Relay: record not taken.
    TroubleNotTaken = "The relay does not take what you wrote (status {n}).",
    /// Relay: no room.
    TroubleFull = "The relay has no room left for this discussion.",
    /// Relay: asks to slow down.
    TroubleSlowDown = "The relay asks to slow down.",
    /// Relay: it keeps nothing.
    TroubleKeepsNothing = "This server keeps nothing for those who come later.",
    /// Relay: a fault of its own.
    TroubleServer = "The relay has trouble of its own (status {n}).",
}
