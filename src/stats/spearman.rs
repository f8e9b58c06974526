//! Spearman's rank correlation of many samples with one, ties at their average rank, by counting sort.

use super::select::rising_bits;

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
    /// precision share theirs, and so may some that differ by less than a part in 10^4.
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

/// Calls `visit` with the index of each value and twice (its rank less the mean rank); returns the sum of the
/// squares of these.
fn each_rank(values: &[f64], mut visit: impl FnMut(usize, f64)) -> f64 {
    let keys = sorted_keys(values);
    let (mut first, mut square) = (0, 0.0);
    while first < keys.len() {
        let value = keys[first] >> INDEX_BITS;
        let ties = keys[first..].iter().take_while(|&&key| key >> INDEX_BITS == value).count();
        // The mean of the ranks first + 1 to first + ties, less (n + 1) / 2, doubled.
        let rank = ((2 * first + ties) as i64 - values.len() as i64) as f64;
        for key in &keys[first..first + ties] {
            visit((key & ((1 << INDEX_BITS) - 1)) as usize, rank);
        }
        square += ties as f64 * rank * rank;
        first += ties;
    }
    square
}

/// Low bits of a key: the index. The rest is the value's place.
const INDEX_BITS: u32 = 32;
/// Bits sorted at a time; twice this are the bits of a place.
const DIGIT_BITS: u32 = 11;

/// One sorted number for each value: its place among those between the least and the greatest in the high
/// bits, its index in the low ones. Places are shares of the bits of a float, and so as fine for small values
/// as for great ones.
///
/// # Panics
/// For 2^32 values or more, far more than iterations can be numbered.
fn sorted_keys(values: &[f64]) -> Vec<u64> {
    assert!(u32::try_from(values.len()).is_ok(), "fewer than 2^32 values");
    let bits = || values.iter().map(|&value| rising_bits(value as f32));
    let finite = || bits().filter(|&bits| bits < rising_bits(f32::INFINITY));
    let (low, high) = (finite().min().unwrap_or(0), finite().max().unwrap_or(0));
    // One place is left above the greatest finite value, for infinity.
    let last = (1_u32 << (2 * DIGIT_BITS)) - 1;
    let mut shift = 0;
    while (high - low) >> shift >= last {
        shift += 1;
    }
    let place = |bits: u32| if bits > high { last } else { (bits - low) >> shift };
    let mut counts = [[0_u32; 1 << DIGIT_BITS]; 2];
    let mut keys = Vec::with_capacity(values.len());
    for (index, bits) in bits().enumerate() {
        let place = place(bits);
        keys.push(u64::from(place) << INDEX_BITS | index as u64);
        counts[0][place as usize & ((1 << DIGIT_BITS) - 1)] += 1;
        counts[1][(place >> DIGIT_BITS) as usize] += 1;
    }
    // Counting sort by the two digits of the place, the last first: keys of one place stay in order of index.
    let mut moved = vec![0; keys.len()];
    for (digit, next) in counts.iter_mut().enumerate() {
        let mut before = 0;
        for count in next.iter_mut() {
            (before, *count) = (before + *count, before);
        }
        for &key in &keys {
            let slot =
                &mut next[(key >> (INDEX_BITS + digit as u32 * DIGIT_BITS)) as usize & ((1 << DIGIT_BITS) - 1)];
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
        fn spearman_is_pearson_of_the_average_ranks(pairs in prop::collection::vec((0..40_i32, 0..1000_i32), 2..60)) {
            let (a, b): (Vec<f64>, Vec<f64>) = pairs.iter().map(|&(a, b)| (f64::from(a), f64::from(b))).unzip();
            let expected = correlation(&ranks(&a), &ranks(&b));
            let rho = Ranks::new(&a).spearman(&b);
            prop_assert_eq!(rho.is_some(), expected.is_some());
            prop_assert!((rho.unwrap_or(0.0) - expected.unwrap_or(0.0)).abs() < 1e-12);
        }
    }
}
