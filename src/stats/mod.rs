//! Statistics of samples: moments, quantiles with their Monte Carlo intervals, rank correlation; and the
//! special functions behind distributions.

mod normal;
mod sample;
mod tails;

pub use normal::{normal_cdf, normal_density, normal_quantile};
pub use sample::{correlation, mean, quantile, quantile_index, quantile_interval, ranks, standard_deviation};
pub use tails::{Family, Side};
