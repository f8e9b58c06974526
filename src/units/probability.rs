//! A probability, checked once.

use std::fmt;

/// A number that its unit cannot hold.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitError {
    /// What the number was meant to be.
    pub what: &'static str,
    /// The number as given.
    pub given: f64,
    /// What is allowed.
    pub range: &'static str,
}

impl fmt::Display for UnitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} must be {}, but is {}", self.what, self.range, self.given)
    }
}

impl std::error::Error for UnitError {}

/// A number from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Probability(f64);

impl Probability {
    /// What never happens.
    pub const NEVER: Self = Self(0.0);
    /// What always happens.
    pub const ALWAYS: Self = Self(1.0);

    /// # Errors
    /// [`UnitError`] when `value` is not a number from 0 to 1.
    pub fn new(value: f64) -> Result<Self, UnitError> {
        if (0.0..=1.0).contains(&value) {
            Ok(Self(value))
        } else {
            Err(UnitError { what: "probability", given: value, range: "a number from 0 to 1" })
        }
    }

    /// The number from 0 to 1.
    #[must_use]
    pub fn value(self) -> f64 {
        self.0
    }

    /// True if the event of this probability happens for the uniform number `u`, 0 < `u` < 1.
    #[must_use]
    pub fn happens(self, u: f64) -> bool {
        u < self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_from_zero_to_one_are_probabilities() {
        assert!(Probability::new(0.0).is_ok() && Probability::new(1.0).is_ok());
        for bad in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
            assert!(Probability::new(bad).is_err());
        }
    }
}
