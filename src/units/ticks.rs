//! Simulated time as a whole number of microseconds.
//!
//! Whole ticks make sums exact and independent of their order, so that the parts of a makespan add up to
//! it, simultaneous events are really simultaneous, and lanes, threads and machines agree to the last bit.
//! Every duration that a person writes in hours, minutes or seconds is a whole number of ticks.

use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub, SubAssign};

/// Ticks in an hour.
pub const TICKS_PER_HOUR: i64 = 3_600_000_000;

/// Adding and taking away 2^52 leaves a whole number, because no double between 2^52 and 2^53 has a fraction; unlike
/// `round` it is two instructions on every machine.
pub(crate) const WHOLE: f64 = 4_503_599_627_370_496.0;

/// A point in time since the start of the plan, or a length of time, in microseconds.
///
/// Values up to 2^53 (285 years) convert to `f64` and back without loss.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticks(pub i64);

impl Ticks {
    /// The start of the plan, or no time at all.
    pub const ZERO: Self = Self(0);
    /// Later than everything that happens; the time of what never happens.
    pub const NEVER: Self = Self(i64::MAX / 4);

    /// The nearest whole tick to `hours`, which must not be negative, ties to even; [`Ticks::NEVER`] beyond
    /// 142 years, and for what is not a number.
    #[inline]
    #[must_use]
    pub fn from_hours(hours: f64) -> Self {
        let ticks = hours * TICKS_PER_HOUR as f64;
        if ticks < WHOLE { Self(((ticks + WHOLE) - WHOLE) as i64) } else { Self::NEVER }
    }

    /// This time in hours.
    #[must_use]
    pub fn hours(self) -> f64 {
        self.0 as f64 / TICKS_PER_HOUR as f64
    }

    /// This time in hours; absent when it never comes.
    #[must_use]
    pub fn finite_hours(self) -> Option<f64> {
        (!self.is_never()).then(|| self.hours())
    }

    /// This time in hours; infinite when it never comes.
    #[must_use]
    pub fn hours_or_infinite(self) -> f64 {
        self.finite_hours().unwrap_or(f64::INFINITY)
    }

    /// True for [`Ticks::NEVER`] and anything later.
    #[must_use]
    pub fn is_never(self) -> bool {
        self >= Self::NEVER
    }

    /// The nearest whole tick to this share of a length of time; [`Ticks::NEVER`] of what never comes.
    #[must_use]
    pub fn part(self, share: f64) -> Self {
        if self.is_never() { self } else { Self((self.0 as f64 * share).round() as i64) }
    }

    /// The sum, or [`Ticks::NEVER`] where one of the two never comes.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self((self.0 + other.0).min(Self::NEVER.0))
    }
}

impl Add for Ticks {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Ticks {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl AddAssign for Ticks {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl SubAssign for Ticks {
    fn sub_assign(&mut self, other: Self) {
        self.0 -= other.0;
    }
}

impl Sum for Ticks {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        Self(iter.map(|t| t.0).sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_people_write_are_whole_ticks() {
        for hours in [0.1, 0.25, 1.0 / 3.0 * 3.0, 7.7, 100_000.05] {
            assert_eq!(Ticks::from_hours(hours).hours(), hours);
        }
    }

    #[test]
    fn what_is_beyond_the_range_never_comes() {
        assert!(Ticks::from_hours(f64::INFINITY).is_never());
        assert!(Ticks::from_hours(f64::NAN).is_never());
        assert!(Ticks::NEVER.plus(Ticks::NEVER).is_never());
        assert_eq!(Ticks::NEVER.finite_hours(), None);
        assert_eq!(Ticks::NEVER.hours_or_infinite(), f64::INFINITY);
    }
}
