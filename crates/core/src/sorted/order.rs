//! Sorting in little code.

/// Sorts in ascending order. Equal values may change places.
pub fn sort<T: Ord>(values: &mut [T]) {
    heap_sort(values, &|a, b| a < b);
}

/// Sorts in ascending order of what `key` gives. Values of equal keys may
/// change places.
pub fn sort_by_key<T, K: Ord>(values: &mut [T], key: impl Fn(&T) -> K) {
    heap_sort(values, &|a, b| key(a) < key(b));
}

/// Heapsort (Williams, 1964; built bottom-up after Floyd): no memory, no bad
/// case, and few instructions.
#[inline(never)]
fn heap_sort<T>(values: &mut [T], less: &impl Fn(&T, &T) -> bool) {
    let len = values.len();
    for turn in (0..len + len / 2).rev() {
        // First every parent sinks to its place, then the greatest goes behind the heap.
        let (mut parent, end) = match turn.checked_sub(len) {
            Some(parent) => (parent, len),
            None => {
                values.swap(0, turn);
                (0, turn)
            }
        };
        loop {
            let mut child = 2 * parent + 1;
            if let (Some(left), Some(right)) = (values.get(child), values.get(child + 1))
                && child + 1 < end
                && less(left, right)
            {
                child += 1;
            }
            let sinks = match (values.get(parent), values.get(child)) {
                (Some(above), Some(below)) => child < end && less(above, below),
                _ => false,
            };
            if !sinks {
                break;
            }
            values.swap(parent, child);
            parent = child;
        }
    }
}
