//! A list of comments in yew, kept in yrs: the least that a page with this
//! framework and this CRDT could do. Postil is measured against it.

use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;
use yrs::updates::decoder::Decode as _;
use yrs::{Any, Doc, Map as _, MapPrelim, MapRef, Out, ReadTxn as _, Transact as _, Update};

/// How many comments are shown.
const SHOWN: usize = 50;

/// Shows the comments of a document, given as one update.
#[wasm_bindgen]
pub fn start(update: &[u8]) {
    yew::Renderer::<List>::with_props(Props {
        update: update.into(),
    })
    .render();
}

#[derive(Properties, PartialEq)]
struct Props {
    update: std::rc::Rc<[u8]>,
}

struct Row {
    id: String,
    author: String,
    at: f64,
    body: String,
}

enum Msg {
    Publish,
}

struct List {
    doc: Doc,
    rows: Vec<Row>,
    composer: NodeRef,
}

impl List {
    fn read(&mut self) {
        let transaction = self.doc.transact();
        let Some(comments) = transaction.get_map("comments") else {
            return;
        };
        let text = |comment: &MapRef, key: &str| match comment.get(&transaction, key) {
            Some(Out::Any(Any::String(text))) => text.to_string(),
            _ => String::new(),
        };
        let number = |comment: &MapRef, key: &str| match comment.get(&transaction, key) {
            Some(Out::Any(number)) => number.cast().unwrap_or(0.0),
            _ => 0.0,
        };
        let rows = comments
            .iter(&transaction)
            .filter_map(|(id, value)| match value {
                Out::YMap(comment) => Some(Row {
                    id: id.into(),
                    author: text(&comment, "author"),
                    at: number(&comment, "at"),
                    body: text(&comment, "body"),
                }),
                _ => None,
            });
        self.rows = rows.collect();
        self.rows.sort_by(|a, b| a.at.total_cmp(&b.at));
    }
}

impl Component for List {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let mut list = List {
            doc: Doc::new(),
            rows: Vec::new(),
            composer: NodeRef::default(),
        };
        if let Ok(update) = Update::decode_v1(&ctx.props().update) {
            // A document that cannot be read is shown as an empty one.
            let _ = list.doc.transact_mut().apply_update(update);
        }
        list.read();
        list
    }

    fn update(&mut self, _ctx: &Context<Self>, _msg: Msg) -> bool {
        let Some(composer) = self.composer.cast::<HtmlTextAreaElement>() else {
            return false;
        };
        let comments = self.doc.get_or_insert_map("comments");
        let at = self.rows.last().map_or(0.0, |row| row.at) + 1.0;
        let comment = MapPrelim::from([
            ("author", Any::from("Me")),
            ("at", Any::from(at)),
            ("parent", Any::from("")),
            ("body", Any::from(composer.value())),
        ]);
        comments.insert(&mut self.doc.transact_mut(), at.to_string(), comment);
        composer.set_value("");
        self.read();
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let publish = ctx.link().callback(|event: SubmitEvent| {
            event.prevent_default();
            Msg::Publish
        });
        html! {
            <>
                <form onsubmit={publish}>
                    <textarea ref={self.composer.clone()} aria-label="Write a comment" />
                    <button>{ "Publish" }</button>
                </form>
                <ul aria-label="Comments">
                    { for self.rows.iter().take(SHOWN).map(|row| html! {
                        <li key={row.id.clone()}>
                            <article>
                                <strong>{ &row.author }</strong>
                                <time>{ row.at }</time>
                                <p>{ &row.body }</p>
                            </article>
                        </li>
                    }) }
                </ul>
            </>
        }
    }
}
