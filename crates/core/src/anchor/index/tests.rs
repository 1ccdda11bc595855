use proptest::prelude::*;

use super::*;
use crate::text::units;

/// A text with a bit of everything, long enough for the index to have parts.
fn texts() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        4 => "[a-d]{1,9}".prop_map(String::from),
        1 => "[中文字😀é\u{301}дав]{1,4}",
        1 => "[ \n.,—]{1,3}",
    ];
    prop::collection::vec(word, 0..400).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn everything_is_found_where_plain_search_finds_it(
        text in texts(),
        (at, len) in (any::<prop::sample::Index>(), 1usize..40),
        step in 1usize..700,
    ) {
        let mut builder = Builder::new(text.as_str().into());
        while builder.step(step) {}
        let index = builder.finish();
        let chars: Vec<(usize, char)> = text.char_indices().collect();
        if !chars.is_empty() {
            let at = at.index(chars.len());
            let words: String = chars.iter().skip(at).take(len).map(|(_, c)| *c).collect();
            prop_assert_eq!(index.count(&words, 1000), quote::count(&text, &words, 1000));
            prop_assert_eq!(index.first_two(&words), quote::first_two(&text, &words));
        }
    }

    #[test]
    fn offsets_are_those_of_plain_counting(text in texts(), at in any::<prop::sample::Index>()) {
        let index = TextIndex::new(text.as_str().into());
        prop_assert_eq!(index.len(), units::len(&text));
        let at = at.index(index.len() as usize + 2) as u32;
        let byte = index.to_bytes(at);
        prop_assert_eq!(byte, units::to_bytes(&text, at));
        prop_assert_eq!(index.to_units(byte), units::from_bytes(&text, byte));
    }

    #[test]
    fn descriptions_are_those_of_plain_search(text in texts(), start in 0u32..3000, len in 0u32..200) {
        let index = TextIndex::new(text.as_str().into());
        let described = Anchor::describe_text(&text, start, start + len);
        prop_assert_eq!(index.describe(start, start + len), described.clone());
        // What was just described is where it was, or not surely anywhere.
        if let Some(anchor) = described {
            let Position { start, end } = anchor.position.unwrap();
            let all = index.resolve_all(&[&anchor, &anchor]);
            prop_assert_eq!(all, [index.resolve(&anchor); 2]);
            let quote = anchor.quote.as_ref().unwrap();
            match index.resolve(&anchor) {
                Placement::Placed { start: at, end: to } => {
                    prop_assert!(at == start && (to == end || quote.cut));
                }
                _ => prop_assert!(!quote.unique),
            }
        }
    }
}

#[test]
fn kinds_without_words_are_left_to_the_page() {
    use crate::anchor::element::Element;
    let index = TextIndex::new("one two".into());
    let element = Anchor::on(Element::new("a", "", "").unwrap());
    assert_eq!(index.resolve(&element), Placement::OnElement { at: 0 });
    let offsets = |start, end| Anchor {
        position: Position::new(start, end),
        ..Anchor::default()
    };
    assert_eq!(index.resolve(&offsets(3, 8)), Placement::Detached);
    let score = approximate::LEAST_SCORE;
    let proposed = Placement::Proposed {
        start: 4,
        end: 7,
        score,
    };
    assert_eq!(index.resolve(&offsets(4, 7)), proposed);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    /// Whatever strangers claim about a quote, it is found inside of the text
    /// and between characters, or not at all.
    #[test]
    fn any_claim_is_survived(
        text in texts(),
        (exact, prefix, suffix) in (texts(), texts(), texts()),
        (hits, unique, start, len) in (any::<u32>(), any::<bool>(), any::<u32>(), any::<u32>()),
        (from, to) in (any::<prop::sample::Index>(), any::<prop::sample::Index>()),
        budget in 1usize..5000,
    ) {
        // Words of the text itself are the more dangerous claim.
        let chars: Vec<char> = text.chars().collect();
        let (from, to) = (from.index(chars.len() + 1), to.index(chars.len() + 1));
        let own: String = chars.get(from.min(to)..from.max(to)).unwrap().iter().collect();
        for exact in [exact, own] {
            if exact.is_empty() {
                continue;
            }
            let quote = Quote {
                exact,
                cut: false,
                prefix: prefix.clone(),
                suffix: suffix.clone(),
                hits,
                unique,
            };
            let position = Position::new(start, start.saturating_add(len));
            let anchor = Anchor { quote: Some(quote), position, ..Anchor::default() };
            let index = TextIndex::new(text.as_str().into());
            let mut placements = index.resolve_all(&[&anchor]);
            prop_assert_eq!(placements[0], index.resolve(&anchor));
            if let Some(mut search) = crate::anchor::search::Search::new(&anchor) {
                let found = (0..1_000_000).find_map(|_| search.step(&index, budget));
                placements.extend(found);
                prop_assert_eq!(placements.len(), 2);
            }
            for placement in placements {
                match placement {
                    Placement::Placed { start, end } | Placement::Proposed { start, end, .. } => {
                        prop_assert!(start < end && end <= index.len());
                        for at in [start, end] {
                            prop_assert_eq!(index.to_units(index.to_bytes(at)), at);
                        }
                    }
                    _ => prop_assert_eq!(placement, Placement::Detached),
                }
            }
        }
    }
}
