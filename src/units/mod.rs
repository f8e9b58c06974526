//! Quantities as types: time in whole ticks, hours, probabilities.

mod pace;
mod probability;
mod ticks;

pub(crate) use pace::Pace;
pub use probability::{Probability, UnitError};
pub(crate) use ticks::WHOLE;
pub use ticks::{TICKS_PER_HOUR, Ticks};
