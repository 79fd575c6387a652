//! Putting things in order.

/// Puts what has the smaller number first, and what has the same as it stands. Types share one sort
/// here: each one's own would be ten kilobytes of the browser's core.
pub fn order_by_number<T>(items: &mut Vec<T>, number: impl Fn(&T) -> i64) {
    let mut order: Vec<(i64, usize)> = items.iter().map(number).zip(0..).collect();
    order.sort_unstable();
    let mut taken: Vec<Option<T>> = items.drain(..).map(Some).collect();
    items.extend(order.into_iter().filter_map(|(_, at)| taken[at].take()));
}

/// Puts what has the later time first, in ms since 1970, and what has the same as it stands.
pub fn newest_first<T>(items: &mut Vec<T>, at_ms: impl Fn(&T) -> i64) {
    // `!` turns the order around for every time, the least included, which has no negative.
    order_by_number(items, |item| !at_ms(item));
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

    #[test]
    fn the_latest_time_comes_first_and_the_least_there_is_last() {
        let mut items = vec![(1, 'a'), (i64::MIN, 'b'), (i64::MAX, 'c'), (1, 'd')];
        newest_first(&mut items, |item| item.0);
        let letters: String = items.iter().map(|item| item.1).collect();
        assert_eq!(letters, "cadb");
    }
}
