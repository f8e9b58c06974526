//! Intervals of means and proportions.
//!
//! Proportions: E. B. Wilson 1927, "Probable inference, the law of succession, and statistical inference",
//! JASA 22.

use super::{NORMAL_95, mean, standard_deviation, student_quantile};

/// An estimate with its 95 % confidence interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Best guess.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Mean with its confidence interval (Student's t); absent for less than two values or infinite ones.
#[must_use]
pub fn mean_estimate(values: &[f64]) -> Option<Estimate> {
    let value = mean(values);
    if values.len() < 2 || !value.is_finite() {
        return None;
    }
    let size = values.len() as f64;
    let half = student_quantile(0.975, size - 1.0) * standard_deviation(values) / size.sqrt();
    Some(Estimate { value, low: value - half, high: value + half })
}

/// The same of a mean and a standard deviation alone, of so many values that Student's t is normal.
#[must_use]
pub fn normal_mean_estimate(mean: f64, standard_deviation: f64, count: u32) -> Estimate {
    let half = NORMAL_95 * standard_deviation / f64::from(count).sqrt();
    Estimate { value: mean, low: mean - half, high: mean + half }
}

/// The probability of what happened `hits` times out of `count`, with Wilson's interval; nothing is known of
/// it without a count.
#[must_use]
pub fn proportion(hits: usize, count: usize) -> Estimate {
    if count == 0 {
        return Estimate { value: f64::NAN, low: 0.0, high: 1.0 };
    }
    let (size, value, square) = (count as f64, hits as f64 / count as f64, NORMAL_95 * NORMAL_95);
    let middle = (value + square / (2.0 * size)) / (1.0 + square / size);
    let inner = value * (1.0 - value) / size + square / (4.0 * size * size);
    let half = NORMAL_95 * inner.sqrt() / (1.0 + square / size);
    // The ends are exact where nothing, or everything, was a hit; rounding must not take them past.
    Estimate { value, low: (middle - half).clamp(0.0, value), high: (middle + half).clamp(value, 1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_needs_two_finite_values() {
        assert_eq!((mean_estimate(&[]), mean_estimate(&[3.0])), (None, None));
        assert_eq!(mean_estimate(&[1.0, 2.0, f64::INFINITY]), None);
    }

    /// Student 1908, the sleep data (drug 2 less drug 1): mean 1.58, 95 % interval 0.7001 to 2.4599.
    #[test]
    fn the_interval_of_a_mean_is_students() {
        let hours = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4];
        let e = mean_estimate(&hours).unwrap();
        let digits = [e.value, e.low, e.high].map(|x| (x * 1e4).round() / 1e4);
        assert_eq!(digits, [1.58, 0.7001, 2.4599]);
    }

    #[test]
    fn the_interval_of_a_stored_mean_is_that_of_its_values() {
        let hours: Vec<f64> = (0..20_000).map(|place| f64::from(place % 97)).collect();
        let exact = mean_estimate(&hours).unwrap();
        let stored = normal_mean_estimate(mean(&hours), standard_deviation(&hours), 20_000);
        // Student's t of so many degrees of freedom is 1.9601 in place of 1.9600.
        assert!((stored.high - exact.high).abs() < 1e-4 * (exact.high - exact.low), "{stored:?} {exact:?}");
        assert_eq!(stored.value - stored.low, stored.high - stored.value);
    }

    /// R. G. Newcombe 1998, Statistics in Medicine 17, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    #[test]
    fn the_interval_of_a_proportion_is_wilsons() {
        let known =
            [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)];
        for (hits, count, low, high) in known {
            let e = proportion(hits, count);
            assert_eq!([e.low, e.high].map(|x| (x * 1e4).round() / 1e4), [low, high], "{hits} of {count}");
        }
        assert_eq!(proportion(20, 20).high, 1.0);
    }
}
