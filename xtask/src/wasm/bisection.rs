//! Documents that share terms, side by side: recursive graph bisection, after Dhulipala and others, "Compressing
//! Graphs and Indexes with Recursive Graph Bisection" (KDD 2016). Linkers order functions with it.

#![expect(
    clippy::indexing_slicing,
    reason = "Documents and terms are numbers, of which there are as many as there is room for."
)]

/// How often the halves exchange documents at most.
const ROUNDS: usize = 40;
/// Of so many exchanges one is left out, so that two documents do not change places for ever.
const SKIP: usize = 10;

/// The order of the documents. Each is a list of terms, which are small numbers.
pub(super) fn arrange(mut documents: Vec<Vec<usize>>) -> Vec<usize> {
    let terms = documents.iter().flatten().max().map_or(0, |last| last + 1);
    let mut occurrences = vec![0; terms];
    for term in documents.iter().flatten() {
        occurrences[*term] += 1;
    }
    // What is in one document, or in most, says nothing about where they belong.
    let most = documents.len() / 2;
    for document in &mut documents {
        document.retain(|term| (2..=most.max(2)).contains(&occurrences[*term]));
    }
    let mut order: Vec<usize> = (0..documents.len()).collect();
    let mut bisection = Bisection {
        documents,
        left: vec![0; terms],
        right: vec![0; terms],
    };
    bisection.bisect(&mut order);
    order
}

struct Bisection {
    documents: Vec<Vec<usize>>,
    /// In how many documents of each half a term is.
    left: Vec<u32>,
    right: Vec<u32>,
}

impl Bisection {
    fn bisect(&mut self, order: &mut [usize]) {
        if order.len() < 3 {
            return;
        }
        let half = order.len() / 2;
        for round in 0..ROUNDS {
            self.count(order.split_at(half));
            let (left, right) = order.split_at_mut(half);
            let leaving = self.by_gain(left, true);
            let coming = self.by_gain(right, false);
            let mut exchanged = false;
            for ((gain, from), (other, to)) in leaving.into_iter().zip(coming) {
                if gain + other <= 0.0 {
                    break;
                }
                exchanged = true;
                if (round + 7 * from + 13 * to) % SKIP != 0 {
                    std::mem::swap(&mut left[from], &mut right[to]);
                }
            }
            if !exchanged {
                break;
            }
        }
        let (left, right) = order.split_at_mut(half);
        self.bisect(left);
        self.bisect(right);
    }

    /// Counts the terms of both halves.
    fn count(&mut self, (left, right): (&[usize], &[usize])) {
        for document in left.iter().chain(right) {
            for term in &self.documents[*document] {
                (self.left[*term], self.right[*term]) = (0, 0);
            }
        }
        for (half, counts) in [(left, &mut self.left), (right, &mut self.right)] {
            for term in half.iter().flat_map(|it| &self.documents[*it]) {
                counts[*term] += 1;
            }
        }
    }

    /// What is gained when a document goes to the other half, and its place in its own; the greatest gain first.
    fn by_gain(&self, half: &[usize], is_left: bool) -> Vec<(f64, usize)> {
        let (own, other) = if is_left {
            (&self.left, &self.right)
        } else {
            (&self.right, &self.left)
        };
        let gain = |term: &usize| {
            let (own, other) = (own[*term], other[*term]);
            cost(own) + cost(other) - cost(own - 1) - cost(other + 1)
        };
        let mut gains: Vec<(f64, usize)> = half
            .iter()
            .map(|it| self.documents[*it].iter().map(gain).sum())
            .zip(0..)
            .collect();
        gains.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        gains
    }
}

/// What it takes to write down the documents of a half that a term is in, apart from what is the same for all: the less
/// for each, the more are together.
fn cost(documents: u32) -> f64 {
    let documents = f64::from(documents);
    -documents * (documents + 1.0).log2()
}
