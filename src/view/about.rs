//! What a thread on a picture, a sound or a film says it is about.

use postil_core::discussion::About;
use web_sys::MouseEvent;
use yew::{Callback, Html, html};

use super::icon::{Icon, icon};
use super::ui::Ui;
use crate::i18n::{Text, Words};

/// What it is, in words.
pub(crate) fn words(words: &Words, about: &About) -> String {
    let text = match (about.time, about.region) {
        (Some(_), _) => Text::Recording,
        (None, Some(_)) => Text::PartOfPicture,
        (None, None) => Text::Picture,
    };
    let words = words.with(text, &[("name", &about.name)]);
    // What has no name is just that.
    words.trim_end_matches([':', ' ']).to_owned()
}

/// The line at the top of its card. With `seek`, the time is a button.
pub(super) fn line(ui: &Ui, about: &About, seek: Option<Callback<MouseEvent>>) -> Html {
    let drawing = if about.time.is_some() {
        Icon::Play
    } else {
        Icon::Picture
    };
    let time = about.time.map(|time| clock(time.start));
    html! {
        <p class="about" dir="auto">
            { icon(drawing) }
            if let Some(time) = time {
                if let Some(onclick) = seek {
                    <button
                        class="button small"
                        part="action"
                        title={ui.words.with(Text::SeekTo, &[("time", &time)])}
                        {onclick}
                    >
                        { time }
                    </button>
                } else {
                    <strong>{ time }</strong>
                }
            }
            <span>{ words(&ui.words, about) }</span>
        </p>
    }
}

/// A time as players show it: minutes and seconds, and hours if there are any.
pub(super) fn clock(millis: u32) -> String {
    let seconds = millis / 1000;
    let two = |n: u32| [if n < 10 { "0" } else { "" }, &n.to_string()].concat();
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    match hours {
        0 => [&minutes.to_string(), ":", &two(seconds % 60)].concat(),
        _ => [
            &hours.to_string(),
            ":",
            &two(minutes),
            ":",
            &two(seconds % 60),
        ]
        .concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_players() {
        fn check(millis: u32, expected: &str) {
            assert_eq!(clock(millis), expected);
        }
        check(0, "0:00");
        check(999, "0:00");
        check(83_400, "1:23");
        check(3_600_000, "1:00:00");
        check(36_605_000, "10:10:05");
    }
}
