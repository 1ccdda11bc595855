//! English, which is spoken where no other language is.

use super::Text as T;

/// One text. `{x}` stands for a value; a text that depends on a number lists its
/// forms as `one=…|other=…`.
pub(super) fn text(key: T) -> &'static str {
    match key {
        T::Comment => "Comment",
        T::CommentPicture => "Comment on this picture",
        T::CommentAt => "Comment at {time}",
        T::Picture => "Picture: {name}",
        T::PartOfPicture => "Part of picture: {name}",
        T::Recording => "Recording: {name}",
        T::SeekTo => "Go to {time}",
        T::OnPicture => "Comment on a picture or recording",
        T::FrameHint => {
            "Drag over the part you mean, or move the box with the arrow keys and resize it with Shift."
        }
        T::FramePart => {
            "Part of the picture: {left} % from the left, {top} % from the top, {width} % wide, {height} % high"
        }
        T::OverPictures => "Threads on pictures",
        T::ProposalPicture => "Something else is shown here now: is this it?",
        T::DetachedPicture => "What this is about is not on the page any more.",
        T::Publish => "Publish",
        T::WillPublish => "Will be published as soon as Postil is ready.",
        T::Reply => "Reply",
        T::Edit => "Edit",
        T::Delete => "Delete",
        T::Resolve => "Resolve",
        T::Reopen => "Reopen",
        T::React => "React",
        T::CopyLink => "Copy link",
        T::GoToText => "Go to text",
        T::Cancel => "Cancel",
        T::Show => "Show",
        T::RetryNow => "Retry now",
        T::YourName => "Your name",
        T::WriteComment => "Write a comment",
        T::WriteReply => "Write a reply",
        T::EditText => "Change the text",
        T::Panel => "Discussion",
        T::Threads => "Threads",
        T::Filters => "Which threads",
        T::FilterOpen => "Open",
        T::FilterResolved => "Resolved",
        T::FilterMine => "Mine",
        T::FilterAll => "All",
        T::Previous => "Previous thread",
        T::Next => "Next thread",
        T::NoRelay => "On this device only",
        T::NoRelayHint => "No relay is set up, so others do not see what you write.",
        T::Offline => "Offline",
        T::OfflineHint => "What you write is kept here and sent as soon as a relay answers.",
        T::Connecting => "Connecting",
        T::UpToDate => "Up to date",
        T::Refused => "Refused by the relay",
        T::RefusedHint => "What you write stays on this device.",
        T::SavingData => "Saving data",
        T::SaveData => "Save data",
        T::SaveDataHint => {
            "Postil looks for news every few minutes, and sends what you write within half a minute."
        }
        T::Relays => "Relays",
        T::LastContact => "Last heard of:",
        T::NoContact => "Not heard of yet",
        T::RelayWaiting => "one={n} change waits for it|other={n} changes wait for it",
        T::ToSend => "one={n} change to send|other={n} changes to send",
        T::Saved => "Saved on this device",
        T::AtRelay => "At relay",
        T::SeenBy => "one=Seen by {n}|other=Seen by {n}",
        T::Replies => "one={n} reply|other={n} replies",
        T::NewThreads => "one={n} new thread|other={n} new threads",
        T::NewReplies => "one={n} new reply|other={n} new replies",
        T::EarlierReplies => "one=Show {n} earlier|other=Show {n} earlier",
        T::EarlierThreads => "one={n} thread further up|other={n} threads further up",
        T::Detached => "Detached",
        T::DetachedHint => "The text this is about is gone.",
        T::TextWaiting => "Its text has not arrived yet",
        T::ProposalAsk => "The text changed: is this it?",
        T::ProposalYes => "Yes, link it",
        T::ProposalNo => "Keep detached",
        T::ProposalSuggested => "You suggested this text. Whoever began the thread decides.",
        T::SaidRelinked => "Linked to this text",
        T::WhichThread => "Which thread?",
        T::Whole => "About the whole document",
        T::CommentDeleted => "This comment was deleted.",
        T::Imported => "imported by {name}",
        T::Edited => "edited",
        T::History => "Earlier versions",
        T::ResolvedBy => "Resolved by {name}",
        T::ReopenedBy => "Opened again by {name}",
        T::AddReason => "Say why",
        T::Reason => "Reason",
        T::SaveReason => "Save reason",
        T::DeleteAsk => "Delete this comment for everyone? Replies stay.",
        T::OwnEmoji => "Another emoji",
        T::AddEmoji => "Add",
        T::EmojiChoice => "Emoji",
        T::Unnamed => "Someone ({initials})",
        T::You => "you",
        T::ThreadBy => "{name} on “{quote}”",
        T::ThreadByWhole => "{name} on the whole document",
        T::Options => "Options for what {name} wrote",
        T::SheetShow => "Show threads",
        T::SheetHide => "Hide threads",
        T::SheetTaller => "Full height",
        T::SheetShorter => "Half height",
        T::OpenCount => "one={n} open thread|other={n} open threads",
        T::Loading => "Reading what this device holds",
        T::EmptyTitle => "No threads yet",
        T::EmptyHint => "Select the words you mean, then write what you think about them.",
        T::EmptyReadonly => "Nobody has written anything here.",
        T::EmptyFilter => "No thread passes this filter.",
        T::FailedTitle => "The discussion can not be shown",
        T::NameHint => "Shown beside what you write. No account needed.",
        T::ChooseName => "Choose a name",
        T::ChangeName => "{name}, change name",
        T::SaveName => "Save name",
        T::DraftKept => "Your draft was kept.",
        T::DraftDiscard => "Discard it",
        T::TooLong => "Too long by {n} bytes. Shorten it, or write it in two parts.",
        T::PublishKey => "{key}+Enter",
        T::StepKeys => "Alt+Page Up and Alt+Page Down",
        T::CommentKey => "{key}+Alt+M",
        T::NoticeError => "That did not work",
        T::NoticeQuarantine => "Something was set aside",
        T::NoticeInfo => "Good to know",
        T::Details => "Details",
        T::Dismiss => "Dismiss",
        T::Readonly => "Read only",
        T::JustNow => "now",
        T::SaidPublished => "Published",
        T::SaidDeleted => "Deleted",
        T::SaidResolved => "Thread resolved",
        T::SaidReopened => "Thread open again",
        T::LinkCopied => "Link copied",
        T::LinkNotCopied => "The link could not be copied. It is {link}",
        T::LinkedTextShown => "The text that the link names is shown",
        T::LinkedTextMissing => "The text that the link names is not on this page",
        T::LinkedTextSeveral => "The text that the link names is on this page more than once",
        T::CopyText => "Copy text",
        T::TextCopied => "Text copied",
        T::TextNotCopied => "The text could not be copied. Select it and copy it yourself.",
        T::OtherVersions => {
            "one=Another version of this text was edited here, because the page was changed meanwhile. Its text is not shown in the document; it is kept, and you can read and copy it.|other={n} other versions of this text were edited here, because the page was changed meanwhile. Their texts are not shown in the document; they are kept, and you can read and copy them."
        }
        T::More => "More",
        T::SaveCopy => "Save a copy…",
        T::SaveW3c => "Save as web annotations…",
        T::SaveHypothesis => "Save for Hypothesis…",
        T::SaveHtml => "Save as part of a page (HTML)…",
        T::OpenCopy => "Open a copy…",
        T::CopyAsLink => "Copy everything as a link",
        T::MailCopy => "Send everything by e-mail…",
        T::SaveEmail => "Save as an e-mail…",
        T::EmailText => {
            "This e-mail carries the discussion on “{title}”.\n{page}\n\nTo read it, open that page, choose “{more}” and “{open}” there, and give it this e-mail or the file attached to it."
        }
        T::EmailLink => "Or follow this link, which carries the whole discussion:",
        T::ShareCopy => "Share…",
        T::ShowCode => "Show as a QR code…",
        T::Connect => "Connect directly…",
        T::ConnectElsewhere => {
            "Another tab of this browser talks to the relays. Connect there, or close it."
        }
        T::DirectName => "Direct connection {n}",
        T::DirectOpened => "Connected directly",
        T::DirectEnded => "The direct connection has ended. What was exchanged stays.",
        T::Disconnect => "Disconnect",
        T::CopyOpened => "Copy opened: what was new is here now",
        T::CopyHeldNothing => "Everything in this copy was here already",
        T::SaidImported => "one={n} comment imported.|other={n} comments imported.",
        T::SaidLeftOut => "one={n} left out.|other={n} left out.",
        T::CopyTooLarge => "This discussion is too long for a link. Save a copy and send the file.",
        T::CopyFileTooLarge => "This file is too large to be a copy of a discussion.",
        T::CopyIsNone => {
            "This is not a copy of a discussion. Choose a file whose name ends in .postil"
        }
        T::CopyIsNewer => {
            "This copy was made by a newer version of Postil. Load the page again to get that version."
        }
        T::CopyOfOther => "This is a copy of another discussion. Open it on the page it is from.",
        T::DropHere => "Drop the copy here to open it",
        T::SharedDocument => "Shared document",
        T::CommandEmpty => "There is nothing to publish yet. Write something first.",
        T::CommandTooLong => {
            "This is {have} bytes long and at most {limit} are possible. Shorten it, or write it in two parts."
        }
        T::CommandNoText => {
            "The selected text is not there any more. Select again what you want to comment on."
        }
        T::CommandNotThere => "What you want to change is not here.",
        T::NotDone => "This could not be done: {why}.",
        T::StoreFull => {
            "This device has no room left for this page, so what you wrote is not saved yet. Free some storage; it is tried again by itself."
        }
        T::StoreUnavailable => {
            "This browser does not let the page keep anything ({why}). What you write lasts until you close the page, unless a relay takes it."
        }
        T::StoreFailed => {
            "What you wrote is not saved yet ({why}). It is tried again by itself; keep the page open."
        }
        T::RelayAddress => {
            "{url} is not the address of a relay that Postil knows. It should start with https: or wss:"
        }
        T::RenewedSame => {
            "Part of what this device had kept was damaged, and nobody who can be reached has it. You go on as the same author; what turns up later is shown again."
        }
        T::RenewedNew => {
            "Part of what this device had kept was damaged, and nobody who can be reached has it. You go on as a new author: what you wrote before stays, but you can no longer change it."
        }
        T::RenewedAgain => {
            "one={n} change that had not been sent was kept.|other={n} changes that had not been sent were kept."
        }
        T::SetAside => {
            "Something that arrived was damaged or forged. It was set aside; everything else works."
        }
        T::IdentityUnavailable => {
            "This browser cannot keep the key that signs what you write ({why})."
        }
        T::TroubleNoNetwork => "This device is offline.",
        T::TroubleUnreachable => "The relay cannot be reached.",
        T::TroubleTimedOut => "The relay does not answer.",
        T::TroubleDenied => "The relay denies access. Ask whoever runs it, or use another relay.",
        T::TroubleNotARelay => "There is no Postil relay at this address (status {n}).",
        T::TroubleBadAnswer => "The relay's answers make no sense.",
        T::TroubleTooLarge => "The relay does not take records this large.",
        T::TroubleNotTaken => "The relay does not take what you wrote (status {n}).",
        T::TroubleFull => "The relay has no room left for this discussion.",
        T::TroubleKeepsNothing => "This server keeps nothing for those who come later.",
        T::TroubleSlowDown => "The relay asks to slow down.",
        T::TroubleServer => "The relay has trouble of its own (status {n}).",
    }
}
