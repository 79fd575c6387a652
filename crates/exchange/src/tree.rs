//! What holds of tasks inside tasks, by number: no circles, and an order from the top down.

/// Takes the parent away from one task of each circle, the first in the file, and tells which.
pub(crate) fn break_cycles(parents: &mut [Option<usize>], mut tell: impl FnMut(usize)) {
    // Each walk up marks its tasks with its own number; meeting the own mark is a circle.
    let mut marks = vec![usize::MAX; parents.len()];
    for start in 0..parents.len() {
        let mut at = start;
        while marks[at] == usize::MAX {
            marks[at] = start;
            match parents[at] {
                Some(parent) => at = parent,
                None => break,
            }
        }
        if marks[at] == start && parents[at].is_some() {
            let first = first_of_cycle(at, parents);
            parents[first] = None;
            tell(first);
        }
    }
}

/// Returns all numbers, each behind its parent, roots and children in their own order. Expects no
/// circles.
pub(crate) fn from_the_top(parents: &[Option<usize>]) -> Vec<usize> {
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); parents.len()];
    for (number, parent) in parents.iter().enumerate() {
        if let Some(parent) = parent {
            children[*parent].push(number);
        }
    }
    let mut ordered = Vec::with_capacity(parents.len());
    let mut waiting = Vec::new();
    for root in (0..parents.len()).filter(|number| parents[*number].is_none()) {
        waiting.push(root);
        while let Some(number) = waiting.pop() {
            ordered.push(number);
            waiting.extend(children[number].iter().rev());
        }
    }
    ordered
}

fn first_of_cycle(at: usize, parents: &[Option<usize>]) -> usize {
    let (mut first, mut next) = (at, parents[at]);
    while let Some(number) = next.filter(|number| *number != at) {
        first = first.min(number);
        next = parents[number];
    }
    first
}
