//! Distributions of estimates.

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
            Self::Normal { mean, sd } => {
                // Johnson, Kotz & Balakrishnan 1994, section 13.10: mean of a normal truncated from below.
                let cut = -mean / sd;
                let density = libm::exp(-cut * cut / 2.0) / (2.0 * std::f64::consts::PI).sqrt();
                let above = libm::erfc(cut / std::f64::consts::SQRT_2) / 2.0;
                mean + sd * density / above
            }
            Self::Exponential { mean } => *mean,
            Self::Gamma { shape, scale } => shape * scale,
            Self::Weibull { shape, scale } => scale * libm::tgamma(1.0 + 1.0 / shape),
            Self::Beta { alpha, beta, low, high } => low + (high - low) * alpha / (alpha + beta),
            Self::Samples(values) => values.iter().sum::<f64>() / values.len() as f64,
        }
    }

    /// True if every draw is the same.
    #[must_use]
    pub fn is_fixed(&self) -> bool {
        matches!(self, Self::Fixed(_))
    }
}
