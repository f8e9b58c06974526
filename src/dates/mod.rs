//! Dates and time zones, and calendars built from them. The only layer that knows the date library.
//!
//! A moment is a whole number of microseconds since 1970-01-01T00:00:00Z. Zones come from the database that
//! is built in, so that a result never depends on the machine.

mod error;
mod moment;
mod week;
mod working_time;
mod zone;

pub use error::DateError;
pub use moment::{Day, Style, format_moment, parse_moment};
pub use week::{DayHours, DaysOff, Weekdays};
pub use working_time::WorkingTime;
pub use zone::Zone;

/// Microseconds of a day of 24 hours.
const DAY: i64 = 86_400_000_000;
