//! What somebody had seen when they wrote something.

/// How much of each log something covers, by the log's number in [`Logs`].
pub type Past = Vec<(u16, u32)>;

/// Whether `past` has the event `seq` of log `number`.
pub(crate) fn covers(past: &Past, number: u16, seq: u32) -> bool {
    let found = past.binary_search_by_key(&number, |(n, _)| *n);
    found
        .ok()
        .and_then(|i| past.get(i))
        .is_some_and(|(_, until)| seq <= *until)
}

/// Raises `past` to cover all that `other` covers.
pub(crate) fn merge(past: &mut Past, other: &Past) {
    let mut merged = Past::with_capacity(past.len().max(other.len()));
    let (mut left, mut right) = (past.iter().peekable(), other.iter().peekable());
    loop {
        let (a, b) = (left.peek().copied(), right.peek().copied());
        let next = match (a, b) {
            (Some(a), Some(b)) if a.0 == b.0 => (a.0, a.1.max(b.1)),
            (Some(a), Some(b)) => *a.min(b),
            (Some(one), None) | (None, Some(one)) => *one,
            (None, None) => break,
        };
        left.next_if(|a| a.0 == next.0);
        right.next_if(|b| b.0 == next.0);
        merged.push(next);
    }
    *past = merged;
}

/// Raises `past` to cover the event `seq` of log `number`.
pub(crate) fn raise(past: &mut Past, number: u16, seq: u32) {
    match past.binary_search_by_key(&number, |(n, _)| *n) {
        Ok(i) => {
            if let Some((_, until)) = past.get_mut(i) {
                *until = (*until).max(seq);
            }
        }
        Err(i) => past.insert(i, (number, seq)),
    }
}
