use proptest::prelude::*;

use super::*;

/// Runs with the letters of their styles, such as `(m:**)(mb:x)`; plain runs
/// as they are.
fn show(text: &str) -> String {
    let mut state = State::default();
    let lines: Vec<String> = text
        .split('\n')
        .map(|source| {
            let (line, next) = style(source, state);
            state = next;
            let units: Vec<u16> = source.encode_utf16().collect();
            let runs: String = line.runs.iter().map(|run| show_run(&units, *run)).collect();
            let shape = match line.shape {
                Shape::Text => String::new(),
                Shape::Heading(level) => format!("Heading{level} "),
                other => format!("{other:?} "),
            };
            format!("{shape}{runs}")
        })
        .collect();
    lines.join("\n")
}

fn show_run(units: &[u16], run: Run) -> String {
    let text = String::from_utf16(&units[run.start as usize..run.end as usize]).unwrap();
    let letters: String = [
        (Style::MARKER, 'm'),
        (Style::STRONG, 'b'),
        (Style::EMPHASIS, 'i'),
        (Style::CODE, 'c'),
        (Style::LINK, 'l'),
        (Style::URL, 'u'),
    ]
    .iter()
    .filter(|(style, _)| run.style.has(*style))
    .map(|(_, letter)| *letter)
    .collect();
    if letters.is_empty() {
        text
    } else {
        format!("({letters}:{text})")
    }
}

#[test]
fn lines_are_styled_in_place() {
    let check = |source: &str, expected: &str| assert_eq!(show(source), expected, "{source:?}");
    check("", "Blank ");
    check("plain", "plain");
    check("# One", "Heading1 (m:# )One");
    check("### *a* b", "Heading3 (m:### )(mi:*)(i:a)(mi:*) b");
    check("#hash", "#hash");
    check("####### x", "####### x");
    check("**a _b_**", "(mb:**)(b:a )(mbi:_)(bi:b)(mbi:_)(mb:**)");
    check("x `a*b*` y", "x (m:`)(c:a*b*)(m:`) y");
    check(
        "[a *b*](https://x.org) c",
        "(m:[)(l:a )(mil:*)(il:b)(mil:*)(m:]()(u:https://x.org)(m:)) c",
    );
    check("at https://x.org.", "at (l:https://x.org).");
    check("[a](javascript:x)", "[a](javascript:x)");
    check("\\*a", "(m:\\)*a");
    check("> a\n> > - b", "Quote (m:> )a\nQuote (m:> > - )b");
    check(
        "- a\n  - b\n      - c\n12. d",
        "Item (m:- )a\nItem (m:  - )b\nItem (m:      - )c\nItem (m:12. )d",
    );
    check(
        "-\n---\n* * *\n-- -x",
        "Item (m:-)\nRule (m:---)\nRule (m:* * *)\n-- -x",
    );
    check(
        "```rust\n**a**\n# b\n```\n**c**",
        "Fence (m:```rust)\nCode (c:**a**)\nCode (c:# b)\nFence (m:```)\n(mb:**)(b:c)(mb:**)",
    );
    check(
        "~~~\n```\n~~~",
        "Fence (m:~~~)\nCode (c:```)\nFence (m:~~~)",
    );
    check("- # a", "Heading1 (m:- # )a");
    check("𝄞 **é𝄞** x", "𝄞 (mb:**)(b:é𝄞)(mb:**) x");
    check("**שלום**", "(mb:**)(b:שלום)(mb:**)");
}

#[test]
fn utf16_length_counts_code_units() {
    for text in ["", "a", "é", "中", "𝄞", "a𝄞é👩‍👧"] {
        assert_eq!(utf16_length(text) as usize, text.encode_utf16().count());
    }
}

proptest! {
    #[test]
    fn runs_cover_the_line(source in "([a-zé𝄞]|[ *_`>\\-+#\\[\\]()\\\\~]|https://x\\.y|1\\. ){0,60}") {
        let mut at = 0;
        for run in style(&source, State::default()).0.runs {
            prop_assert_eq!(run.start, at);
            prop_assert!(run.end > run.start);
            at = run.end;
        }
        prop_assert_eq!(at as usize, source.encode_utf16().count());
    }
}
