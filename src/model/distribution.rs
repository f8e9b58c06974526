//! Distributions of estimates: moments and quantiles.
//!
//! Transcendental functions come from `libm`, so that the same plan gives the same bits on every machine.
//! Moments: Johnson, Kotz & Balakrishnan 1994, "Continuous univariate distributions"; PERT as in
//! D. Vose 2008, "Risk analysis".

use crate::stats::{Family, normal_cdf, normal_density, normal_quantile, quantile_index};

/// How a quantity varies. Hours, or a plain number for a factor; the unit is the field's.
#[derive(Clone, Debug, PartialEq)]
pub enum Distribution {
    /// Always this.
    Fixed(f64),
    /// Any value between the two alike.
    Uniform {
        /// Least value.
        low: f64,
        /// Greatest value, above `low`.
        high: f64,
    },
    /// Straight lines up to the mode and down again.
    Triangular {
        /// Least value.
        low: f64,
        /// Likeliest value.
        mode: f64,
        /// Greatest value, above `low`.
        high: f64,
    },
    /// Beta-PERT with shape `1 + lambda (mode - low) / (high - low)`.
    Pert {
        /// Least value.
        low: f64,
        /// Likeliest value.
        mode: f64,
        /// Greatest value, above `low`.
        high: f64,
        /// Weight of the mode, 4 in the standard form.
        lambda: f64,
    },
    /// The logarithm is normal.
    LogNormal {
        /// Mean of the logarithm.
        mu: f64,
        /// Standard deviation of the logarithm, above 0.
        sigma: f64,
    },
    /// Normal, given that it is not below 0.
    Normal {
        /// Mean before the cut.
        mean: f64,
        /// Standard deviation before the cut, above 0.
        sd: f64,
    },
    /// Exponential.
    Exponential {
        /// Mean, above 0.
        mean: f64,
    },
    /// Gamma.
    Gamma {
        /// Shape, above 0.
        shape: f64,
        /// Scale, above 0.
        scale: f64,
    },
    /// Weibull.
    Weibull {
        /// Shape, above 0.
        shape: f64,
        /// Scale, above 0.
        scale: f64,
    },
    /// Beta, stretched over an interval.
    Beta {
        /// First shape, above 0.
        alpha: f64,
        /// Second shape, above 0.
        beta: f64,
        /// Least value.
        low: f64,
        /// Greatest value, above `low`.
        high: f64,
    },
    /// One of these, each as likely; sorted, not empty.
    Samples(Vec<f64>),
}

impl From<f64> for Distribution {
    fn from(value: f64) -> Self {
        Self::Fixed(value)
    }
}

impl Distribution {
    /// Expected value.
    #[must_use]
    pub fn mean(&self) -> f64 {
        match self {
            Self::Fixed(value) => *value,
            Self::Uniform { low, high } => f64::midpoint(*low, *high),
            Self::Triangular { low, mode, high } => (low + mode + high) / 3.0,
            Self::Pert { low, mode, high, lambda } => (low + lambda * mode + high) / (lambda + 2.0),
            Self::LogNormal { mu, sigma } => libm::exp(mu + sigma * sigma / 2.0),
            Self::Normal { mean, sd } => mean + sd * hazard(-mean / sd),
            Self::Exponential { mean } => *mean,
            Self::Gamma { shape, scale } => shape * scale,
            Self::Weibull { shape, scale } => scale * libm::tgamma(1.0 + 1.0 / shape),
            Self::Beta { alpha, beta, low, high } => low + (high - low) * alpha / (alpha + beta),
            Self::Samples(values) => values.iter().sum::<f64>() / values.len() as f64,
        }
    }

    /// Variance, in the square of the unit.
    #[must_use]
    pub fn variance(&self) -> f64 {
        match self {
            Self::Fixed(_) => 0.0,
            Self::Uniform { low, high } => (high - low) * (high - low) / 12.0,
            Self::Triangular { low, mode, high } => {
                let (below, above) = (mode - low, high - mode);
                (below * below + below * above + above * above) / 18.0
            }
            Self::Pert { low, high, lambda, .. } => {
                let mean = self.mean();
                (mean - low) * (high - mean) / (lambda + 3.0)
            }
            Self::LogNormal { mu, sigma } => libm::expm1(sigma * sigma) * libm::exp(2.0 * mu + sigma * sigma),
            Self::Normal { mean, sd } => {
                let cut = -mean / sd;
                let lift = hazard(cut);
                sd * sd * (1.0 + cut * lift - lift * lift).max(0.0)
            }
            Self::Exponential { mean } => mean * mean,
            Self::Gamma { shape, scale } => shape * scale * scale,
            Self::Weibull { shape, scale } => {
                let (first, second) = (libm::tgamma(1.0 + 1.0 / shape), libm::tgamma(1.0 + 2.0 / shape));
                scale * scale * (second - first * first).max(0.0)
            }
            Self::Beta { alpha, beta, low, high } => {
                let (sum, range) = (alpha + beta, high - low);
                range * range * alpha * beta / (sum * sum * (sum + 1.0))
            }
            Self::Samples(values) => {
                let mean = self.mean();
                values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / values.len() as f64
            }
        }
    }

    /// Standard deviation.
    #[must_use]
    pub fn sd(&self) -> f64 {
        self.variance().sqrt()
    }

    /// The least value that is not exceeded with probability `p`, 0 < p < 1.
    #[must_use]
    pub fn quantile(&self, p: f64) -> f64 {
        match self {
            Self::Fixed(value) => *value,
            Self::Uniform { low, high } => low + (high - low) * p,
            Self::Triangular { low, mode, high } => {
                let (range, below, above) = (high - low, mode - low, high - mode);
                if p * range < below {
                    low + (p * range * below).sqrt()
                } else {
                    high - ((1.0 - p) * range * above).sqrt()
                }
            }
            Self::Pert { low, high, .. } => {
                let (alpha, beta) = self.shapes();
                low + (high - low) * Family::beta(alpha, beta).quantile(p)
            }
            Self::LogNormal { mu, sigma } => libm::exp(mu + sigma * normal_quantile(p)),
            Self::Normal { mean, sd } => mean + sd * truncated_normal_quantile(-mean / sd, p),
            Self::Exponential { mean } => -mean * libm::log1p(-p),
            Self::Gamma { shape, scale } => scale * Family::gamma(*shape).quantile(p),
            Self::Weibull { shape, scale } => scale * libm::pow(-libm::log1p(-p), 1.0 / shape),
            Self::Beta { alpha, beta, low, high } => low + (high - low) * Family::beta(*alpha, *beta).quantile(p),
            Self::Samples(values) => values[quantile_index(values.len(), p)],
        }
    }

    /// Shapes of the beta distribution behind a PERT or beta; (1, 1) for the others.
    #[must_use]
    pub fn shapes(&self) -> (f64, f64) {
        match self {
            Self::Pert { low, mode, high, lambda } => {
                let range = high - low;
                (1.0 + lambda * (mode - low) / range, 1.0 + lambda * (high - mode) / range)
            }
            Self::Beta { alpha, beta, .. } => (*alpha, *beta),
            _ => (1.0, 1.0),
        }
    }

    /// Its mean, without spread.
    #[must_use]
    pub(crate) fn at_mean(&self) -> Self {
        Self::Fixed(self.mean())
    }

    /// True if every draw is the same.
    #[must_use]
    pub fn is_fixed(&self) -> bool {
        matches!(self, Self::Fixed(_))
    }
}

/// Mean of a standard normal quantity given that it is above `cut`.
fn hazard(cut: f64) -> f64 {
    // Far out the density and the tail both vanish; their quotient approaches the cut.
    if cut > 30.0 { cut + 1.0 / cut } else { normal_density(cut) / normal_cdf(-cut) }
}

/// The value below which a standard normal quantity lies with probability `p`, given that it is above `cut`.
fn truncated_normal_quantile(cut: f64, p: f64) -> f64 {
    let above = normal_cdf(-cut);
    // From the smaller tail, where the probability has all its digits.
    let (lower, upper) = (normal_cdf(cut) + p * above, (1.0 - p) * above);
    let z = if lower < 0.5 { normal_quantile(lower) } else { -normal_quantile(upper) };
    if cut > 30.0 {
        // The tail is an exponential there, to one part in a thousand.
        return cut - libm::log1p(-p) / cut;
    }
    z.max(cut)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand::rngs::Xoshiro256PlusPlus;
    use rand_distr::Distribution as _;
    use statrs::distribution as reference;
    use statrs::distribution::ContinuousCDF;

    use super::*;

    #[track_caller]
    fn near(what: &str, value: f64, expected: f64, relative: f64) {
        assert!((value - expected).abs() <= relative * expected.abs(), "{what}: {value}, not {expected}");
    }

    fn pert(low: f64, mode: f64, high: f64) -> Distribution {
        Distribution::Pert { low, mode, high, lambda: 4.0 }
    }

    /// Moments by D. Vose; percentiles as published with them, to the digits given.
    #[test]
    fn three_point_estimates_have_their_published_moments_and_percentiles() {
        let pert = pert(2.0, 5.0, 14.0);
        near("mean", pert.mean(), 6.0, 1e-15);
        near("variance", pert.variance(), 32.0 / 7.0, 1e-15);
        assert_eq!([0.8, 0.9].map(|p| (pert.quantile(p) * 1e4).round() / 1e4), [7.8823, 9.0067]);
        let triangular = Distribution::Triangular { low: 2.0, mode: 5.0, high: 14.0 };
        near("mean", triangular.mean(), 7.0, 1e-15);
        assert_eq!((triangular.sd() * 1e5).round() / 1e5, 2.54951);
        assert_eq!([0.8, 0.9].map(|p| (triangular.quantile(p) * 1e4).round() / 1e4), [9.3524, 10.7137]);
    }

    #[test]
    fn quantiles_agree_with_another_library() {
        let exact = |d: &Distribution, other: &dyn Fn(f64) -> f64| {
            for p in [1e-4, 0.01, 0.2, 0.5, 0.8, 0.99, 0.9999] {
                near(&format!("{d:?} at {p}"), other(d.quantile(p)), p, 1e-9);
            }
        };
        let beta = reference::Beta::new(1.0 + 4.0 / 3.0, 1.0 + 8.0 / 3.0).unwrap();
        exact(&pert(2.0, 5.0, 11.0), &|x| beta.cdf((x - 2.0) / 9.0));
        let gamma = reference::Gamma::new(0.3, 1.0 / 2.5).unwrap();
        exact(&Distribution::Gamma { shape: 0.3, scale: 2.5 }, &|x| gamma.cdf(x));
        let log_normal = reference::LogNormal::new(1.2, 0.7).unwrap();
        exact(&Distribution::LogNormal { mu: 1.2, sigma: 0.7 }, &|x| log_normal.cdf(x));
        let weibull = reference::Weibull::new(1.5, 3.0).unwrap();
        exact(&Distribution::Weibull { shape: 1.5, scale: 3.0 }, &|x| weibull.cdf(x));
        let exponential = reference::Exp::new(0.2).unwrap();
        exact(&Distribution::Exponential { mean: 5.0 }, &|x| exponential.cdf(x));
        let normal = reference::Normal::new(1.0, 2.0).unwrap();
        let cut = normal.cdf(0.0);
        exact(&Distribution::Normal { mean: 1.0, sd: 2.0 }, &|x| (normal.cdf(x) - cut) / (1.0 - cut));
        let triangular = reference::Triangular::new(1.0, 9.0, 2.0).unwrap();
        exact(&Distribution::Triangular { low: 1.0, mode: 2.0, high: 9.0 }, &|x| triangular.cdf(x));
    }

    /// Mean and median of 40,000 draws of rand_distr, each within 4 of its standard errors (the median's is
    /// taken from the width of the central 2 % around it).
    #[track_caller]
    fn samples(d: &Distribution, sampler: &impl rand_distr::Distribution<f64>) {
        let mut generator = Xoshiro256PlusPlus::seed_from_u64(11);
        let n = 40_000;
        let mut draws: Vec<f64> = (0..n).map(|_| sampler.sample(&mut generator)).collect();
        let size = f64::from(n);
        let mean = draws.iter().sum::<f64>() / size;
        let error = d.sd() / size.sqrt();
        assert!((mean - d.mean()).abs() < 4.0 * error, "{d:?}: mean {mean}, not {}", d.mean());
        let squares = draws.iter().map(|x| (x - mean) * (x - mean));
        let fourth = squares.clone().map(|s| s * s).sum::<f64>() / size;
        let variance = squares.sum::<f64>() / size;
        let error = ((fourth - variance * variance) / size).sqrt();
        assert!((variance - d.variance()).abs() < 4.0 * error, "{d:?}: variance {variance}, not {}", d.variance());
        draws.sort_unstable_by(f64::total_cmp);
        for p in [0.1, 0.5, 0.8, 0.95] {
            let below = draws.partition_point(|&x| x <= d.quantile(p)) as f64 / size;
            assert!((below - p).abs() < 4.0 * (p * (1.0 - p) / size).sqrt(), "{d:?}: P{p} is P{below}");
        }
    }

    #[test]
    fn another_sampler_draws_what_is_promised() {
        let other = rand_distr::Pert::new(2.0, 14.0).with_mode(5.0).unwrap();
        samples(&pert(2.0, 5.0, 14.0), &other);
        let other = rand_distr::Triangular::new(2.0, 14.0, 5.0).unwrap();
        samples(&Distribution::Triangular { low: 2.0, mode: 5.0, high: 14.0 }, &other);
        let other = rand_distr::LogNormal::new(0.5, 0.6).unwrap();
        samples(&Distribution::LogNormal { mu: 0.5, sigma: 0.6 }, &other);
        let other = rand_distr::Exp::new(0.25).unwrap();
        samples(&Distribution::Exponential { mean: 4.0 }, &other);
        let other = rand_distr::Gamma::new(0.3, 4.0).unwrap();
        samples(&Distribution::Gamma { shape: 0.3, scale: 4.0 }, &other);
        let other = rand_distr::Weibull::new(3.0, 1.5).unwrap();
        samples(&Distribution::Weibull { shape: 1.5, scale: 3.0 }, &other);
        let other = rand_distr::Uniform::new(1.0, 3.0).unwrap();
        samples(&Distribution::Uniform { low: 1.0, high: 3.0 }, &other);
        let other = rand_distr::Beta::new(0.5, 0.5).unwrap();
        samples(&Distribution::Beta { alpha: 0.5, beta: 0.5, low: 0.0, high: 1.0 }, &other);
        let normal = rand_distr::Normal::new(1.0, 2.0).unwrap();
        let cut = rand_distr::Uniform::new(0.0, 1.0).unwrap().map(move |u: f64| {
            let mut generator = Xoshiro256PlusPlus::seed_from_u64(u.to_bits());
            normal.sample_iter(&mut generator).find(|&x| x >= 0.0).unwrap()
        });
        samples(&Distribution::Normal { mean: 1.0, sd: 2.0 }, &cut);
    }

    #[test]
    fn a_normal_far_below_its_cut_is_nearly_exponential() {
        let far = Distribution::Normal { mean: -40.0, sd: 1.0 };
        near("mean", far.mean(), 1.0 / 40.0, 2e-3);
        near("median", far.quantile(0.5), std::f64::consts::LN_2 / 40.0, 2e-3);
    }

    #[test]
    fn samples_have_the_quantiles_of_their_steps() {
        let d = Distribution::Samples(vec![1.0, 2.0, 4.0, 8.0]);
        let quantiles = [0.1, 0.25, 0.26, 0.5, 0.75, 0.76, 0.999].map(|p| d.quantile(p));
        assert_eq!(quantiles, [1.0, 1.0, 2.0, 2.0, 4.0, 8.0, 8.0]);
        near("variance", d.variance(), 7.1875, 1e-15);
    }

    proptest! {
        #[test]
        fn quantiles_rise_and_stay_in_range(
            low in 0.0..10.0_f64, share in 0.0..=1.0_f64, range in 0.01..100.0_f64, lambda in 0.1..20.0_f64,
            shape in 0.1..20.0_f64, other in 0.1..20.0_f64, p in 1e-9..0.999_999_f64, step in 1e-6..1.0_f64,
        ) {
            let (high, mode) = (low + range, low + share * range);
            let q = p + (1.0 - p) * step * 0.99;
            for d in [
                Distribution::Uniform { low, high },
                Distribution::Triangular { low, mode, high },
                Distribution::Pert { low, mode, high, lambda },
                Distribution::Beta { alpha: shape, beta: other, low, high },
                Distribution::Gamma { shape, scale: range },
                Distribution::Weibull { shape, scale: range },
                Distribution::LogNormal { mu: low, sigma: shape / 10.0 },
                Distribution::Normal { mean: low, sd: range },
                Distribution::Exponential { mean: range },
            ] {
                let (x, y) = (d.quantile(p), d.quantile(q));
                prop_assert!(x <= y * (1.0 + 1e-12), "{:?}: {} at {}, {} at {}", d, x, p, y, q);
                prop_assert!(x >= 0.0 && y.is_finite());
                if matches!(d, Distribution::Uniform { .. } | Distribution::Triangular { .. } | Distribution::Pert { .. } | Distribution::Beta { .. }) {
                    prop_assert!(low <= x && y <= high * (1.0 + 1e-15), "{:?}: {} to {}", d, x, y);
                }
            }
        }
    }
}
