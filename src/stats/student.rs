//! Student's t distribution.

use super::{Family, Side};

/// The quantile of `p`, 0 < p < 1, with so many degrees of `freedom` (above 0).
#[must_use]
pub fn student_quantile(p: f64, freedom: f64) -> f64 {
    let tail = p.min(1.0 - p);
    if tail == 0.5 {
        return 0.0;
    }
    // t^2 / (freedom + t^2) is beta(1/2, freedom/2), and its odds are t^2 / freedom.
    let family = Family::beta(0.5, freedom / 2.0);
    let outside = 2.0 * tail;
    let ln_odds = family.solve(Side::Upper, libm::log(outside), family.start(Side::Upper, outside));
    (freedom * libm::exp(ln_odds)).sqrt().copysign(p - 0.5)
}

#[cfg(test)]
mod tests {
    use statrs::distribution::{ContinuousCDF, StudentsT};

    use super::*;

    #[test]
    fn percentage_points_are_those_of_the_tables() {
        // NIST/SEMATECH e-Handbook of Statistical Methods, table 1.3.6.7.2.
        let table = [
            (0.975, 1.0, 12.706),
            (0.975, 9.0, 2.262),
            (0.975, 24.0, 2.064),
            (0.9, 5.0, 1.476),
            (0.995, 30.0, 2.750),
        ];
        for (p, freedom, t) in table {
            assert_eq!((student_quantile(p, freedom) * 1e3).round() / 1e3, t, "{p} with {freedom}");
            assert_eq!(student_quantile(1.0 - p, freedom), -student_quantile(1.0 - (1.0 - p), freedom));
        }
        assert_eq!(student_quantile(0.5, 3.0), 0.0);
    }

    #[test]
    fn quantiles_agree_with_another_library() {
        for freedom in [0.7, 1.0, 2.5, 10.0, 200.0, 10_000.0] {
            let other = StudentsT::new(0.0, 1.0, freedom).unwrap();
            for p in [0.001, 0.2, 0.499, 0.6, 0.9, 0.9999] {
                let back = other.cdf(student_quantile(p, freedom));
                assert!((back - p).abs() < 1e-9, "{p} with {freedom}: {back}");
            }
        }
    }
}
