//! How much of a text's wording is left in another.

use super::super::index::words_of;

/// No more words of a text are compared.
const MOST: usize = 512;

/// How much of a text's words come in another one in the same order, in
/// thousandths of their length.
pub(super) fn kept(before: &[u8], after: &[u8]) -> u32 {
    let before: Vec<(u32, u32)> = words_of(before).take(MOST).collect();
    let mut longest = vec![0_u32; before.len() + 1];
    for word in words_of(after).take(2 * MOST) {
        // The longest common run up to each word, as it was one word earlier.
        let mut diagonal = 0;
        let mut left = 0;
        for (slot, other) in longest.iter_mut().skip(1).zip(&before) {
            let above = *slot;
            *slot = match *other == word {
                true => diagonal + word.1,
                false => above.max(left),
            };
            (diagonal, left) = (above, *slot);
        }
    }
    let kept = longest.last().copied().unwrap_or(0);
    let whole = before.iter().map(|(_, len)| len).sum();
    (kept * 1000).checked_div(whole).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_order_are_kept() {
        #[track_caller]
        fn check(before: &str, after: &str, expected: u32) {
            assert_eq!(kept(before.as_bytes(), after.as_bytes()), expected);
        }
        check("one two three four", "one two three four", 1000);
        check(
            "one two three four",
            "Well: one, two (or 2.5) three, four.",
            1000,
        );
        check("one two three four", "four three two one", 333);
        check("one two three four", "one three", 533);
        check("one two", "", 0);
        check("...", "one", 0);
        check("中文字", "中新文字", 1000);
        check("naïve café", "naïve tea", 545);
    }
}
