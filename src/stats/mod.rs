//! Statistics of samples: moments, quantiles with their Monte Carlo intervals, rank correlation; and the
//! special functions behind distributions.

mod normal;
mod tails;

pub use normal::{normal_cdf, normal_density, normal_quantile};
pub use tails::{Family, Side};
