//! What work takes at a pace, without waiting for a division.

use super::{TICKS_PER_HOUR, Ticks, WHOLE};

/// How fast somebody works: hours at pace 1 by hours that they take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    pace: f64,
    pub(crate) ticks_per_hour: f64,
}

impl Pace {
    /// An hour takes an hour.
    pub(crate) const ONE: Self = Self { pace: 1.0, ticks_per_hour: TICKS_PER_HOUR as f64 };

    /// The most by which the products of hours and of a quotient differ, as a share of them, twice: four roundings at
    /// most lie between the two, each by a part in 2^53.
    pub(crate) const APART: f64 = 8.0 / 9_007_199_254_740_992.0;

    pub(crate) fn new(pace: f64) -> Self {
        Self { pace, ticks_per_hour: TICKS_PER_HOUR as f64 / pace }
    }

    /// The same as `Ticks::from_hours(hours / pace)`, to the last bit, in half the time. `hours` must not be negative.
    #[inline(always)]
    pub(crate) fn ticks(self, hours: f64) -> Ticks {
        let ticks = hours * self.ticks_per_hour;
        // The whole number is in the last bits.
        let whole = ticks + WHOLE;
        let rest = (ticks - (whole - WHOLE)).abs();
        // Unless a half lies between them, both are rounded to the same tick.
        if rest + ticks * Self::APART < 0.5 {
            Ticks((whole.to_bits() - WHOLE.to_bits()) as i64)
        } else {
            Ticks::from_hours(hours / self.pace)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn assert_same(hours: f64, pace: f64) {
        assert_eq!(Pace::new(pace).ticks(hours), Ticks::from_hours(hours / pace), "{hours} h at pace {pace}");
    }

    #[test]
    fn what_lies_at_half_a_tick_is_rounded_alike() {
        for pace in [0.3, 0.7, 0.8, 1.0, 1.1, 1.25, 3.0, 7.0] {
            for ticks in [0_u64, 1, 2, 999, 3_600_000_001, 1_234_567_890_123, 1 << 51, (1 << 52) + 7] {
                let half = (ticks as f64 + 0.5) / TICKS_PER_HOUR as f64 * pace;
                for hours in [half.next_down().next_down(), half.next_down(), half, half.next_up(), 2.0 * half] {
                    assert_same(hours, pace);
                }
            }
        }
    }

    #[test]
    fn what_never_ends_never_ends() {
        for (hours, pace) in
            [(f64::INFINITY, 1.0), (1e300, 1e-3), (1.0, 0.0), (0.0, 0.0), (0.0, 2.0), (1.0, f64::INFINITY)]
        {
            assert_same(hours, pace);
        }
    }

    proptest! {
        #[test]
        fn any_hours_at_any_pace_are_those_of_a_division(hours in 0.0..1e4, exponent in -30..30, pace in 0.01..20.0) {
            assert_same(hours * f64::from(exponent).exp2(), pace);
        }
    }
}
