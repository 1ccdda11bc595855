//! Small drawings. They stand beside words or in a button with a name, so
//! assistive technology is not told of them.

use yew::{Html, html};

/// A drawing on a 16 by 16 grid, drawn with a stroke in the colour of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Icon {
    Saved,
    Relay,
    Seen,
    Offline,
    Connecting,
    UpToDate,
    Alert,
    Device,
    Up,
    Down,
    Plus,
    Smile,
    Pencil,
    Bin,
    Link,
    ToText,
    More,
    Close,
    Detached,
    Clock,
    Reply,
    Check,
    Reopen,
    Shield,
    Info,
    Taller,
    Shorter,
    Page,
    Person,
    Picture,
    Play,
    Code,
}

impl Icon {
    const fn path(self) -> &'static str {
        match self {
            Icon::Saved => "M8 2.5v7m-3-3 3 3 3-3M3 12.5h10",
            Icon::Relay => "M8 13.5v-7m-3 3 3-3 3 3M3 3.5h10",
            Icon::Seen => "m1.5 8.5 3 3 6-7m-3 6 1 1 6-7",
            Icon::Offline => {
                "M3 3l10 10M5 6.2A3.5 3.5 0 0 0 4.5 13H11M7 4.3a4 4 0 0 1 4.7 3.2 2.8 2.8 0 0 1 2 4.2"
            }
            Icon::Connecting => "M13.5 8A5.5 5.5 0 1 1 10 2.9",
            Icon::UpToDate | Icon::Check => "m3 8.5 3.5 3.5L13 4.5",
            Icon::Alert => "M8 2 1.5 13.5h13zM8 6.5v3.2m0 2v.1",
            Icon::Device => "M2.5 3.5h11v7h-11zM6 13.5h4",
            Icon::Up => "m3.5 10 4.5-4.5L12.5 10",
            Icon::Down => "M3.5 6 8 10.5 12.5 6",
            Icon::Plus => "M2.5 3.5h11v8H8l-3 2.5v-2.5H2.5zM8 5.5v4m-2-2h4",
            Icon::Smile => {
                "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM5.5 9.5a3 3 0 0 0 5 0M6 6.2v.1m4-.1v.1"
            }
            Icon::Pencil => "M3 13l.7-3 7-7 2.3 2.3-7 7zM9.5 4.2l2.3 2.3",
            Icon::Bin => "M3 4.5h10M6 4.5v-2h4v2M4.5 4.5l.6 9h5.8l.6-9",
            Icon::Link => {
                "M6.5 9.5 9.5 6.5M7 4.5 9 2.6a3 3 0 0 1 4.3 4.3L11.5 9M9 11.5 7 13.4A3 3 0 0 1 2.7 9.1L4.5 7"
            }
            Icon::ToText => "M13.5 3h-8m8 3.3h-5m5 3.3h-5m5 3.4h-8M6 5.5 3 8l3 2.5",
            Icon::More => "M3.5 8v.1M8 8v.1M12.5 8v.1",
            Icon::Close => "m4 4 8 8m0-8-8 8",
            Icon::Detached => {
                "M7 4.5 9 2.6a3 3 0 0 1 4.3 4.3L12 8.3M9 11.5 7 13.4A3 3 0 0 1 2.7 9.1L4 7.7M2.5 2.5l11 11"
            }
            Icon::Clock => "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 4.8V8l2.2 1.5",
            Icon::Reply => "M6.5 4 2.5 8l4 4M2.5 8h7a4 4 0 0 1 4 4v1",
            Icon::Reopen => "M2.5 8A5.5 5.5 0 1 0 5 3.4M2.5 2.5v3.3h3.3",
            Icon::Shield => "M8 2 3 4v4c0 3 2 5 5 6 3-1 5-3 5-6V4z",
            Icon::Info => "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 7.5v3.5M8 5v.1",
            Icon::Taller => "m4 8 4-4 4 4M4 12.5l4-4 4 4",
            Icon::Shorter => "m4 3.5 4 4 4-4M4 8l4 4 4-4",
            Icon::Person => "M8 8a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM3 13.5a5 5 0 0 1 10 0",
            Icon::Picture => "M2.5 3.5h11v9h-11zM2.5 11l3.5-3.5 3 3 2-2 2.5 2.5M10.5 6v.1",
            Icon::Play => "M5 3.5v9l7-4.5z",
            Icon::Code => {
                "M2.5 2.5h4v4h-4zM9.5 2.5h4v4h-4zM2.5 9.5h4v4h-4zM9.5 9.5h1.5v1.5M13.5 9.5v4h-4v-1"
            }
            Icon::Page => "M4 2.5h5.5L12 5v8.5H4zM6 7.5h4M6 10h4",
        }
    }
}

/// The drawing as an element.
pub(super) fn icon(icon: Icon) -> Html {
    html! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path d={icon.path()} />
        </svg>
    }
}
