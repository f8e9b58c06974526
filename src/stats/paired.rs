//! Differences between two runs that share their luck: sample i of the one belongs to sample i of the other.
//!
//! Means: Student's t on the differences. Quantiles: sectioning (S. Asmussen & P. W. Glynn 2007, "Stochastic
//! simulation", section III.5): the sample is cut into sections, and the spread of the sections' differences
//! about that of the whole gives the interval. Nothing is assumed of the densities or of how the two depend
//! on each other, and ties do no harm.

use super::{Estimate, mean, mean_estimate, quantile_index, select, student_quantile};

/// Most sections; more would make each too short, fewer the interval too uncertain.
const MOST_SECTIONS: usize = 25;
const LEAST_SECTIONS: usize = 5;
/// Values that a section should have beyond its quantile.
const BEYOND: f64 = 10.0;

/// Mean of `after` less `before`; absent for less than two pairs, infinite values or different lengths.
#[must_use]
pub fn paired_mean(before: &[f64], after: &[f64]) -> Option<Estimate> {
    let differences: Vec<f64> = before.iter().zip(after).map(|(before, after)| after - before).collect();
    mean_estimate(&differences).filter(|_| before.len() == after.len())
}

/// Quantile of `p` of `after` less that of `before`. Absent for different lengths, for samples too small (less
/// than 50 values beyond the quantile), or where a quantile is infinite.
#[must_use]
pub fn paired_quantile(before: &[f64], after: &[f64], p: f64) -> Option<Estimate> {
    let mut scratch = Vec::with_capacity(before.len());
    let statistic = |values: &[f64]| {
        scratch.clear();
        scratch.extend_from_slice(values);
        select(&mut scratch, &[quantile_index(values.len(), p)])[0]
    };
    sectioned(before, after, p, statistic)
}

/// The same for the mean of the quantiles from `p - half` to `p + half`, cut at the ends: it has no jump where a
/// distribution has a gap.
#[must_use]
pub fn paired_band(before: &[f64], after: &[f64], p: f64, half: f64) -> Option<Estimate> {
    let half = half.min(p).min(1.0 - p);
    let mut sorted = Vec::with_capacity(before.len());
    let statistic = |values: &[f64]| {
        sorted.clear();
        sorted.extend_from_slice(values);
        sorted.sort_unstable_by(f64::total_cmp);
        let (first, last) = (quantile_index(values.len(), p - half), quantile_index(values.len(), p + half));
        mean(&sorted[first..=last])
    };
    sectioned(before, after, p, statistic)
}

/// A statistic about the quantile of `p` of `after` less that of `before`, its interval from sections.
fn sectioned(before: &[f64], after: &[f64], p: f64, mut statistic: impl FnMut(&[f64]) -> f64) -> Option<Estimate> {
    let count = before.len();
    // 1 - 0.8 is a little less than 0.2: the rounding must not cost a section.
    let sections = ((count as f64 * p.min(1.0 - p) / BEYOND + 1e-9) as usize).min(MOST_SECTIONS);
    if after.len() != count || sections < LEAST_SECTIONS {
        return None;
    }
    let value = statistic(after) - statistic(before);
    let squares = (0..sections).map(|section| {
        let range = section * count / sections..(section + 1) * count / sections;
        let off = statistic(&after[range.clone()]) - statistic(&before[range]) - value;
        off * off
    });
    let freedom = (sections - 1) as f64;
    let half = student_quantile(0.975, freedom) * (squares.sum::<f64>() / freedom / sections as f64).sqrt();
    (value.is_finite() && half.is_finite()).then_some(Estimate { value, low: value - half, high: value + half })
}

/// Fewest pairs for which [`paired_quantile`] of `p`, strictly between 0 and 1, has an interval.
#[must_use]
pub fn least_pairs(p: f64) -> u32 {
    (LEAST_SECTIONS as f64 * BEYOND / p.min(1.0 - p) - 1e-6).ceil() as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, Stream};
    use crate::stats::{normal_density, normal_quantile};

    #[test]
    fn fewer_pairs_than_the_least_have_no_interval() {
        for (p, least) in [(0.5, 100), (0.8, 250), (0.95, 1000), (0.99, 5000)] {
            assert_eq!(least_pairs(p), least);
            let values = |count: u32| (0..count).map(f64::from).collect::<Vec<f64>>();
            let known = |count: u32| paired_quantile(&values(count), &values(count), p).is_some();
            assert!(known(least) && !known(least - 1), "{p}");
        }
    }

    /// Two dependent samples: half the variance of the first is in the second too, which is 1 later and 1.2
    /// times as wide.
    fn samples(repeat: u32, count: u32) -> (Vec<f64>, Vec<f64>) {
        let draw = |key: u64, i: u32| normal_quantile(Stream::new(9, key, Purpose::Search, repeat).unit(i));
        let both = |i: u32| {
            let (common, a, b) = (draw(1, i), draw(2, i), draw(3, i));
            let half = std::f64::consts::FRAC_1_SQRT_2;
            ((common + a) * half, 1.0 + 1.2 * (common + b) * half)
        };
        (0..count).map(both).unzip()
    }

    /// Share of 600 repeats whose interval holds the truth; 95 % less 4 standard errors is 91.4 %.
    #[track_caller]
    fn covers(count: u32, truth: f64, estimate: impl Fn(&[f64], &[f64]) -> Estimate) {
        let held = (0..600).filter(|&repeat| {
            let (before, after) = samples(repeat, count);
            let e = estimate(&before, &after);
            (e.low..=e.high).contains(&truth)
        });
        let share = held.count() as f64 / 600.0;
        assert!(
            (0.95 - share).abs() < 4.0 * (0.95_f64 * 0.05 / 600.0).sqrt(),
            "{share} of intervals hold {truth}"
        );
    }

    #[test]
    fn intervals_hold_the_true_difference_as_often_as_they_promise() {
        covers(500, 1.0, |before, after| paired_mean(before, after).unwrap());
        for (p, count) in [(0.5, 600), (0.8, 600), (0.8, 3000), (0.95, 2000)] {
            let truth = 1.0 + 0.2 * normal_quantile(p);
            covers(count, truth, |before, after| paired_quantile(before, after, p).unwrap());
        }
        // The mean of a normal's quantiles from a to b is (density(a) - density(b)) / (b - a).
        for (p, half, count) in [(0.8, 0.05, 600), (0.8, 0.05, 4000), (0.5, 0.1, 1000)] {
            let [low, high] = [p - half, p + half].map(|p| normal_density(normal_quantile(p)));
            let truth = 1.0 + 0.2 * (low - high) / (2.0 * half);
            covers(count, truth, |before, after| paired_band(before, after, p, half).unwrap());
        }
    }

    #[test]
    fn shared_luck_cancels() {
        let (before, _) = samples(0, 4000);
        let later: Vec<f64> = before.iter().map(|x| x + 0.25).collect();
        let e = paired_quantile(&before, &later, 0.8).unwrap();
        assert!((e.value - 0.25).abs() < 1e-12 && e.high - e.low < 1e-12, "{e:?}");
        let e = paired_mean(&before, &before).unwrap();
        assert_eq!((e.value, e.low, e.high), (0.0, 0.0, 0.0));
    }

    #[test]
    fn what_cannot_be_known_is_absent() {
        let (before, after) = samples(0, 249);
        assert_eq!(paired_quantile(&before, &after, 0.8), None, "one less than enough");
        let (enough, more) = samples(0, 250);
        assert!(paired_quantile(&enough, &more, 0.8).is_some());
        assert_eq!(paired_mean(&before, &after[1..]), None);
        let never = vec![f64::INFINITY; 249];
        assert_eq!(paired_quantile(&before, &never, 0.5), None);
        assert_eq!(paired_band(&before, &never, 0.5, 0.05), None);
        assert_eq!(paired_mean(&never, &never), None);
    }
}
