//! Estimates: from `4h`, `2-3d`, `2h/4h/9h` or a named distribution to a [`Distribution`].
//!
//! [`Distribution`]: crate::model::Distribution

mod amount;
mod field;
mod fit;
mod named;

pub(crate) use amount::{Unit, amount};
pub(crate) use field::{Clock, Effort, Factor, Labour, Usage, Wait, WorkHours, length_schema, sentences};
pub(crate) use fit::scaled;

use super::format::record::words;

words! {
    /// How a range such as `2-3d` is read.
    Range {
        /// Tenth and ninetieth percentile.
        P10ToP90 "p10-p90",
        /// Fifth and ninety-fifth percentile.
        P5ToP95 "p5-p95",
        /// Least and greatest value, all between alike.
        Bounds "bounds",
    }
}

words! {
    /// Spread put on a bare point: where P10 and P90 lie (McConnell 2006, the cone of uncertainty).
    Uncertainty {
        /// No spread.
        None "none",
        /// x0.8 and x1.25.
        Low "low",
        /// x0.67 and x1.5.
        Medium "medium",
        /// x0.5 and x2.
        High "high",
        /// x0.25 and x4.
        Extreme "extreme",
    }
}

impl Uncertainty {
    /// P90 over the median; P10 is the median over the same.
    fn factor(self) -> f64 {
        match self {
            Self::None => 1.0,
            Self::Low => 1.25,
            Self::Medium => 1.5,
            Self::High => 2.0,
            Self::Extreme => 4.0,
        }
    }
}
