//! What tests against exact results share.

#![allow(dead_code, reason = "each test file uses a part")]

use plancast::model::Distribution;

pub(crate) fn exponential(mean: f64) -> Distribution {
    Distribution::Exponential { mean }
}

/// Mean of the values, and its standard error.
pub(crate) fn mean_and_error(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    (mean, (squares / (count - 1.0) / count).sqrt())
}

/// Asserts that the mean of the values is within four standard errors of the exact one.
#[track_caller]
pub(crate) fn assert_mean(values: &[f64], exact: f64) {
    let (mean, error) = mean_and_error(values);
    assert!((mean - exact).abs() <= 4.0 * error, "mean {mean}, exact {exact}, standard error {error}");
}
