//! Spearman's rank correlation of many samples with one, ties at their average rank, by counting sort.

/// The ranks of a sample, kept to correlate many others with it.
#[derive(Clone, Debug)]
pub struct Ranks {
    /// Rank of each value less the mean rank, times two: whole numbers, so that sums are exact.
    doubled: Vec<i64>,
    /// Sum of their squares.
    square: f64,
}

impl Ranks {
    /// The ranks of these values. Infinite values share the last rank; values that differ by less than a part
    /// in 2^33 of the range may share theirs.
    #[must_use]
    pub fn new(values: &[f64]) -> Self {
        let mut doubled = vec![0; values.len()];
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
        let mut both = 0_i128;
        let square = each_rank(other, |index, rank| {
            both += i128::from(rank) * i128::from(self.doubled[index]);
        });
        let scale = (self.square * square).sqrt();
        (scale > 0.0).then(|| (both as f64 / scale).clamp(-1.0, 1.0))
    }
}

/// Calls `visit` with the index of each value and twice (its rank less the mean rank); returns the sum of the
/// squares of these.
fn each_rank(values: &[f64], mut visit: impl FnMut(usize, i64)) -> f64 {
    let keys = sorted_keys(values);
    let (mut first, mut square) = (0, 0_i128);
    while first < keys.len() {
        let value = keys[first] >> INDEX_BITS;
        let ties = keys[first..].iter().take_while(|&&key| key >> INDEX_BITS == value).count();
        // The mean of the ranks first + 1 to first + ties, less (n + 1) / 2, doubled.
        let rank = (2 * first + ties) as i64 - values.len() as i64;
        for key in &keys[first..first + ties] {
            visit((key & ((1 << INDEX_BITS) - 1)) as usize, rank);
        }
        square += ties as i128 * i128::from(rank) * i128::from(rank);
        first += ties;
    }
    square as f64
}

/// Low bits of a key: the index. The rest is the value's place in the range.
const INDEX_BITS: u32 = 31;
/// Bits sorted at a time; three times this are the bits of a place.
const DIGIT_BITS: u32 = 11;

/// One sorted number for each value: its place in the range in the high bits, its index in the low ones.
///
/// # Panics
/// For 2^31 values or more, far more than iterations can be numbered.
fn sorted_keys(values: &[f64]) -> Vec<u64> {
    assert!(values.len() < 1 << INDEX_BITS, "fewer than 2^31 values");
    let finite = || values.iter().copied().filter(|value| value.is_finite());
    let (low, high) = (finite().fold(f64::INFINITY, f64::min), finite().fold(f64::NEG_INFINITY, f64::max));
    // One place is left above the greatest finite value, for infinity.
    let last = (u64::MAX >> INDEX_BITS) - 1;
    let scale = if high > low { last as f64 / (high - low) } else { 0.0 };
    let place = |value: f64| if value.is_finite() { (((value - low) * scale) as u64).min(last) } else { last + 1 };
    let mut keys: Vec<u64> =
        values.iter().enumerate().map(|(index, &value)| place(value) << INDEX_BITS | index as u64).collect();
    // Counting sort by the three digits of the place, the last first: keys of one place stay in order of index.
    let mut moved = vec![0; keys.len()];
    for digit in 0..3 {
        let digit_of = |key: u64| (key >> (INDEX_BITS + digit * DIGIT_BITS)) as usize & ((1 << DIGIT_BITS) - 1);
        let mut next = [0_u32; 1 << DIGIT_BITS];
        for &key in &keys {
            next[digit_of(key)] += 1;
        }
        let mut before = 0;
        for count in &mut next {
            (before, *count) = (before + *count, before);
        }
        for &key in &keys {
            let slot = &mut next[digit_of(key)];
            moved[*slot as usize] = key;
            *slot += 1;
        }
        std::mem::swap(&mut keys, &mut moved);
    }
    keys
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

    proptest! {
        #[test]
        fn spearman_is_pearson_of_the_average_ranks(pairs in prop::collection::vec((0..40_i32, -9.0..9.0_f64), 2..60)) {
            let (a, b): (Vec<f64>, Vec<f64>) = pairs.iter().map(|&(a, b)| (f64::from(a), b)).unzip();
            let expected = correlation(&ranks(&a), &ranks(&b));
            let rho = Ranks::new(&a).spearman(&b);
            prop_assert_eq!(rho.is_some(), expected.is_some());
            prop_assert!((rho.unwrap_or(0.0) - expected.unwrap_or(0.0)).abs() < 1e-12);
        }
    }
}
