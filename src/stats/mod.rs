//! Statistics of samples: moments, quantiles with their Monte Carlo intervals, rank correlation, paired
//! differences; and the special functions behind distributions.

mod bins;
mod estimate;
mod normal;
mod paired;
mod sample;
mod select;
mod spearman;
mod student;
mod tails;

pub use estimate::{Estimate, mean_estimate, normal_mean_estimate, proportion};
pub use normal::{normal_cdf, normal_density, normal_quantile};
pub use paired::{least_pairs, paired_band, paired_mean, paired_quantile};
pub use sample::{
    NORMAL_95, correlation, mean, quantile, quantile_index, quantile_interval, ranks, sorted, standard_deviation,
};
pub use select::{column_quantiles, quantiles, select};
pub use spearman::Ranks;
pub use student::student_quantile;
pub use tails::{Family, Side};
