//! Statistics of samples: moments, quantiles with their Monte Carlo intervals, rank correlation.
//!
//! Sums run in an order that only the length decides, so that equal samples give equal bits. Infinite values stand for what never
//! happens: quantiles count them as the greatest, moments are then not finite.

/// 97.5th percentile of the standard normal distribution: intervals hold in 95 of 100 cases.
pub const NORMAL_95: f64 = 1.959_963_984_540_054;

/// Sum of a function of the values: eight sums side by side, because an addition waits for the one before.
fn sum_of(values: &[f64], of: impl Fn(f64) -> f64) -> f64 {
    let mut sums = [0.0; 8];
    let chunks = values.chunks_exact(8);
    let rest: f64 = chunks.remainder().iter().map(|&value| of(value)).sum();
    for chunk in chunks {
        for (sum, &value) in sums.iter_mut().zip(chunk) {
            *sum += of(value);
        }
    }
    sums.iter().sum::<f64>() + rest
}

/// Mean; 0 of nothing.
#[must_use]
pub fn mean(values: &[f64]) -> f64 {
    if values.is_empty() { 0.0 } else { sum_of(values, |value| value) / values.len() as f64 }
}

/// Standard deviation of a sample (divisor n - 1); 0 of fewer than two values.
#[must_use]
pub fn standard_deviation(values: &[f64]) -> f64 {
    if values.len() < 2 {
        return 0.0;
    }
    let mean = mean(values);
    let squares = sum_of(values, |value| (value - mean) * (value - mean));
    (squares / (values.len() - 1) as f64).sqrt()
}

/// Place, from 0, of the `p` quantile among `count` sorted values: of the least one that a share of at least
/// `p` does not exceed.
///
/// # Panics
/// If there are no values.
#[must_use]
pub fn quantile_index(count: usize, p: f64) -> usize {
    assert!(count > 0, "no quantile of nothing");
    // 0.07 * 100 is a little above 7 in floating point, and still the seventh value.
    let rank = (p * count as f64 - 1e-9).ceil().max(1.0) as usize;
    rank.min(count) - 1
}

/// The `p` quantile of values in rising order.
///
/// # Panics
/// If there are no values.
#[must_use]
pub fn quantile(sorted: &[f64], p: f64) -> f64 {
    sorted[quantile_index(sorted.len(), p)]
}

/// An interval that covers the true `p` quantile in at least 95 of 100 runs, whatever the distribution: order
/// statistics at n p -+ z sqrt(n p (1 - p)) (Conover 1999, section 3.2). An end that the sample is too small to
/// bound is infinite.
#[must_use]
pub fn quantile_interval(sorted: &[f64], p: f64) -> (f64, f64) {
    let count = sorted.len() as f64;
    let middle = count * p;
    let half = NORMAL_95 * (middle * (1.0 - p)).sqrt();
    let (low, high) = ((middle - half).floor(), (middle + half).ceil() + 1.0);
    let at = |rank: f64| sorted[rank as usize - 1];
    let low = if low < 1.0 { f64::NEG_INFINITY } else { at(low) };
    let high = if high > count { f64::INFINITY } else { at(high) };
    (low, high)
}

/// The values in the order of [`f64::total_cmp`].
#[must_use]
pub fn sorted(values: &[f64]) -> Vec<f64> {
    // Whole numbers in the same order: one instruction compares them. The way back is the same.
    let turn = |bits: i64| bits ^ ((bits >> 63) as u64 >> 1) as i64;
    let mut keys: Vec<i64> = values.iter().map(|value| turn(value.to_bits() as i64)).collect();
    keys.sort_unstable();
    keys.into_iter().map(|key| f64::from_bits(turn(key) as u64)).collect()
}

/// Ranks from 1, equal values sharing the mean of theirs.
#[must_use]
pub fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<u32> = (0..values.len() as u32).collect();
    order.sort_unstable_by(|&a, &b| values[a as usize].total_cmp(&values[b as usize]));
    let mut ranks = vec![0.0; values.len()];
    let mut first = 0;
    while first < order.len() {
        let value = values[order[first] as usize];
        let equal = order[first..].iter().take_while(|&&i| values[i as usize] == value).count();
        // A value that equals not even itself stands alone.
        let last = first + equal.max(1);
        let shared = (first + 1 + last) as f64 / 2.0;
        for &place in &order[first..last] {
            ranks[place as usize] = shared;
        }
        first = last;
    }
    ranks
}

/// Pearson's correlation; absent if either does not vary. Of [`ranks`] it is Spearman's.
#[must_use]
pub fn correlation(a: &[f64], b: &[f64]) -> Option<f64> {
    let (mean_a, mean_b) = (mean(a), mean(b));
    let (mut both, mut square_a, mut square_b) = (0.0, 0.0, 0.0);
    for (x, y) in a.iter().zip(b) {
        let (x, y) = (x - mean_a, y - mean_b);
        both += x * y;
        square_a += x * x;
        square_b += y * y;
    }
    (square_a > 0.0 && square_b > 0.0).then(|| (both / (square_a.sqrt() * square_b.sqrt())).clamp(-1.0, 1.0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rng::{Purpose, Stream, entity_key};

    #[test]
    fn moments_of_a_small_sample_are_exact() {
        let values = [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0];
        assert_eq!(mean(&values), 5.0);
        assert!((standard_deviation(&values) - (32.0_f64 / 7.0).sqrt()).abs() < 1e-15);
        assert_eq!((mean(&[]), standard_deviation(&[3.0])), (0.0, 0.0));
    }

    #[test]
    fn a_quantile_is_the_least_value_with_that_share_at_or_below_it() {
        let hundred: Vec<f64> = (1..=100).map(f64::from).collect();
        for percent in 1..=99_u32 {
            assert_eq!(quantile(&hundred, f64::from(percent) / 100.0), f64::from(percent));
        }
        assert_eq!([0.5, 0.51, 1.0].map(|p| quantile(&[1.0, 2.0], p)), [1.0, 2.0, 2.0]);
        assert_eq!(quantile(&[1.0, 2.0, f64::INFINITY], 0.8), f64::INFINITY);
    }

    #[test]
    fn a_small_sample_bounds_nothing() {
        assert_eq!(quantile_interval(&[1.0], 0.5), (f64::NEG_INFINITY, f64::INFINITY));
    }

    /// The share of intervals that cover the truth has standard error sqrt(0.95 0.05 / runs).
    #[test]
    fn intervals_cover_the_true_quantile_as_often_as_they_say() {
        let (runs, size) = (2_000_u32, 400_u32);
        for p in [0.05, 0.5, 0.8, 0.95] {
            let covers = |run: u32| {
                let stream = Stream::new(u64::from(run), entity_key("test", "uniform"), Purpose::Search, 0);
                let mut draws: Vec<f64> = (0..size).map(|i| stream.unit(i)).collect();
                draws.sort_unstable_by(f64::total_cmp);
                let (low, high) = quantile_interval(&draws, p);
                low <= p && p <= high
            };
            let share = f64::from((0..runs).filter(|&run| covers(run)).count() as u32) / f64::from(runs);
            let error = (0.95 * 0.05 / f64::from(runs)).sqrt();
            assert!(share > 0.95 - 4.0 * error && share < 0.975 + 4.0 * error, "{p}: {share}");
        }
    }

    #[test]
    fn equal_values_share_their_ranks() {
        assert_eq!(ranks(&[3.0, 1.0, 3.0, 2.0]), [3.5, 1.0, 3.5, 2.0]);
        assert_eq!(ranks(&[]), [0.0; 0]);
    }

    #[test]
    fn rank_correlation_of_untied_ranks_is_spearmans_formula() {
        let (a, b) = (
            [7.0, 4.0, 3.0, 10.0, 6.0, 2.0, 9.0, 8.0, 1.0, 5.0],
            [5.0, 7.0, 3.0, 10.0, 1.0, 9.0, 6.0, 2.0, 8.0, 4.0],
        );
        let squares: f64 = a.iter().zip(&b).map(|(x, y)| (x - y) * (x - y)).sum();
        let expected = 1.0 - 6.0 * squares / (10.0 * 99.0);
        let found = correlation(&ranks(&a), &ranks(&b)).unwrap();
        assert!((found - expected).abs() < 1e-15);
        assert_eq!(correlation(&a, &[1.0; 10]), None);
    }

    proptest! {
        #[test]
        fn sorting_is_by_the_total_order(mut values in prop::collection::vec(any::<f64>(), 0..60)) {
            let found = sorted(&values);
            values.sort_unstable_by(f64::total_cmp);
            let bits = |values: &[f64]| values.iter().map(|value| value.to_bits()).collect::<Vec<u64>>();
            prop_assert_eq!(bits(&found), bits(&values));
        }

        #[test]
        fn quantiles_rise_and_intervals_hold_them(mut values in prop::collection::vec(0.0..100.0_f64, 1..200)) {
            values.sort_unstable_by(f64::total_cmp);
            let mut before = f64::NEG_INFINITY;
            for percent in 1..=99_u32 {
                let p = f64::from(percent) / 100.0;
                let (low, high) = quantile_interval(&values, p);
                let value = quantile(&values, p);
                prop_assert!(before <= value && low <= value && value <= high);
                before = value;
            }
        }

        #[test]
        fn ranks_are_those_of_any_rising_scale(values in prop::collection::vec(-5_i32..5, 1..50)) {
            let plain: Vec<f64> = values.iter().map(|&v| f64::from(v)).collect();
            let scaled: Vec<f64> = plain.iter().map(|v| 3.0 * v + 100.0).collect();
            prop_assert_eq!(ranks(&plain), ranks(&scaled));
            let count = values.len() as f64;
            prop_assert_eq!(ranks(&plain).iter().sum::<f64>(), count * (count + 1.0) / 2.0);
        }
    }
}
