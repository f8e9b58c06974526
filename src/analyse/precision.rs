//! How well a run knows its answer.

use super::spread::hours;
use crate::stats;
use crate::units::Ticks;

/// Width of the 95 % Monte Carlo interval of the P80, as a share of the P80; absent where either is infinite,
/// as with few iterations or many that never finish.
#[must_use]
pub fn precision(makespans: &[Ticks]) -> Option<f64> {
    if makespans.is_empty() {
        return None;
    }
    let mut sorted = hours(makespans);
    sorted.sort_unstable_by(f64::total_cmp);
    let (low, high) = stats::quantile_interval(&sorted, 0.8);
    let value = stats::quantile(&sorted, 0.8);
    let is_known = [low, value, high].iter().all(|hours| hours.is_finite());
    // Where all finish at once, even at hour 0, nothing is left to know.
    let width = if high > low { (high - low) / value } else { 0.0 };
    (is_known && width.is_finite()).then_some(width)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of 1 to 100 hours: n p -+ 1.96 sqrt(n p (1 - p)) = 80 -+ 7.84, so from the 72nd to the 89th value.
    #[test]
    fn precision_is_the_width_of_the_interval_to_the_p80() {
        let mut makespans: Vec<Ticks> = (1..=100).rev().map(|h| Ticks::from_hours(f64::from(h))).collect();
        assert_eq!(precision(&makespans), Some(17.0 / 80.0));
        assert_eq!(precision(&[Ticks::from_hours(3.0); 100]), Some(0.0));
        makespans[..15].fill(Ticks::NEVER);
        assert_eq!(precision(&makespans), None, "the upper end is among those that never finish");
        assert_eq!(precision(&[Ticks::NEVER; 100]), None, "of what never comes nothing is known");
        assert_eq!((precision(&makespans[..2]), precision(&[])), (None, None));
    }
}
