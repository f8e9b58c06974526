//! The gamma and the beta distribution in the variable that makes their densities log-concave: y = ln x for
//! gamma, y = ln(x / (1 - x)) for beta.
//!
//! Both tails are nearly straight lines of y on a logarithmic scale, and never underflow. Newton's method on
//! the logarithm of a log-concave tail converges from any start, always from one side (the tangent of a
//! concave function lies above it); Halley's step triples the digits.
//! Series and continued fractions: NIST Digital Library of Mathematical Functions 8.7.1, 8.9.2, 8.17.22;
//! evaluated by the method of Lentz (1976).

/// A standard distribution: scale 1, or the unit interval.
#[derive(Clone, Copy, Debug)]
pub enum Family {
    /// Gamma with scale 1.
    Gamma {
        /// Shape, above 0.
        shape: f64,
        /// ln gamma(shape).
        ln_gamma: f64,
    },
    /// Beta on the unit interval.
    Beta {
        /// First shape, above 0.
        alpha: f64,
        /// Second shape, above 0.
        beta: f64,
        /// Logarithm of the beta function of the two.
        ln_beta: f64,
    },
}

/// A side of a distribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// At most a value.
    Lower,
    /// More than a value.
    Upper,
}

/// What is known at a point y.
struct Point {
    /// Logarithm of the probability on the side asked for.
    ln_tail: f64,
    /// Logarithm of the density of y.
    ln_density: f64,
    /// Derivative of `ln_density`.
    slope: f64,
}

/// Iterations after which a series is given up; none of those in range needs a tenth of it.
const LIMIT: u32 = 20_000;

/// A shape above which gamma quantiles come from their expansion.
const LARGE_SHAPE: f64 = 1e5;

impl Family {
    /// Gamma with this shape and scale 1.
    #[must_use]
    pub fn gamma(shape: f64) -> Self {
        Self::Gamma { shape, ln_gamma: libm::lgamma(shape) }
    }

    /// Beta on the unit interval.
    #[must_use]
    pub fn beta(alpha: f64, beta: f64) -> Self {
        let ln_beta = libm::lgamma(alpha) + libm::lgamma(beta) - libm::lgamma(alpha + beta);
        Self::Beta { alpha, beta, ln_beta }
    }

    /// The x of a y.
    #[must_use]
    pub fn value(&self, y: f64) -> f64 {
        match self {
            Self::Gamma { .. } => libm::exp(y),
            Self::Beta { .. } if y < 0.0 => libm::exp(y) / (1.0 + libm::exp(y)),
            Self::Beta { .. } => 1.0 / (1.0 + libm::exp(-y)),
        }
    }

    /// The x below which lies the probability `p`, 0 < p < 1; relative error about 1e-13, for a beta near 1
    /// relative to 1.
    #[must_use]
    pub fn quantile(&self, p: f64) -> f64 {
        if let Some(x) = self.expansion(p) {
            return x;
        }
        let (side, tail) = if p <= 0.5 { (Side::Lower, p) } else { (Side::Upper, 1.0 - p) };
        self.value(self.solve(side, libm::log(tail), self.start(side, tail)))
    }

    /// The y whose tail on a side has the logarithm `ln_tail`, searched from `y` on.
    #[must_use]
    pub fn solve(&self, side: Side, ln_tail: f64, mut y: f64) -> f64 {
        for _ in 0..100 {
            let next = self.step(side, ln_tail, y).0;
            let moved = (next - y).abs();
            y = next;
            // The step after one this small would be of the size of the rounding.
            if moved < 1e-7 {
                break;
            }
        }
        y
    }

    /// One step of Halley from `y` towards the y with this `ln_tail`; and the first two derivatives of y by
    /// the logarithm of the tail, with which to guess a neighbour.
    #[must_use]
    pub fn step(&self, side: Side, ln_tail: f64, y: f64) -> (f64, f64, f64) {
        let point = self.point(y, side);
        let toward = if side == Side::Lower { 1.0 } else { -1.0 };
        // With s = ln tail: s' = g / tail, s'' = s' (slope - s'), both with the sign of the side.
        let first = toward * libm::exp(point.ln_density - point.ln_tail);
        let second = first * (point.slope - first);
        let newton = (point.ln_tail - ln_tail) / first;
        let bend = 1.0 - newton * second / (2.0 * first);
        // Far away Halley's correction may turn the step round; Newton's step alone is safe there.
        let next = y - if bend > 0.5 && bend < 2.0 { newton / bend } else { newton };
        (next, 1.0 / first, -second / (first * first * first))
    }

    /// A y from which to search.
    #[must_use]
    pub fn start(&self, side: Side, tail: f64) -> f64 {
        let toward = if side == Side::Lower { 1.0 } else { -1.0 };
        match *self {
            // The leading terms of the tails: x^a / gamma(a + 1) below, about exp(-x) above.
            Self::Gamma { shape, ln_gamma } if shape < 1.0 => match side {
                Side::Lower => (libm::log(tail * shape) + ln_gamma) / shape,
                Side::Upper => libm::log(-libm::log(tail)),
            },
            // Wilson & Hilferty 1931: the cube root is nearly normal.
            Self::Gamma { shape, .. } => {
                let z = toward * super::normal_quantile(tail);
                let root = 1.0 - 1.0 / (9.0 * shape) + z / (3.0 * shape.sqrt());
                libm::log(shape) + 3.0 * libm::log(root.max(0.1))
            }
            Self::Beta { alpha, beta, ln_beta } => match side {
                Side::Lower => ((libm::log(tail * alpha) + ln_beta) / alpha).min(libm::log(alpha / beta)),
                Side::Upper => (-(libm::log(tail * beta) + ln_beta) / beta).max(libm::log(alpha / beta)),
            },
        }
    }

    /// Cornish & Fisher's expansion of a gamma quantile for large shapes (relative error below 1e-12).
    fn expansion(&self, p: f64) -> Option<f64> {
        match *self {
            Self::Gamma { shape, .. } if shape > LARGE_SHAPE => {
                let z = super::normal_quantile(p);
                let (root, square) = (shape.sqrt(), z * z);
                let small = (square - 1.0) / 3.0 + z * (square - 7.0) / (36.0 * root);
                let smaller = (3.0 * square * square + 7.0 * square - 16.0) / (810.0 * shape);
                Some(shape + (root * z + (small - smaller)))
            }
            _ => None,
        }
    }

    fn point(&self, y: f64, side: Side) -> Point {
        match *self {
            Self::Gamma { shape, ln_gamma } => {
                let x = libm::exp(y);
                let ln_density = shape * y - x - ln_gamma;
                let (near, ln_near) = if x < shape + 1.0 {
                    (Side::Lower, ln_density + libm::log(gamma_series(shape, x)))
                } else {
                    (Side::Upper, ln_density + libm::log(gamma_fraction(shape, x)))
                };
                Point { ln_tail: on_side(side, near, ln_near), ln_density, slope: shape - x }
            }
            Self::Beta { alpha, beta, ln_beta } => {
                // 1 - x without cancellation, from the smaller of the two.
                let small = libm::exp(-y.abs());
                let (ln_one_more, share) = (libm::log1p(small), small / (1.0 + small));
                let (x, rest) = if y < 0.0 { (share, 1.0 - share) } else { (1.0 - share, share) };
                let (ln_x, ln_rest) =
                    if y < 0.0 { (y - ln_one_more, -ln_one_more) } else { (-ln_one_more, -y - ln_one_more) };
                let ln_density = alpha * ln_x + beta * ln_rest - ln_beta;
                let (near, fraction) = if x * (alpha + beta + 2.0) < alpha + 1.0 {
                    (Side::Lower, beta_fraction(alpha, beta, x) * alpha)
                } else {
                    (Side::Upper, beta_fraction(beta, alpha, rest) * beta)
                };
                let ln_tail = on_side(side, near, ln_density - libm::log(fraction));
                Point { ln_tail, ln_density, slope: alpha * rest - beta * x }
            }
        }
    }
}

/// Logarithm of the tail on the side asked for, from that of the tail on the side `near`.
fn on_side(side: Side, near: Side, ln_near: f64) -> f64 {
    if side == near {
        return ln_near.min(0.0);
    }
    // Rounding may take a tail that is nearly everything to 1; the other one is then nearly nothing.
    libm::log1p(-libm::exp(ln_near)).max(-40.0)
}

/// gamma lower(a, x) / (x^a exp(-x)), for x < a + 1.
fn gamma_series(a: f64, x: f64) -> f64 {
    let (mut term, mut sum, mut n) = (1.0 / a, 1.0 / a, a);
    for _ in 0..LIMIT {
        n += 1.0;
        term *= x / n;
        sum += term;
        if term < sum * 1e-17 {
            break;
        }
    }
    sum
}

/// gamma upper(a, x) / (x^a exp(-x)), for x >= a + 1.
fn gamma_fraction(a: f64, x: f64) -> f64 {
    let mut b = x + 1.0 - a;
    let mut d = 1.0 / b;
    let (mut value, mut c) = (d, f64::INFINITY);
    for i in 1..LIMIT {
        let i = f64::from(i);
        let numerator = i * (a - i);
        b += 2.0;
        d = 1.0 / (numerator * d + b);
        c = b + numerator / c;
        value *= c * d;
        if (c * d - 1.0).abs() < 1e-16 {
            break;
        }
    }
    value
}

/// x^a (1 - x)^b / (a B(a, b) I_x(a, b)), for x below the mean or so.
fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    // Lentz's quotients of successive numerators and denominators.
    let mut d = 1.0 / (1.0 - (a + b) / (a + 1.0) * x);
    let (mut value, mut c) = (d, 1.0);
    for m in 1..LIMIT {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / (1.0 + even * d);
        c = 1.0 + even / c;
        value *= c * d;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / (1.0 + odd * d);
        c = 1.0 + odd / c;
        value *= c * d;
        if (c * d - 1.0).abs() < 1e-16 {
            break;
        }
    }
    1.0 / value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(family: Family, p: f64, expected: f64) {
        let x = family.quantile(p);
        assert!((x / expected - 1.0).abs() < 2e-13, "{family:?} at {p}: {x}, not {expected}");
    }

    /// mpmath 1.3.0 with 40 digits, by bisection of the regularised functions.
    #[test]
    fn quantiles_agree_with_forty_digit_arithmetic() {
        case(Family::gamma(0.3), 1e-06, 6.972_699_096_409_348e-21);
        case(Family::gamma(0.3), 0.5, 0.073_131_135_866_951_9);
        case(Family::gamma(0.3), 0.99, 2.639_409_157_070_533);
        case(Family::gamma(1.0), 0.9, std::f64::consts::LN_10);
        case(Family::gamma(2.5), 0.001, 0.105_106_301_314_609_58);
        case(Family::gamma(2.5), 0.8, 3.644_638_063_324_481);
        case(Family::gamma(2.5), 0.999_999_999_068_677_4, 25.421_532_133_502_873);
        case(Family::gamma(40.0), 0.3, 36.457_671_156_938_09);
        case(Family::gamma(3000.0), 0.8, 3_045.997_587_309_702_4);
        case(Family::beta(0.5, 0.5), 1e-06, 2.467_401_100_270_31e-12);
        case(Family::beta(0.5, 0.5), 0.3, 0.206_107_373_853_763_42);
        case(Family::beta(2.0, 4.0), 0.8, 0.490_192_342_972_194_4);
        case(Family::beta(2.0, 4.0), 1e-08, 3.162_377_665_702_735e-5);
        case(Family::beta(1.0, 5.0), 0.9, 0.369_042_655_519_806_8);
        case(Family::beta(5.0, 1.0), 0.9, 0.979_148_362_360_976_8);
        case(Family::beta(0.7, 4.0), 0.01, 3.144_700_962_393_826_6e-4);
        case(Family::beta(300.0, 20.0), 0.05, 0.913_826_333_718_784_9);
    }

    #[test]
    fn the_cdf_inverts_the_quantile_in_both_tails() {
        let shapes = [0.05, 0.3, 0.5, 1.0, 1.7, 5.0, 40.0, 3000.0];
        let families = shapes.iter().map(|&a| Family::gamma(a));
        let pairs = shapes.iter().flat_map(|&a| shapes.iter().map(move |&b| Family::beta(a, b)));
        for family in families.chain(pairs) {
            for ln_tail in [-25.0, -20.0, -10.0, -3.0, -1.0, -0.7] {
                for side in [Side::Lower, Side::Upper] {
                    let y = family.solve(side, ln_tail, family.start(side, libm::exp(ln_tail)));
                    let back = family.point(y, side).ln_tail;
                    // The steepest tail (shape 3000) multiplies the rounding of y by its slope.
                    assert!((back - ln_tail).abs() < 1e-10, "{family:?} {side:?} {ln_tail}: {back}");
                }
            }
        }
    }

    #[test]
    fn large_gamma_shapes_go_on_where_the_series_end() {
        for p in [1e-9, 0.01, 0.3, 0.5, 0.8, 0.999, 1.0 - 1e-9] {
            let exact = Family::gamma(LARGE_SHAPE).quantile(p);
            let expanded = Family::gamma(LARGE_SHAPE * (1.0 + 1e-15)).quantile(p);
            assert!((expanded / exact - 1.0).abs() < 1e-11, "{p}: {expanded} {exact}");
        }
    }
}
