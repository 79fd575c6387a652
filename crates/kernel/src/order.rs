//! Putting things in order.

/// Puts what has the smaller number first, and what has the same as it stands. Types share one sort
/// here: each one's own would be ten kilobytes of the browser's core.
pub fn order_by_number<T>(items: &mut Vec<T>, number: impl Fn(&T) -> i64) {
    let mut order: Vec<(i64, usize)> = items.iter().map(number).zip(0..).collect();
    order.sort_unstable();
    let mut taken: Vec<Option<T>> = items.drain(..).map(Some).collect();
    items.extend(order.into_iter().filter_map(|(_, at)| taken[at].take()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_keep_their_order() {
        let mut items = vec![(2, 'a'), (1, 'b'), (2, 'c'), (i64::MIN, 'd'), (1, 'e')];
        order_by_number(&mut items, |item| item.0);
        let letters: String = items.iter().map(|item| item.1).collect();
        assert_eq!(letters, "dbeac");
    }
}
