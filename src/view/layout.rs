//! Where cards stand in their column: beside their text, never on each other.

/// One card to place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Slot {
    /// Where the card wants to be, in CSS pixels from the top of the column;
    /// `NaN` for directly below the one before it.
    pub(super) wish: f64,
    /// Its height in CSS pixels, measured or estimated.
    pub(super) height: f64,
}

/// Where the cards ended up.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Column {
    /// The top of each card, in CSS pixels from the top of the column,
    /// ascending from `first` on.
    pub(super) tops: Vec<f64>,
    /// The first card that has a place. Cards before it did not fit above the
    /// active one.
    pub(super) first: usize,
    /// Height of the whole column in CSS pixels.
    pub(super) height: f64,
}

/// Free space between two cards, in CSS pixels.
const GAP: f64 = 12.0;

/// How far below its text the active card may be pushed by the cards above it
/// before the topmost of them lose their place, in CSS pixels.
const SLACK: f64 = 360.0;

/// Places cards in their order. The active card stands exactly at its wish;
/// cards before it move up and cards after it move down to make room. Nothing
/// is placed above the top of the column: when the cards before the active one
/// do not fit there, it gives way by up to [`SLACK`], then the topmost cards
/// are left out. Linear in the number of cards.
pub(super) fn place(slots: &[Slot], active: Option<usize>) -> Column {
    let mut tops = vec![0.0; slots.len()];
    let mut first = 0;
    let mut split = slots.len();
    if let Some((index, slot)) = active.and_then(|i| Some((i, slots.get(i)?)))
        && !slot.wish.is_nan()
    {
        let mut above = 0.0;
        let mut room = slot.wish.max(0.0) + SLACK;
        first = index;
        for (i, before) in slots.iter().enumerate().take(index).rev() {
            room -= before.height + GAP;
            if room < 0.0 {
                break;
            }
            above += before.height + GAP;
            first = i;
        }
        split = index;
        set(&mut tops, index, slot.wish.max(above));
    }
    let mut end = -GAP;
    for (i, slot) in slots.iter().enumerate().skip(first) {
        if i != split {
            // A comparison with NaN takes the other operand.
            set(&mut tops, i, slot.wish.max(end + GAP));
        }
        let top = tops.get(i).copied().unwrap_or(0.0);
        end = top + slot.height;
    }
    let height = end.max(0.0);
    // What stands before the active card gives way upwards.
    let mut limit = tops.get(split).copied().unwrap_or(f64::INFINITY);
    for i in (first..split.min(slots.len())).rev() {
        let (Some(slot), Some(top)) = (slots.get(i), tops.get_mut(i)) else {
            break;
        };
        *top = top.min(limit - GAP - slot.height);
        limit = *top;
    }
    Column {
        tops,
        first,
        height,
    }
}

impl Column {
    /// The cards that reach into the stretch from `from` to `to`, in CSS
    /// pixels from the top of the column.
    pub(super) fn between(&self, slots: &[Slot], from: f64, to: f64) -> std::ops::Range<usize> {
        let placed = self.tops.get(self.first..).unwrap_or_default();
        let heights = slots.get(self.first..).unwrap_or_default();
        let end = placed.partition_point(|top| *top < to);
        // Tops ascend and cards do not overlap, so bottoms ascend as well.
        let mut start = placed.partition_point(|top| *top < from);
        while let Some(before) = start.checked_sub(1)
            && let (Some(top), Some(slot)) = (placed.get(before), heights.get(before))
            && top + slot.height > from
        {
            start = before;
        }
        self.first + start..self.first + end.max(start)
    }
}

fn set(tops: &mut [f64], index: usize, value: f64) {
    if let Some(top) = tops.get_mut(index) {
        *top = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slots(of: &[(f64, f64)]) -> Vec<Slot> {
        let slot = |(wish, height): &(f64, f64)| Slot {
            wish: *wish,
            height: *height,
        };
        of.iter().map(slot).collect()
    }

    #[test]
    fn cards_stand_at_their_text_or_give_way() {
        fn check(of: &[(f64, f64)], active: Option<usize>, expected: &[f64]) {
            assert_eq!(place(&slots(of), active).tops, expected);
        }
        let none = f64::NAN;
        check(&[], None, &[]);
        check(&[(50.0, 100.0)], None, &[50.0]);
        check(&[(-50.0, 100.0)], None, &[0.0]);
        check(&[(none, 100.0), (none, 50.0)], None, &[0.0, 112.0]);
        check(&[(10.0, 100.0), (20.0, 50.0)], None, &[10.0, 122.0]);
        check(&[(200.0, 100.0), (220.0, 50.0)], Some(1), &[108.0, 220.0]);
        // Not enough room above: the active card gives way.
        check(&[(10.0, 100.0), (20.0, 50.0)], Some(1), &[0.0, 112.0]);
        // A card without a place is laid out as if it were not active.
        check(&[(10.0, 100.0), (none, 50.0)], Some(1), &[10.0, 122.0]);
        check(&[(10.0, 100.0)], Some(7), &[10.0]);
    }

    #[test]
    fn cards_that_do_not_fit_above_the_active_one_are_left_out() {
        let many = slots(&[(10.0, 200.0); 40]);
        let column = place(&many, Some(39));
        assert_eq!(column.first, 38);
        assert_eq!(column.tops[39], 212.0);
        assert_eq!(column.tops[38], 0.0);
    }

    #[test]
    fn visible_cards_are_found() {
        let some = slots(&[(0.0, 100.0), (200.0, 100.0), (400.0, 100.0)]);
        let column = place(&some, None);
        let check = |from, to, expected| {
            assert_eq!(column.between(&some, from, to), expected, "{from} {to}");
        };
        check(0.0, 50.0, 0..1);
        check(50.0, 250.0, 0..2);
        check(100.0, 200.0, 1..1);
        check(450.0, 900.0, 2..3);
        check(900.0, 990.0, 3..3);
        assert_eq!(place(&[], None).between(&[], 0.0, 10.0), 0..0);
    }

    #[test]
    fn cards_never_overlap() {
        // A linear congruential generator (Numerical Recipes) for the cases.
        let mut state = 7u32;
        let mut random = |below: f64| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(state >> 8) / f64::from(1 << 24) * below
        };
        for case in 0..2000 {
            let many = random(60.0) as usize;
            let mut slots = slots(&vec![(0.0, 0.0); many]);
            for slot in &mut slots {
                slot.wish = random(3100.0) - 100.0;
                slot.height = 20.0 + random(380.0);
            }
            slots.sort_by(|a, b| a.wish.total_cmp(&b.wish));
            let active = random(80.0) as usize;
            let column = place(&slots, Some(active));
            let placed = column.first..many;
            for (i, j) in placed.clone().zip(placed.skip(1)) {
                let bottom = column.tops[i] + slots[i].height + GAP;
                assert!(bottom <= column.tops[j] + 0.001, "case {case}");
            }
            assert!(column.tops.iter().all(|top| *top >= 0.0), "case {case}");
            if let Some(slot) = slots.get(active) {
                let pushed = column.tops[active] - slot.wish.max(0.0);
                assert!(pushed <= SLACK + 0.001, "case {case}");
            }
        }
    }
}
