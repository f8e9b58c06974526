//! From points and percentiles to distributions.

use std::f64::consts::LN_2;

use super::amount::Flaw;
use super::{Range, Uncertainty};
use crate::diagnostic::Code;
use crate::model::Distribution;

/// Standard normal quantile at 90 %.
const Z90: f64 = 1.281_551_565_544_600_4;
/// Standard normal quantile at 95 %.
const Z95: f64 = 1.644_853_626_951_472_2;

/// A bare point: the median of a lognormal with this spread.
pub(super) fn point(value: f64, uncertainty: Uncertainty) -> Distribution {
    let sigma = libm::log(uncertainty.factor()) / Z90;
    if value == 0.0 || sigma == 0.0 {
        Distribution::Fixed(value)
    } else {
        Distribution::LogNormal { mu: libm::log(value), sigma }
    }
}

/// A range, `low` at most `high`.
pub(super) fn range(low: f64, high: f64, mode: Range) -> Distribution {
    match mode {
        _ if low == high => Distribution::Fixed(low),
        _ if low == 0.0 => Distribution::Uniform { low, high },
        Range::Bounds => Distribution::Uniform { low, high },
        Range::P10ToP90 => percentiles(low, high, Z90),
        Range::P5ToP95 => percentiles(low, high, Z95),
    }
}

/// The lognormal with these percentiles, `z` standard deviations on either side of the median.
fn percentiles(low: f64, high: f64, z: f64) -> Distribution {
    let (low, high) = (libm::log(low), libm::log(high));
    Distribution::LogNormal { mu: f64::midpoint(low, high), sigma: (high - low) / (2.0 * z) }
}

/// Three points, rising.
pub(super) fn pert(low: f64, mode: f64, high: f64, lambda: f64) -> Distribution {
    if low == high { Distribution::Fixed(low) } else { Distribution::Pert { low, mode, high, lambda } }
}

/// What a lognormal is given by.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LogNormalPoints {
    pub(super) median: Option<f64>,
    pub(super) mean: Option<f64>,
    pub(super) sd: Option<f64>,
    pub(super) p5: Option<f64>,
    pub(super) p10: Option<f64>,
    pub(super) p90: Option<f64>,
    pub(super) p95: Option<f64>,
}

/// The lognormal with two given points.
pub(super) fn log_normal(points: LogNormalPoints) -> Result<Distribution, Flaw> {
    let order = |low: f64, high: f64, z: f64| match () {
        () if low <= 0.0 => Err(not_above_zero()),
        () if low > high => Err(Flaw::new(Code::E114, "has percentiles out of order", "swap them".to_owned())),
        () => Ok(range(low, high, if z == Z90 { Range::P10ToP90 } else { Range::P5ToP95 })),
    };
    // The upper percentile less the median is z sigma; the mean lies sigma^2 / 2 above the median, in logarithms.
    match points {
        LogNormalPoints {
            p10: Some(low),
            p90: Some(high),
            median: None,
            mean: None,
            sd: None,
            p5: None,
            p95: None,
        } => order(low, high, Z90),
        LogNormalPoints {
            p5: Some(low),
            p95: Some(high),
            median: None,
            mean: None,
            sd: None,
            p10: None,
            p90: None,
        } => order(low, high, Z95),
        LogNormalPoints { median: Some(median), mean: None, p5: None, p10: None, sd, p90, p95 } => {
            let spread = one_spread(sd, p90, p95)?;
            positive(median)?;
            let sigma = match spread {
                Spread::Sd(sd) => {
                    let ratio = sd / median;
                    libm::sqrt(libm::log(f64::midpoint(1.0, libm::sqrt(1.0 + 4.0 * ratio * ratio))))
                }
                Spread::Upper(value, z) => above(median, value, "median")? / z,
            };
            Ok(of(libm::log(median), sigma, median))
        }
        LogNormalPoints { mean: Some(mean), median: None, p5: None, p10: None, sd, p90, p95 } => {
            let spread = one_spread(sd, p90, p95)?;
            positive(mean)?;
            let sigma = match spread {
                Spread::Sd(sd) => libm::sqrt(libm::log(1.0 + (sd / mean) * (sd / mean))),
                Spread::Upper(value, z) => {
                    let root = z * z - 2.0 * above(mean, value, "mean")?;
                    if root < 0.0 {
                        let help = "no lognormal has its percentile so far above its mean: lower it".to_owned();
                        return Err(Flaw::new(Code::E114, "cannot exist", help));
                    }
                    z - libm::sqrt(root)
                }
            };
            Ok(of(libm::log(mean) - sigma * sigma / 2.0, sigma, mean))
        }
        _ => Err(incomplete()),
    }
}

enum Spread {
    Sd(f64),
    Upper(f64, f64),
}

fn one_spread(sd: Option<f64>, p90: Option<f64>, p95: Option<f64>) -> Result<Spread, Flaw> {
    match (sd, p90, p95) {
        (Some(sd), None, None) => Ok(Spread::Sd(sd)),
        (None, Some(value), None) => Ok(Spread::Upper(value, Z90)),
        (None, None, Some(value)) => Ok(Spread::Upper(value, Z95)),
        _ => Err(incomplete()),
    }
}

fn incomplete() -> Flaw {
    let help = "give `p10` and `p90`, or `median` or `mean` with one of `p90`, `p95` and `sd`".to_owned();
    Flaw::new(Code::E109, "needs two points", help)
}

fn not_above_zero() -> Flaw {
    let help = "give values above 0; `uniform` may begin at 0".to_owned();
    Flaw::new(Code::E111, "needs values above 0", help)
}

fn positive(value: f64) -> Result<(), Flaw> {
    if value > 0.0 { Ok(()) } else { Err(not_above_zero()) }
}

/// Logarithm of how far `upper` is above `middle`.
fn above(middle: f64, upper: f64, name: &str) -> Result<f64, Flaw> {
    if upper < middle {
        return Err(Flaw::new(
            Code::E114,
            &format!("has its upper percentile below its {name}"),
            "swap them".to_owned(),
        ));
    }
    Ok(libm::log(upper / middle))
}

/// Without spread it is the one value.
fn of(mu: f64, sigma: f64, value: f64) -> Distribution {
    if sigma > 0.0 { Distribution::LogNormal { mu, sigma } } else { Distribution::Fixed(value) }
}

/// Times `factor`, which is above 0.
pub(crate) fn scaled(distribution: &Distribution, factor: f64) -> Distribution {
    use Distribution as D;
    let f = factor;
    match *distribution {
        D::Fixed(value) => D::Fixed(value * f),
        D::Uniform { low, high } => D::Uniform { low: low * f, high: high * f },
        D::Triangular { low, mode, high } => D::Triangular { low: low * f, mode: mode * f, high: high * f },
        D::Pert { low, mode, high, lambda } => D::Pert { low: low * f, mode: mode * f, high: high * f, lambda },
        D::LogNormal { mu, sigma } => D::LogNormal { mu: mu + log(f), sigma },
        D::Normal { mean, sd } => D::Normal { mean: mean * f, sd: sd * f },
        D::Exponential { mean } => D::Exponential { mean: mean * f },
        D::Gamma { shape, scale } => D::Gamma { shape, scale: scale * f },
        D::Weibull { shape, scale } => D::Weibull { shape, scale: scale * f },
        D::Beta { alpha, beta, low, high } => D::Beta { alpha, beta, low: low * f, high: high * f },
        D::Samples(ref values) => D::Samples(values.iter().map(|v| v * f).collect()),
    }
}

/// Natural logarithm, exact for halves and quarters of the usual splits.
fn log(factor: f64) -> f64 {
    if factor == 0.5 { -LN_2 } else { libm::log(factor) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cumulative normal by the error function.
    fn share_below(distribution: &Distribution, x: f64) -> f64 {
        let Distribution::LogNormal { mu, sigma } = distribution else { panic!("{distribution:?}") };
        libm::erfc(-(libm::log(x) - mu) / sigma / std::f64::consts::SQRT_2) / 2.0
    }

    /// The error function is good to about 1e-15, and so are the quantiles above.
    const ROUNDING: f64 = 1e-12;

    #[track_caller]
    fn has(distribution: &Distribution, x: f64, share: f64) {
        let found = share_below(distribution, x);
        assert!((found - share).abs() < ROUNDING, "{distribution:?}: {found} below {x}");
    }

    #[test]
    fn points_and_ranges_have_the_percentiles_they_promise() {
        let bare = point(4.0, Uncertainty::Medium);
        has(&bare, 4.0, 0.5);
        has(&bare, 6.0, 0.9);
        has(&bare, 4.0 / 1.5, 0.1);
        let range_ = range(2.0, 3.0, Range::P10ToP90);
        has(&range_, 2.0, 0.1);
        has(&range_, 3.0, 0.9);
        let wide = range(2.0, 3.0, Range::P5ToP95);
        has(&wide, 2.0, 0.05);
        has(&wide, 3.0, 0.95);
        assert_eq!(range(0.0, 3.0, Range::P10ToP90), Distribution::Uniform { low: 0.0, high: 3.0 });
        assert_eq!(point(4.0, Uncertainty::None), Distribution::Fixed(4.0));
    }

    #[test]
    fn a_lognormal_has_the_points_it_is_given_by() {
        let points = LogNormalPoints::default();
        let by_median = log_normal(LogNormalPoints { median: Some(4.0), p90: Some(9.0), ..points }).unwrap();
        has(&by_median, 4.0, 0.5);
        has(&by_median, 9.0, 0.9);
        let by_mean = log_normal(LogNormalPoints { mean: Some(4.0), p90: Some(7.0), ..points }).unwrap();
        has(&by_mean, 7.0, 0.9);
        assert!((by_mean.mean() - 4.0).abs() < ROUNDING);
        for points in [
            LogNormalPoints { mean: Some(4.0), sd: Some(2.0), ..points },
            LogNormalPoints { median: Some(4.0), sd: Some(2.0), ..points },
        ] {
            let distribution = log_normal(points).unwrap();
            let Distribution::LogNormal { mu, sigma } = distribution else { panic!() };
            let variance = (libm::exp(sigma * sigma) - 1.0) * libm::exp(2.0 * mu + sigma * sigma);
            assert!((variance - 4.0).abs() < ROUNDING, "variance {variance}");
            assert!(points.mean.is_none_or(|mean| (distribution.mean() - mean).abs() < ROUNDING));
        }
    }

    #[test]
    fn a_lognormal_that_cannot_exist_is_refused() {
        let code = |points| log_normal(points).map_err(|flaw| flaw.code);
        let points = LogNormalPoints::default();
        assert_eq!(code(LogNormalPoints { p10: Some(3.0), p90: Some(2.0), ..points }), Err(Code::E114));
        assert_eq!(code(LogNormalPoints { mean: Some(1.0), p90: Some(99.0), ..points }), Err(Code::E114));
        assert_eq!(code(LogNormalPoints { median: Some(5.0), p90: Some(2.0), ..points }), Err(Code::E114));
        assert_eq!(code(LogNormalPoints { median: Some(5.0), ..points }), Err(Code::E109));
        assert_eq!(code(LogNormalPoints { p10: Some(0.0), p90: Some(2.0), ..points }), Err(Code::E111));
    }
}
