//! The text of a comment as elements, made from its syntax tree.

use postil_core::body::{Block, Inline, parse};
use yew::{Html, html};

/// The comment's text. Every element is named here, so nothing in a comment
/// can become anything else.
pub(super) fn body(source: &str) -> Html {
    html! { <div class="body" dir="auto">{ blocks(&parse(source)) }</div> }
}

/// The first paragraph of a comment, without links.
pub(super) fn excerpt(source: &str) -> Html {
    let blocks = parse(source);
    let first = blocks.iter().find_map(|block| match block {
        Block::Paragraph(content) => Some(content),
        _ => None,
    });
    html! { <span dir="auto">{ for first.into_iter().flatten().map(unlinked) }</span> }
}

fn unlinked(of: &Inline) -> Html {
    match of {
        Inline::Link { content, .. } => content.iter().map(unlinked).collect(),
        Inline::Strong(content) | Inline::Emphasis(content) => {
            html! { <em>{ for content.iter().map(unlinked) }</em> }
        }
        Inline::Break => html! { { " " } },
        Inline::Text(_) | Inline::Code(_) => inline(of),
    }
}

fn blocks(of: &[Block]) -> Html {
    of.iter().map(block).collect()
}

fn block(of: &Block) -> Html {
    match of {
        Block::Paragraph(content) => html! { <p dir="auto">{ inlines(content) }</p> },
        Block::Quote(content) => html! { <blockquote>{ blocks(content) }</blockquote> },
        Block::Code(text) => {
            html! { <pre dir="ltr" tabindex="0"><code>{ text.clone() }</code></pre> }
        }
        Block::List {
            ordered,
            start,
            items,
        } => {
            let items = items.iter().map(|item| html! { <li>{ blocks(item) }</li> });
            if *ordered {
                html! { <ol start={start.to_string()}>{ for items }</ol> }
            } else {
                html! { <ul>{ for items }</ul> }
            }
        }
    }
}

fn inlines(of: &[Inline]) -> Html {
    of.iter().map(inline).collect()
}

fn inline(of: &Inline) -> Html {
    match of {
        Inline::Text(text) => html! { { text.clone() } },
        Inline::Strong(content) => html! { <strong>{ inlines(content) }</strong> },
        Inline::Emphasis(content) => html! { <em>{ inlines(content) }</em> },
        Inline::Code(text) => html! { <code>{ text.clone() }</code> },
        Inline::Break => html! { <br /> },
        Inline::Link { href, content } => html! {
            <a href={href.clone()} target="_blank" rel="noopener noreferrer nofollow ugc">
                { inlines(content) }
            </a>
        },
    }
}
