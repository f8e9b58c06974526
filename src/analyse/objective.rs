//! By which number two forecasts are compared, and how small a difference nobody cares about.
//!
//! Where work stops for the night, finishes lie in clumps with gaps between. A percentile at the edge of a gap
//! may jump across it for a change that matters to one iteration in a thousand; the sections of a run then
//! agree on the jump, and yet the next run would not show it. So the interval of a percentile's difference
//! also holds the differences at all percentiles that its own Monte Carlo noise could take for it.

use crate::stats::{self, Estimate, NORMAL_95};

/// The number of a distribution that decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Objective {
    /// A percentile, of a percent from 1 to 99.
    Percentile(u8),
    /// The mean.
    Mean,
}

impl Objective {
    /// Of these values; absent where it is infinite, and for a mean if any value is.
    #[must_use]
    pub fn of(self, values: &[f64]) -> Option<f64> {
        if values.is_empty() {
            return None;
        }
        let value = match self {
            Self::Percentile(percent) => stats::quantiles(&mut values.to_vec(), &[f64::from(percent) / 100.0])[0],
            Self::Mean => stats::mean(values),
        };
        value.is_finite().then_some(value)
    }

    /// Its 95 % interval in a sample; absent where the sample is too small to bound it.
    #[must_use]
    pub fn interval(self, values: &[f64]) -> Option<(f64, f64)> {
        let (low, high) = match self {
            Self::Percentile(percent) => {
                stats::quantile_interval(&stats::sorted(values), f64::from(percent) / 100.0)
            }
            Self::Mean => stats::mean_estimate(values).map(|mean| (mean.low, mean.high))?,
        };
        (low.is_finite() && high.is_finite()).then_some((low, high))
    }

    /// As arguments and files call it: `p80`, `mean`.
    #[must_use]
    pub fn word(self) -> String {
        match self {
            Self::Percentile(percent) => format!("p{percent}"),
            Self::Mean => "mean".to_owned(),
        }
    }

    /// Fewest iterations from which the difference of two forecasts can be told.
    #[must_use]
    pub fn least_iterations(self) -> u32 {
        match self {
            Self::Percentile(percent) => stats::least_pairs(f64::from(percent) / 100.0),
            Self::Mean => 2,
        }
    }

    /// Of `after` less that of `before`, which share their luck. Exactly zero for equal values, however few.
    #[must_use]
    pub fn difference(self, before: &[f64], after: &[f64]) -> Option<Estimate> {
        if before == after {
            return self.of(before).map(|_| Estimate { value: 0.0, low: 0.0, high: 0.0 });
        }
        match self {
            Self::Percentile(percent) => {
                let p = f64::from(percent) / 100.0;
                let difference = stats::paired_quantile(before, after, p)?;
                let (least, most) = around(before, after, p)?;
                let (low, high) = (difference.low.min(least), difference.high.max(most));
                Some(Estimate { low, high, ..difference })
            }
            Self::Mean => stats::paired_mean(before, after),
        }
    }
}

/// Least and greatest difference of the percentiles that noise could take for the one of `p`; absent where one is
/// infinite.
///
/// The true percentiles stand at places of the two sorted samples that vary by chance, together and apart. By how much
/// they vary apart is known from the pairs: only iterations in which one of the two is below its percentile and the
/// other is not move one place and not the other. Looked through is the ellipse of both, whose projections are the
/// intervals of differences that change steadily.
fn around(before: &[f64], after: &[f64], p: f64) -> Option<(f64, f64)> {
    let count = before.len() as f64;
    let half = NORMAL_95 * (count * p * (1.0 - p)).sqrt();
    let first = (count * p - half).floor().max(1.0) as usize - 1;
    let last = ((count * p + half).ceil() as usize).min(before.len()) - 1;
    let [sorted, later] = [before, after].map(stats::sorted);
    let place = stats::quantile_index(before.len(), p);
    let is_apart = |(b, a): &(&f64, &f64)| (**b <= sorted[place]) != (**a <= later[place]);
    let apart = before.iter().zip(after).filter(is_apart).count();
    let apart = NORMAL_95 * (apart as f64).sqrt();
    let at = |values: &[f64], place: usize| values[place.min(values.len() - 1)];
    let mut range = (f64::INFINITY, f64::NEG_INFINITY);
    let mut farthest = 0;
    for place in first..=last {
        let off = ((place as f64 + 1.0 - count * p) / half).clamp(-1.0, 1.0);
        // Half of it for each of the two, so that it makes no difference which of them is the base.
        let each = (apart / 2.0 * (1.0 - off * off).sqrt()).ceil() as usize;
        let (below, above) = (place.saturating_sub(each), place + each);
        range = (
            range.0.min(at(&later, below) - at(&sorted, above)),
            range.1.max(at(&later, above) - at(&sorted, below)),
        );
        farthest = farthest.max(above);
    }
    (at(&sorted, farthest).is_finite() && at(&later, farthest).is_finite()).then_some(range)
}

/// Share of a cost that nobody cares about, where only hours are told.
const MONEY: f64 = 0.01;

/// A difference that nobody cares about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Threshold {
    /// So many hours; of money, which hours say nothing of, one percent.
    Hours(f64),
    /// A share of the value before.
    Share(f64),
}

impl Threshold {
    /// Greatest difference that does not count, for a value that was `before`.
    #[must_use]
    pub fn margin(self, before: Option<f64>, is_time: bool) -> f64 {
        match self {
            Self::Hours(hours) if is_time => hours,
            Self::Hours(_) => Self::Share(MONEY).margin(before, false),
            Self::Share(share) => share * before.unwrap_or(0.0).abs(),
        }
    }
}

/// What a comparison says; less is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Less, beyond noise and threshold.
    Better,
    /// More, beyond noise and threshold.
    Worse,
    /// The difference is not beyond the threshold, and noise does not hide one.
    Same,
    /// Noise is larger than the difference, or too few iterations finished.
    Unclear,
}

impl Verdict {
    /// From the interval of a difference.
    #[must_use]
    pub fn new(difference: Option<Estimate>, margin: f64) -> Self {
        match difference {
            Some(d) if d.high < -margin => Self::Better,
            Some(d) if d.low > margin => Self::Worse,
            Some(d) if d.low >= -margin && d.high <= margin => Self::Same,
            _ => Self::Unclear,
        }
    }

    /// The same where what is compared may never be reached: it has no difference to compute, and yet is worse.
    pub(super) fn of(values: [Option<f64>; 2], is_same: bool, difference: Option<Estimate>, margin: f64) -> Self {
        match values {
            [Some(_), None] => Self::Worse,
            [None, Some(_)] => Self::Better,
            [None, None] if is_same => Self::Same,
            _ => Self::new(difference, margin),
        }
    }

    /// In a word, for files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::Worse => "worse",
            Self::Same => "same",
            Self::Unclear => "unclear",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, Stream};

    #[test]
    fn a_difference_counts_only_beyond_noise_and_threshold() {
        let verdict = |low: f64, high: f64, margin: f64| {
            Verdict::new(Some(Estimate { value: low.midpoint(high), low, high }), margin)
        };
        assert_eq!(verdict(-3.0, -1.0, 0.0), Verdict::Better);
        assert_eq!(verdict(-3.0, -1.0, 2.0), Verdict::Unclear);
        assert_eq!(verdict(1.0, 3.0, 0.5), Verdict::Worse);
        assert_eq!(verdict(-1.0, 3.0, 0.0), Verdict::Unclear);
        assert_eq!(verdict(-1.0, 3.0, 4.0), Verdict::Same);
        assert_eq!(verdict(0.0, 0.0, 0.0), Verdict::Same);
        assert_eq!(Verdict::new(None, 9.0), Verdict::Unclear);
    }

    #[test]
    fn equal_values_differ_by_exactly_nothing_however_few() {
        for objective in [Objective::Mean, Objective::Percentile(80)] {
            let none = Estimate { value: 0.0, low: 0.0, high: 0.0 };
            assert_eq!(objective.difference(&[3.0, 5.0], &[3.0, 5.0]), Some(none));
        }
        let never = [f64::INFINITY; 3];
        assert_eq!(Objective::Mean.difference(&never, &never), None);
        assert_eq!(Objective::Percentile(50).of(&[1.0, 2.0, f64::INFINITY]), Some(2.0));
    }

    /// Where the P80 lies at a night before a change and after it, its interval holds the truth as often as it says.
    #[test]
    fn a_night_at_the_percentile_is_within_the_interval() {
        // Most of the luck is shared; nobody works for 16 hours after 79.7 % of the one and 80.4 % of the other.
        let draw = |key: u64, repeat: u32, i: u32| Stream::new(7, key, Purpose::Search, repeat).unit(i);
        let finish = |x: f64, evening: f64| if x > evening { x + 16.0 } else { x };
        let pairs = |repeat: u32, count: u32| -> (Vec<f64>, Vec<f64>) {
            let both = |i: u32| {
                let common = 9.0 * draw(1, repeat, i);
                (finish(common + draw(2, repeat, i), 7.674), finish(common + draw(3, repeat, i) - 1.0, 6.737))
            };
            (0..count).map(both).unzip()
        };
        let p80 = Objective::Percentile(80);
        let (before, after) = pairs(0, 400_000);
        let truth = p80.of(&after).zip(p80.of(&before)).map(|(after, before)| after - before).expect("finite");
        assert!(truth < -16.0, "{truth}");
        let held = (1..=200).filter(|&repeat| {
            let (before, after) = pairs(repeat, 1000);
            p80.difference(&before, &after).is_some_and(|d| d.low <= truth && truth <= d.high)
        });
        assert!(held.count() >= 184, "95 % of 200 less two standard errors");
    }

    /// A night at the percentile of one of the two.
    #[test]
    fn a_difference_is_as_well_known_from_either_side() {
        let draw = |key: u64, i: u32| Stream::new(11, key, Purpose::Search, 0).unit(i);
        let night = |x: f64| if x > 7.6 { x + 16.0 } else { x };
        let (before, after): (Vec<f64>, Vec<f64>) =
            (0..1000).map(|i| (night(9.0 * draw(1, i) + draw(2, i)), 9.0 * draw(1, i) + draw(3, i))).unzip();
        for percent in [50, 80, 95] {
            let of = |one: &[f64], other: &[f64]| Objective::Percentile(percent).difference(one, other);
            let (there, back) = of(&before, &after).zip(of(&after, &before)).expect("enough iterations");
            assert_eq!((there.value, there.low, there.high), (-back.value, -back.high, -back.low), "P{percent}");
        }
    }

    /// Four of five iterations end in the evening, and a few more or less decide whether the P80 is that evening
    /// or the next morning.
    #[test]
    fn a_jump_across_a_night_that_noise_could_undo_is_no_difference() {
        let runs = |evening: u32| -> Vec<f64> {
            (0..1000).map(|i| if (i * 7) % 1000 < evening { 8.0 } else { 24.0 }).collect()
        };
        let objective = Objective::Percentile(80);
        let jump = objective.difference(&runs(801), &runs(799)).expect("enough iterations");
        assert_eq!((jump.value, jump.low <= 0.0), (16.0, true), "{jump:?}");
        let real = objective.difference(&runs(900), &runs(700)).expect("enough iterations");
        assert!(real.low > 0.0, "{real:?}");
    }

    #[test]
    fn a_threshold_in_hours_leaves_one_percent_of_money() {
        assert_eq!(Threshold::Hours(2.0).margin(Some(50.0), true), 2.0);
        assert_eq!(Threshold::Hours(2.0).margin(Some(50.0), false), 0.5);
        assert_eq!(Threshold::Share(0.1).margin(Some(50.0), false), 5.0);
    }
}
