//! Finding many short words in one reading of a text: for words that are too
//! short for the index.

use crate::sorted::Map;

/// The first two places of each of some words (byte offsets). Words of less
/// than two bytes are left out.
pub(super) fn first_two_of_each<'a>(
    text: &str,
    words: &[&'a str],
) -> Map<&'a str, [Option<usize>; 2]> {
    let mut found: Map<&str, [Option<usize>; 2]> = Map::new();
    // Which of `groups`, less one, has the words that begin with two bytes.
    let mut group_of = vec![0_u16; if words.is_empty() { 0 } else { 1 << 16 }];
    let mut groups: Vec<Vec<&str>> = Vec::new();
    for word in words {
        if let Some(slot) = pair(word.as_bytes(), 0).and_then(|pair| group_of.get_mut(pair))
            && groups.len() < usize::from(u16::MAX)
            && found.insert(*word, [None; 2]).is_none()
        {
            if *slot == 0 {
                groups.push(Vec::new());
                *slot = groups.len() as u16;
            }
            if let Some(group) = groups.get_mut(usize::from(*slot) - 1) {
                group.push(word);
            }
        }
    }
    let bytes = text.as_bytes();
    for at in 0..if found.is_empty() { 0 } else { bytes.len() } {
        let group = pair(bytes, at).and_then(|pair| group_of.get(pair)).copied();
        let Some(group) = group.filter(|group| *group > 0) else {
            continue;
        };
        if let Some(group) = groups.get_mut(usize::from(group) - 1) {
            let rest = bytes.get(at..).unwrap_or(&[]);
            // A word with two places is done with.
            group.retain(|word| {
                if !rest.starts_with(word.as_bytes()) {
                    return true;
                }
                match found.get_mut(word) {
                    Some([first @ None, _]) => *first = Some(at),
                    Some([_, second]) => *second = Some(at),
                    None => {}
                }
                found.get(word).is_some_and(|[_, second]| second.is_none())
            });
        }
    }
    found
}

/// Two bytes as one number.
fn pair(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at..at + 2) {
        Some([first, second]) => Some(usize::from(*first) << 8 | usize::from(*second)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::quote::first_two;
    use super::*;

    #[test]
    fn places_are_those_of_plain_search() {
        let text = "one two, two ones. 😀 aaa 中文中 two";
        let words = [
            "two", "one", "ones", "aa", "zz", "中", "😀 ", "two", "e ", " a",
        ];
        let found = first_two_of_each(text, &words);
        for word in words {
            assert_eq!(found.get(&word), Some(&first_two(text, word)), "{word}");
        }
        assert!(first_two_of_each(text, &[]).is_empty());
        assert!(first_two_of_each(text, &["a", ""]).is_empty());
        assert_eq!(first_two_of_each("", &["ab"]).get(&"ab"), Some(&[None; 2]));
    }
}
