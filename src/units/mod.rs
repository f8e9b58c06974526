//! Quantities as types: time in whole ticks, hours, probabilities.

mod probability;
mod ticks;

pub use probability::{Probability, UnitError};
pub use ticks::{TICKS_PER_HOUR, Ticks};
