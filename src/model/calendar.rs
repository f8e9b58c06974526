//! Working time.

use crate::units::Ticks;

/// A stretch of working time, half open: start <= t < finish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// When it opens.
    pub start: Ticks,
    /// When it closes, later than `start`.
    pub finish: Ticks,
}

/// When an agent's or a level's time passes.
#[derive(Clone, Debug)]
pub enum Calendar {
    /// Day and night.
    Always,
}
