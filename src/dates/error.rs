//! What can be wrong with a date.

use std::fmt;

/// A text that is not the date, zone, weekday or hour it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateError {
    /// What the text was meant to be.
    pub what: &'static str,
    /// The text as given.
    pub given: String,
    /// What is allowed.
    pub allowed: &'static str,
    /// The next step.
    pub help: String,
}

impl fmt::Display for DateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not {}; allowed: {}", self.given, self.what, self.allowed)
    }
}

impl std::error::Error for DateError {}
