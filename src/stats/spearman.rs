//! Spearman's rank correlation of many samples with one, ties at their average rank, by counting.

use super::bins::{Bins, rising_bits};

/// The ranks of a sample, kept to correlate many others with it.
#[derive(Clone, Debug)]
pub struct Ranks {
    /// Rank of each value less the mean rank, times two: whole numbers, whose sums are exact for samples of up
    /// to 100,000.
    doubled: Vec<f64>,
    /// Sum of their squares.
    square: f64,
}

impl Ranks {
    /// The ranks of these values. Infinite values share the last rank; values that are the same to single
    /// precision share theirs, and so may some that are next to each other, as long as that moves a rho by no
    /// more than a fiftieth of its standard error.
    #[must_use]
    pub fn new(values: &[f64]) -> Self {
        let mut doubled = vec![0.0; values.len()];
        let square = each_rank(values, |index, rank| doubled[index] = rank);
        Self { doubled, square }
    }

    /// Spearman's rho of these and as many other values, paired by index; absent where one of the two does
    /// not vary or the lengths differ.
    #[must_use]
    pub fn spearman(&self, other: &[f64]) -> Option<f64> {
        if other.len() != self.doubled.len() {
            return None;
        }
        let mut both = 0.0;
        let square = each_rank(other, |index, rank| both += rank * self.doubled[index]);
        let scale = (self.square * square).sqrt();
        (scale > 0.0).then(|| (both / scale).clamp(-1.0, 1.0))
    }
}

/// Bins of finite values: so few that counting them takes no longer than the sample, and as a rule enough.
const BINS: u16 = 1 << 11;

/// Ties may take this share of the square of all ranks away. What they leave out is as good as independent of the
/// other sample, so that rho moves by about the root of it, 0.003, times its own standard error, 1 / sqrt(n).
const MOST_TIED: f64 = 1e-5;

/// Calls `visit` with the index of each value and twice (its rank less the mean rank); returns the sum of the
/// squares of these.
///
/// Values are counted by bins. Where few bins would hold many different values, the values are sorted instead.
fn each_rank(values: &[f64], mut visit: impl FnMut(usize, f64)) -> f64 {
    let single: Vec<f32> = values.iter().map(|&value| value as f32).collect();
    let bins = Bins::new(&single, BINS);
    let places = bins.of(&single);
    let counts = bins.count(&places);
    let cube = |number: f64| number * number * number;
    let cubes = |counts: &[u32]| counts.iter().map(|&count| cube(f64::from(count))).sum::<f64>();
    if !bins.are_exact() && cubes(&counts) > MOST_TIED * cube(values.len() as f64) {
        return each_sorted_rank(&single, visit);
    }
    let (mut before, mut square) = (0, 0.0);
    let rank = |&ties: &u32| {
        let rank = doubled_rank(before, ties as usize, values.len());
        before += ties as usize;
        square += f64::from(ties) * rank * rank;
        rank
    };
    let ranks: Vec<f64> = counts.iter().map(rank).collect();
    for (index, &place) in places.iter().enumerate() {
        visit(index, ranks[usize::from(place)]);
    }
    square
}

/// The same by sorting.
fn each_sorted_rank(values: &[f32], mut visit: impl FnMut(usize, f64)) -> f64 {
    let key = |(index, &value): (usize, &f32)| u64::from(rising_bits(value)) << 32 | index as u64;
    let mut keys: Vec<u64> = values.iter().enumerate().map(key).collect();
    keys.sort_unstable();
    let (mut before, mut square) = (0, 0.0);
    for ties in keys.chunk_by(|a, b| a >> 32 == b >> 32) {
        let rank = doubled_rank(before, ties.len(), values.len());
        before += ties.len();
        square += ties.len() as f64 * rank * rank;
        for &key in ties {
            visit(key as u32 as usize, rank);
        }
    }
    square
}

/// Twice (the mean of the ranks `before` + 1 to `before` + `ties`, less that of all).
fn doubled_rank(before: usize, ties: usize, all: usize) -> f64 {
    ((2 * before + ties) as i64 - all as i64) as f64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::stats::{correlation, ranks};

    #[test]
    fn correlations_of_small_samples_are_known() {
        // Hours of television and IQ, the worked example of many textbooks: rho = -29/165.
        let iq = [106.0, 100.0, 86.0, 101.0, 99.0, 103.0, 97.0, 113.0, 112.0, 110.0];
        let hours = [7.0, 27.0, 2.0, 50.0, 28.0, 29.0, 20.0, 12.0, 6.0, 17.0];
        let rho = Ranks::new(&iq).spearman(&hours).unwrap();
        assert!((rho + 29.0 / 165.0).abs() < 1e-15, "{rho}");
        assert_eq!(Ranks::new(&[1.0, 2.0]).spearman(&[5.0, 5.0]), None);
        assert_eq!(Ranks::new(&[1.0, 2.0]).spearman(&[5.0]), None);
        assert_eq!(Ranks::new(&[]).spearman(&[]), None);
        let never = [1.0, 2.0, f64::INFINITY, f64::INFINITY];
        assert_eq!(Ranks::new(&never).spearman(&[10.0, 20.0, 30.0, 30.0]), Some(1.0));
        assert_eq!(Ranks::new(&never).spearman(&[4.0, 3.0, 2.0, 2.0]), Some(-1.0));
    }

    /// Values of several magnitudes, and values that differ little beside one that is far away.
    #[test]
    fn neighbours_that_share_a_rank_move_rho_by_no_more_than_a_hundredth_of_its_error() {
        let unit = |i: u32| crate::rng::unit(i.wrapping_mul(0x9e37_79b9));
        let base: Vec<f64> = (0..10_000).map(unit).collect();
        let wide: Vec<f64> = base.iter().zip(0..).map(|(u, i)| libm::exp(6.0 * (u + unit(i * 7 + 1)))).collect();
        let narrow: Vec<f64> = base.iter().zip(0..).map(|(u, i)| 100.0 + u + 3.0 * unit(i * 5 + 2)).collect();
        let far: Vec<f64> = narrow.iter().zip(0..).map(|(&v, i)| if i % 100 == 0 { 1e-4 } else { v }).collect();
        for other in [wide, narrow, far] {
            let expected = correlation(&ranks(&base), &ranks(&other)).unwrap();
            let rho = Ranks::new(&base).spearman(&other).unwrap();
            assert!((rho - expected).abs() < 0.01 / 100.0 && expected > 0.1, "{rho} {expected}");
        }
    }

    proptest! {
        #[test]
        fn spearman_is_pearson_of_the_average_ranks(pairs in prop::collection::vec((0..40_i32, 0..1000_i32), 2..60)) {
            let (a, b): (Vec<f64>, Vec<f64>) = pairs.iter().map(|&(a, b)| (f64::from(a), f64::from(b))).unzip();
            let expected = correlation(&ranks(&a), &ranks(&b));
            let rho = Ranks::new(&a).spearman(&b);
            prop_assert_eq!(rho.is_some(), expected.is_some());
            prop_assert!((rho.unwrap_or(0.0) - expected.unwrap_or(0.0)).abs() < 1e-12);
        }
    }
}
