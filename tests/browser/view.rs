//! The panel, used like a person uses it, on a wide page.

use std::rc::Rc;

use postil::i18n::Words;
use postil::view::action::{Action, edit_key, reply_key};
use postil::view::snapshot::{Connection, Notice, NoticeKind, Phase};
use postil_core::command::{Command, Subject};
use postil_core::discussion::{Delivery, Placement, Status};
use postil_core::id::EventId;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement, PointerEvent, PointerEventInit};

use crate::page::{all, buttons, field, fill, inside, name, paint, press, strike, until, value};
use crate::room::{ANN, BO, ME, Room};

fn mount() -> (Rc<Room>, Element) {
    let room = Room::mount(Words::fallback(), "340px");
    let panel = inside(room.host());
    (room, panel)
}

/// The one card of a thread.
fn card(panel: &Element, thread: EventId) -> Element {
    let found = all(panel, &format!("[id=\"t-{thread}\"]"));
    assert_eq!(found.len(), 1, "cards of {thread}");
    found[0].clone().into()
}

async fn reveal(room: &Room, panel: &Element, thread: EventId) -> Element {
    room.panel(|mounted| mounted.reveal(thread));
    let selector = format!("[id=\"t-{thread}\"].active");
    until("the card is active", || all(panel, &selector).len() == 1).await;
    card(panel, thread)
}

fn focused(room: &Room) -> Option<String> {
    let shadow = room.host().shadow_root()?;
    Some(shadow.active_element()?.id())
}

fn last_command(room: &Room) -> Option<Command> {
    let actions = room.actions.borrow();
    actions.iter().rev().find_map(|action| match action {
        Action::Do(command) => Some(command.clone()),
        _ => None,
    })
}

fn did(room: &Room, action: &Action) -> bool {
    room.actions.borrow().contains(action)
}

fn texts(panel: &Element, selector: &str) -> Vec<String> {
    let found = all(panel, selector);
    found.iter().filter_map(|e| e.text_content()).collect()
}

#[wasm_bindgen_test]
async fn names_are_what_automation_relies_on() {
    let (room, panel) = mount();
    let comments = vec![room.comment(ANN, "First", 9), room.comment(ME, "Second", 5)];
    let thread = room.open("the words", 0.0, comments);
    room.open("other words", 300.0, vec![room.comment(ME, "Third", 2)]);
    room.show();
    until("two cards", || all(&panel, "article").len() == 2).await;
    assert_eq!(
        all(&panel, "[role=list][aria-label=Threads] > li > article").len(),
        2
    );
    assert_eq!(buttons(&panel, "Comment").len(), 1);
    for active in [false, true] {
        let card = if active {
            reveal(&room, &panel, thread).await
        } else {
            card(&panel, thread)
        };
        assert_eq!(name(&card), "Ann Example on “the words”");
        for called in [
            "Reply",
            "Edit",
            "Delete",
            "Resolve",
            "React",
            "Copy link",
            "Go to text",
        ] {
            assert_eq!(
                buttons(&card, called).len(),
                1,
                "{called}, active: {active}"
            );
        }
    }
    field(&card(&panel, thread), "Write a reply");
    assert_eq!(
        all(&panel, "li[aria-setsize='2'][aria-posinset='2']").len(),
        1
    );
    room.leave();
}

#[wasm_bindgen_test]
async fn a_thread_is_written_and_published() {
    let (room, panel) = mount();
    room.select("the words", 120.0);
    room.show();
    until("the button beside the words", || {
        all(&panel, ".beside-text").len() == 1
    })
    .await;
    press(&panel, "Comment");
    until("the composer", || {
        focused(&room).as_deref() == Some("composer")
    })
    .await;
    assert!(buttons(&panel, "Comment").is_empty());
    fill(&field(&panel, "Write a comment"), "What do **you** think?");
    let draft = || room.draft("new").as_deref() == Some("What do **you** think?");
    until("the draft", draft).await;
    fill(&field(&panel, "Your name"), " Cleo ");
    paint().await;
    press(&panel, "Publish");
    until("the card", || all(&panel, "article.active").len() == 1).await;
    until("the action", || {
        did(&room, &Action::Do(Command::SetName("Cleo".into())))
    })
    .await;
    let body = String::from("What do **you** think?");
    let on = Subject::Range(3, 9);
    assert_eq!(last_command(&room), Some(Command::OpenThread { on, body }));
    assert_eq!(room.draft("new"), None);
    until("the comment has the focus", || {
        focused(&room).is_some_and(|id| id.starts_with("c-"))
    })
    .await;
    assert_eq!(texts(&panel, ".body strong"), ["you"]);
    assert!(all(&panel, "#composer").is_empty());
    room.leave();
}

#[wasm_bindgen_test]
async fn keys_publish_and_leave_and_drafts_stay() {
    let (room, panel) = mount();
    let thread = room.open("words", 0.0, vec![room.comment(ANN, "First", 9)]);
    room.keep_draft(&reply_key(&thread), "half a tho");
    room.show();
    let card = reveal(&room, &panel, thread).await;
    let reply = field(&card, "Write a reply");
    assert_eq!(value(&reply), "half a tho");
    fill(&reply, "half a thought");
    strike(&reply, "Escape", "Escape", &[]);
    paint().await;
    assert_eq!(
        room.draft(&reply_key(&thread)).as_deref(),
        Some("half a thought")
    );
    assert_eq!(all(&panel, "article.active").len(), 1);
    reply.focus().unwrap();
    paint().await;
    strike(&reply, "Enter", "Enter", &["Control"]);
    until("the reply", || all(&panel, "article .comment").len() == 2).await;
    assert_eq!(room.draft(&reply_key(&thread)), None);
    until("an empty box", || {
        value(&field(&card, "Write a reply")).is_empty()
    })
    .await;
    // Cancel is a decision, and forgets.
    fill(&field(&card, "Write a reply"), "never mind");
    paint().await;
    press(&card, "Cancel");
    paint().await;
    assert_eq!(room.draft(&reply_key(&thread)), None);
    assert_eq!(value(&field(&card, "Write a reply")), "");
    room.leave();
}

#[wasm_bindgen_test]
async fn own_comments_are_edited_and_deleted() {
    let (room, panel) = mount();
    let (first, second) = (room.comment(ME, "Frist", 9), room.comment(ANN, "Typo", 5));
    let (own, other) = (first.id, second.id);
    let thread = room.open("words", 0.0, vec![first, second]);
    room.show();
    let card = reveal(&room, &panel, thread).await;
    press(&card, "Edit");
    paint().await;
    let edit = field(&card, "Change the text");
    assert_eq!(value(&edit), "Frist");
    fill(&edit, "First");
    paint().await;
    assert_eq!(room.draft(&edit_key(&own)).as_deref(), Some("First"));
    press(&card, "Publish");
    until("the new text", || texts(&card, ".body")[0] == "First").await;
    until("the focus", || focused(&room) == Some(format!("c-{own}"))).await;
    press(&card, "Earlier versions");
    until("the old text", || {
        texts(&card, ".versions .body") == ["Frist"]
    })
    .await;
    press(&card, "Delete");
    until("the question", || all(&card, ".confirmation").len() == 1).await;
    press(&card, "Cancel");
    until("no question", || all(&card, ".confirmation").is_empty()).await;
    assert!(!matches!(last_command(&room), Some(Command::Redact { .. })));
    press(&card, "Delete");
    until("the question", || all(&card, ".confirmation").len() == 1).await;
    press(&card, "Delete");
    until("a tombstone", || texts(&card, ".placeholder").len() == 1).await;
    assert_eq!(last_command(&room), Some(Command::Redact { comment: own }));
    assert!(texts(&card, ".body").contains(&"Typo".into()));
    until("the neighbour has the focus", || {
        focused(&room) == Some(format!("c-{other}"))
    })
    .await;
    assert!(buttons(&card, "Edit").is_empty());
    room.leave();
}

#[wasm_bindgen_test]
async fn threads_are_resolved_reopened_and_reacted_to() {
    let (room, panel) = mount();
    let first = room.comment(ANN, "First", 9);
    let comment = first.id;
    let thread = room.open("words", 0.0, vec![first]);
    room.show();
    until("the card", || all(&panel, "article").len() == 1).await;
    // Straight from a card that is not active.
    press(&card(&panel, thread), "Resolve");
    until("resolved", || buttons(&panel, "Reopen").len() == 1).await;
    let shown = card(&panel, thread);
    press(&shown, "Say why");
    paint().await;
    fill(&field(&shown, "Reason"), "Fixed in the text.");
    paint().await;
    press(&shown, "Save reason");
    until("the reason", || {
        texts(&shown, ".reason") == ["Fixed in the text."]
    })
    .await;
    press(&shown, "Reopen");
    until("open", || buttons(&panel, "Resolve").len() == 1).await;
    press(&shown, "React");
    until("the emoji", || buttons(&shown, "👀").len() == 1).await;
    press(&shown, "👀");
    let chip = || all(&shown, ".reaction[aria-pressed=true]");
    until("the reaction", || chip().len() == 1).await;
    chip()[0].click();
    until("no reaction", || all(&shown, ".reaction").is_empty()).await;
    let (emoji, on) = (String::from("👀"), false);
    assert_eq!(
        last_command(&room),
        Some(Command::React { comment, emoji, on })
    );
    press(&shown, "Copy link");
    press(&shown, "Go to text");
    let focus = true;
    for asked in [Action::CopyLink(thread), Action::Reveal { thread, focus }] {
        until("the action", || did(&room, &asked)).await;
    }
    room.leave();
}

#[wasm_bindgen_test]
async fn filters_and_steps_go_through_the_threads() {
    let (room, panel) = mount();
    let open = room.open("one", 0.0, vec![room.comment(ANN, "Open", 9)]);
    let done = room.open("two", 200.0, vec![room.comment(ANN, "Resolved", 9)]);
    let mine = room.open("three", 400.0, vec![room.comment(ME, "Mine", 9)]);
    room.change(done, |thread| {
        let (by, at, reason) = (ANN, 0, None);
        thread.status = Status::Resolved { by, at, reason };
    });
    room.show();
    let ids =
        |panel: &Element| -> Vec<String> { all(panel, "article").iter().map(|e| e.id()).collect() };
    let id = |thread: EventId| format!("t-{thread}");
    until("open threads", || ids(&panel) == [id(open), id(mine)]).await;
    assert_eq!(
        texts(&panel, ".filter"),
        ["Open2", "Resolved1", "Mine1", "All3"]
    );
    let choose = |n: usize| all(&panel, ".filter input")[n].click();
    choose(1);
    until("resolved threads", || ids(&panel) == [id(done)]).await;
    choose(2);
    until("own threads", || ids(&panel) == [id(mine)]).await;
    choose(3);
    until("all threads", || ids(&panel).len() == 3).await;
    let window = web_sys::window().unwrap();
    let active = || all(&panel, "article.active").first().map(|e| e.id());
    for (key, expected) in [
        ("PageDown", open),
        ("PageDown", done),
        ("PageDown", mine),
        ("PageDown", mine),
        ("PageUp", done),
    ] {
        strike(&window, key, key, &["Alt"]);
        until(key, || active() == Some(id(expected))).await;
    }
    until("the card has the focus", || {
        focused(&room) == Some(id(done))
    })
    .await;
    strike(&card(&panel, done), "Escape", "Escape", &[]);
    until("none is active", || active().is_none()).await;
    until("the action", || did(&room, &Action::ReturnToText)).await;
    room.leave();
}

/// Top and bottom of every card that is an element, in document order.
fn boxes(panel: &Element) -> Vec<(f64, f64)> {
    let rects = all(panel, ".slot");
    let rects = rects.iter().map(|slot| slot.get_bounding_client_rect());
    let mut boxes: Vec<_> = rects.map(|rect| (rect.top(), rect.bottom())).collect();
    boxes.sort_by(|a, b| a.0.total_cmp(&b.0));
    boxes
}

fn overlaps(panel: &Element) -> bool {
    boxes(panel).windows(2).any(|pair| pair[0].1 > pair[1].0)
}

#[wasm_bindgen_test]
async fn cards_stand_at_their_text_and_never_on_each_other() {
    let (room, panel) = mount();
    let mut ids = Vec::new();
    for i in 0..12 {
        let comments = vec![room.comment(ANN, "Some words that take a line or two.", 9)];
        ids.push(room.open("words", 600.0 + f64::from(i) * 30.0, comments));
    }
    room.show();
    until("cards", || all(&panel, "article").len() > 5).await;
    until("no overlap", || !overlaps(&panel)).await;
    for at in [2, 3] {
        let card = reveal(&room, &panel, ids[at]).await;
        until("no overlap", || !overlaps(&panel)).await;
        let top = card.get_bounding_client_rect().top();
        let wish = room.host().get_bounding_client_rect().top() + 600.0 + at as f64 * 30.0;
        assert!((top - wish).abs() <= 1.0, "{top} is not {wish}");
    }
    room.leave();
}

#[wasm_bindgen_test]
async fn ten_thousand_comments_are_a_few_elements() {
    let (room, panel) = mount();
    for i in 0..2000 {
        let comment = |n| room.comment(if n % 2 == 0 { ANN } else { BO }, "Some words.", 9);
        room.open("words", f64::from(i) * 15.0, (0..5).map(comment).collect());
    }
    let start = js_sys::Date::now();
    room.show();
    until("cards", || all(&panel, "article").len() > 3).await;
    web_sys::console::log_1(&format!("shown after {} ms", js_sys::Date::now() - start).into());
    let few = || {
        let n = all(&panel, "article").len();
        n > 3 && n < 60
    };
    assert!(few());
    let window = web_sys::window().unwrap();
    let first = all(&panel, "article")[0].id();
    for to in [40_000.0, 200_000.0, 90_000.0] {
        window.scroll_to_with_x_and_y(0.0, to);
        let in_view = || {
            boxes(&panel)
                .iter()
                .any(|(top, bottom)| *top < 400.0 && *bottom > 200.0)
        };
        until("cards where one looks", || in_view() && !overlaps(&panel)).await;
        assert!(few());
    }
    assert!(all(&panel, "article").iter().all(|card| card.id() != first));
    window.scroll_to_with_x_and_y(0.0, 0.0);
    room.leave();
}

fn point_at(element: &HtmlElement, kind: &str) {
    let init = PointerEventInit::new();
    init.set_bubbles(true);
    init.set_composed(true);
    let event = PointerEvent::new_with_event_init_dict(kind, &init).unwrap();
    element.dispatch_event(&event).unwrap();
}

#[wasm_bindgen_test]
async fn arrivals_wait_where_they_would_move_the_reading() {
    let (room, panel) = mount();
    let thread = room.open("words", 100.0, vec![room.comment(ANN, "First", 9)]);
    room.show();
    let card = reveal(&room, &panel, thread).await;
    let replies = || all(&card, ".comments > .comment").len();
    let arrive = |author| {
        let reply = Rc::new(room.comment(author, "A reply", 0));
        room.change(thread, |t| t.comments.push(reply));
        room.show();
    };
    // Nobody writes: a reply at the end moves nothing that is read.
    arrive(BO);
    until("a reply", || replies() == 2).await;
    // Somebody writes below it.
    fill(&field(&card, "Write a reply"), "I am just wri");
    paint().await;
    arrive(BO);
    arrive(ANN);
    until("the notice", || {
        texts(&panel, ".arrivals") == ["2 new repliesShow"]
    })
    .await;
    assert_eq!(replies(), 2);
    press(&panel, "Show");
    until("the replies", || replies() == 4).await;
    assert_eq!(value(&field(&card, "Write a reply")), "I am just wri");
    // Own words appear at once.
    arrive(ME);
    until("own reply", || replies() == 5).await;
    // Somebody reads the list.
    strike(&card, "Escape", "Escape", &[]);
    until("none is active", || all(&panel, ".active").is_empty()).await;
    let pointed: HtmlElement = card.clone().unchecked_into();
    point_at(&pointed, "pointerover");
    room.open("above", 20.0, vec![room.comment(BO, "New", 0)]);
    room.show();
    until("the notice", || {
        texts(&panel, ".arrivals") == ["1 new threadShow"]
    })
    .await;
    assert_eq!(all(&panel, "article").len(), 1);
    point_at(&pointed, "pointerout");
    until("both threads", || all(&panel, "article").len() == 2).await;
    room.leave();
}

#[wasm_bindgen_test]
async fn states_have_words() {
    let (room, panel) = mount();
    let said = |panel: &Element| texts(panel, "[role=status].status").concat();
    for (connection, words) in [
        (Connection::Offline, "Offline 3 changes to send"),
        (Connection::Connecting, "Connecting 3 changes to send"),
        (Connection::UpToDate, "Up to date 3 changes to send"),
        (Connection::NoRelay, "On this device only"),
    ] {
        room.state.borrow_mut().waiting = 3;
        room.state.borrow_mut().connection = connection;
        room.show();
        until(words, || said(&panel) == words).await;
    }
    let reason = "The mailbox is full.".into();
    room.state.borrow_mut().connection = Connection::Refused { reason };
    room.show();
    until("the reason", || {
        texts(&panel, ".problem-row p")
            .concat()
            .contains("The mailbox is full.")
    })
    .await;
    press(&panel, "Retry now");
    until("the action", || did(&room, &Action::RetryNow)).await;
    let comment = room.comment(ME, "Own", 1);
    let id = comment.id;
    let thread = room.open("gone words", f64::NAN, vec![comment]);
    room.place(thread, Placement::Detached);
    for (delivery, words) in [
        (Delivery::Saved, "Saved on this device"),
        (Delivery::AtRelay, "At relay"),
        (Delivery::Seen(2), "Seen by 2"),
    ] {
        room.delivery.borrow_mut().insert(id, delivery);
        // The session makes another closure when what it answers has changed.
        let known = room.delivery.clone();
        room.state.borrow_mut().delivery = Rc::new(move |id| known.borrow()[id]);
        room.show();
        until(words, || texts(&panel, ".delivery") == [words]).await;
    }
    assert_eq!(texts(&panel, ".place .chip"), ["Detached"]);
    assert_eq!(texts(&panel, ".quote"), ["gone words"]);
    let (kind, detail) = (NoticeKind::Quarantine, Some("record 3".into()));
    let text = "One record was damaged.".into();
    room.notify(Notice { kind, text, detail });
    room.show();
    until("the notice", || all(&panel, ".notice").len() == 1).await;
    press(&panel, "Details");
    until("the details", || texts(&panel, ".detail") == ["record 3"]).await;
    assert!(buttons(&panel, "Copy text").is_empty());
    press(&panel, "Dismiss");
    until("no notice", || all(&panel, ".notice").is_empty()).await;
    let (kind, detail) = (NoticeKind::Version, Some("their text".into()));
    let text = "Another version was edited.".into();
    room.notify(Notice { kind, text, detail });
    room.show();
    until("the notice", || all(&panel, ".notice").len() == 1).await;
    press(&panel, "Details");
    until("the text", || texts(&panel, ".detail") == ["their text"]).await;
    press(&panel, "Copy text");
    let asked = Action::CopyDetail(0);
    until("it is asked for", || room.actions.borrow().contains(&asked)).await;
    press(&panel, "Dismiss");
    until("no notice", || all(&panel, ".notice").is_empty()).await;
    room.state.borrow_mut().phase = Phase::Failed("The store is corrupt.".into());
    room.show();
    until("the failure", || {
        texts(&panel, "[role=alert]").concat().contains("corrupt")
    })
    .await;
    room.leave();
}

#[wasm_bindgen_test]
async fn readers_get_nothing_to_write_with() {
    let (room, panel) = mount();
    let thread = room.open("words", 0.0, vec![room.comment(ME, "Own", 9)]);
    room.state.borrow_mut().readonly = true;
    room.show();
    let card = reveal(&room, &panel, thread).await;
    for called in ["Comment", "Reply", "Edit", "Delete", "Resolve", "React"] {
        assert!(buttons(&panel, called).is_empty(), "{called}");
    }
    assert_eq!(buttons(&card, "Copy link").len(), 1);
    room.leave();
}

#[wasm_bindgen_test]
async fn long_threads_show_their_end_first() {
    let (room, panel) = mount();
    let comments = (0..121).map(|_| room.comment(ANN, "Words", 9)).collect();
    let thread = room.open("words", 0.0, comments);
    room.show();
    let card = reveal(&room, &panel, thread).await;
    let shown = || all(&card, ".comments > .comment").len();
    assert_eq!(shown(), 51);
    press(&card, "Show 70 earlier");
    until("more", || shown() == 101).await;
    press(&card, "Show 20 earlier");
    until("all", || shown() == 121).await;
    room.leave();
}

#[wasm_bindgen_test]
async fn comments_become_elements_and_nothing_else() {
    let (room, panel) = mount();
    let hostile = "<img src=x onerror=alert(1)> [a](javascript:alert(1)) [b](https://b.example)";
    let thread = room.open("<b>words</b>", 0.0, vec![room.comment(ANN, hostile, 9)]);
    room.show();
    let card = reveal(&room, &panel, thread).await;
    assert!(all(&card, "img, script").is_empty());
    let links = all(&card, ".body a");
    assert_eq!(links.len(), 1);
    assert_eq!(links[0].get_attribute("href").unwrap(), "https://b.example");
    assert_eq!(
        links[0].get_attribute("rel").unwrap(),
        "noopener noreferrer nofollow ugc"
    );
    assert_eq!(texts(&card, ".quote"), ["<b>words</b>"]);
    room.leave();
}

#[wasm_bindgen_test]
async fn the_panel_speaks_other_languages() {
    let file = include_str!("../../packages/element/locales/ar.json");
    let arabic = js_sys::JSON::parse(file).unwrap();
    js_sys::Reflect::set(&arabic, &"tag".into(), &"ar".into()).unwrap();
    let room = Room::mount(Words::new(&arabic, &JsValue::NULL), "340px");
    let panel = inside(room.host());
    let comments = (0..4).map(|_| room.comment(ANN, "Words", 90)).collect();
    room.open("words", 0.0, comments);
    room.show();
    until("the card", || all(&panel, "article").len() == 1).await;
    assert_eq!(all(&panel, "section[dir=rtl][lang=ar]").len(), 1);
    assert_eq!(all(&panel, "[role=list][aria-label='المحادثات']").len(), 1);
    assert_eq!(buttons(&panel, "علّق").len(), 1);
    let summary = texts(&panel, ".summary .hint").concat();
    assert!(summary.contains("ردود"), "{summary}");
    room.leave();
}

#[wasm_bindgen_test]
fn pages_can_change_single_words() {
    let messages = js_sys::Object::new();
    js_sys::Reflect::set(&messages, &"comment".into(), &"Annotate".into()).unwrap();
    js_sys::Reflect::set(&messages, &"reply".into(), &7.into()).unwrap();
    let words = Words::new(&JsValue::NULL, &messages);
    assert_eq!(words.t(postil::i18n::Text::Comment), "Annotate");
    assert_eq!(words.t(postil::i18n::Text::Reply), "Reply");
}
