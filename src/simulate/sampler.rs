//! From random words to values: the inverse transform of a distribution, compiled.
//!
//! Additions, multiplications, comparisons and square roots only, each exact to the last bit on every
//! machine, so that a single draw, a loop over many and every processor agree. A value rises with its word,
//! which is what keeps plans that share their luck comparable.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::table::{Exact, Table};
use crate::model::Distribution;
use crate::rng::unit;
use crate::stats::{Family, Side};

/// A distribution, ready to draw from.
#[derive(Clone, Debug)]
pub struct Sampler(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Fixed(f64),
    Uniform { low: f64, range: f64 },
    Triangular(Triangle),
    Table { low: f64, scale: f64, shape: Arc<Table> },
    Samples(Arc<[f64]>),
}

/// Both sides of a triangular distribution: how far a value lies from the end of its side, as a share of the way to
/// the mode, is the square root of the probability beyond it, as a share of that of the side.
///
/// The root is in single precision, a part in 10^7: processors take a fraction of the time for it.
#[derive(Clone, Copy, Debug)]
struct Triangle {
    low: f64,
    high: f64,
    /// From each end towards the mode, not beyond it.
    below: f64,
    above: f64,
    /// Words below the mode.
    cut: u32,
    /// What makes a word, counted from its end, its share of its side: at most 1.
    per_below: f32,
    per_above: f32,
}

impl Triangle {
    fn new(low: f64, mode: f64, high: f64) -> Self {
        let (below, mut above) = (range(low, mode), high - mode);
        while high - above < mode {
            above = above.next_down();
        }
        let cut = ((mode - low) / (high - low) * 4_294_967_296.0) as u32;
        // The words of a side, of which the last must not be counted as more than all. A side may have none: the mode
        // is then the end.
        let share = |words: u32, last: u32| {
            let mut share = 1.0 / words.max(1) as f32;
            while (last as f32 + 0.5) * share > 1.0 {
                share = share.next_down();
            }
            share
        };
        let (per_below, per_above) = (share(cut, cut.saturating_sub(1)), share(!cut, !cut));
        Self { low, high, below, above, cut, per_below, per_above }
    }

    #[inline(always)]
    fn value(&self, word: u32) -> f64 {
        // Bits are picked instead of branches taken: no branch predictor guesses a random number, and a compiler
        // that sees a choice of fields loads them one by one.
        let above = 0_u32.wrapping_sub(u32::from(word >= self.cut));
        let pick =
            |below: f32, over: f32| f32::from_bits(below.to_bits() ^ (above & (below.to_bits() ^ over.to_bits())));
        let wide = 0_u64.wrapping_sub(u64::from(word >= self.cut));
        let pick_wide =
            |below: f64, over: f64| f64::from_bits(below.to_bits() ^ (wide & (below.to_bits() ^ over.to_bits())));
        let from_end = (word ^ above) as f32 + 0.5;
        let root = f64::from((from_end * pick(self.per_below, self.per_above)).sqrt());
        pick_wide(self.low, self.high) + pick_wide(self.below, -self.above) * root
    }
}

impl Sampler {
    /// The sampler of a distribution. Samplers of one shape share its table.
    #[must_use]
    pub fn new(distribution: &Distribution) -> Self {
        Self(match distribution {
            Distribution::Fixed(value) => Kind::Fixed(*value),
            Distribution::Uniform { low, high }
            | Distribution::Triangular { low, high, .. }
            | Distribution::Pert { low, high, .. }
            | Distribution::Beta { low, high, .. }
                if low >= high =>
            {
                Kind::Fixed(*low)
            }
            Distribution::Uniform { low, high } => Kind::Uniform { low: *low, range: range(*low, *high) },
            Distribution::Triangular { low, mode, high } => Kind::Triangular(Triangle::new(*low, *mode, *high)),
            Distribution::Pert { low, high, .. } | Distribution::Beta { low, high, .. } => {
                let (alpha, beta) = distribution.shapes();
                Kind::table(Shape::Beta(alpha.to_bits(), beta.to_bits()), *low, range(*low, *high))
            }
            Distribution::LogNormal { mu, sigma } => {
                Kind::table(Shape::LogNormal(sigma.to_bits()), 0.0, libm::exp(*mu))
            }
            Distribution::Normal { mean, sd } => Kind::table(Shape::Normal((mean / sd).to_bits()), 0.0, *sd),
            Distribution::Exponential { mean } => Kind::table(Shape::Exponential, 0.0, *mean),
            Distribution::Gamma { shape, scale } => Kind::table(Shape::Gamma(shape.to_bits()), 0.0, *scale),
            Distribution::Weibull { shape, scale } => Kind::table(Shape::Weibull(shape.to_bits()), 0.0, *scale),
            Distribution::Samples(values) => Kind::Samples(values.as_slice().into()),
        })
    }

    /// The value of a word: the quantile at the middle of the word's share of the unit interval.
    #[inline]
    #[must_use]
    pub fn value(&self, word: u32) -> f64 {
        match &self.0 {
            Kind::Fixed(value) => *value,
            Kind::Uniform { low, range } => low + range * unit(word),
            Kind::Triangular(triangle) => triangle.value(word),
            Kind::Table { low, scale, shape } => low + scale * shape.value(word),
            Kind::Samples(values) => values[sample_index(values.len(), word)],
        }
    }

    /// The values of as many words as both slices have.
    pub fn fill(&self, words: &[u32], out: &mut [f64]) {
        self.fill_inlined(words, out);
    }

    /// The same, inlined, so that a caller compiled for wider vectors gets a loop of them.
    #[inline(always)]
    pub(crate) fn fill_inlined(&self, words: &[u32], out: &mut [f64]) {
        let pairs = out.iter_mut().zip(words);
        match &self.0 {
            Kind::Fixed(value) => pairs.for_each(|(out, _)| *out = *value),
            Kind::Uniform { low, range } => pairs.for_each(|(out, &word)| *out = low + range * unit(word)),
            Kind::Triangular(triangle) => pairs.for_each(|(out, &word)| *out = triangle.value(word)),
            Kind::Table { low, scale, shape } => shape.fill(*low, *scale, words, out),
            Kind::Samples(values) => {
                pairs.for_each(|(out, &word)| *out = values[sample_index(values.len(), word)]);
            }
        }
    }

    /// The value, if every word has the same.
    #[must_use]
    pub fn fixed(&self) -> Option<f64> {
        match self.0 {
            Kind::Fixed(value) => Some(value),
            _ => None,
        }
    }
}

/// Which of `count` values a word picks: floor(u count), in whole numbers.
#[inline(always)]
fn sample_index(count: usize, word: u32) -> usize {
    (((u64::from(word) * 2 + 1) * count as u64) >> 33) as usize
}

/// Tables of this process: a table takes as long as 1,000 draws from it, and searches and grids simulate the
/// same shapes again and again. No result depends on what is in here.
static KNOWN: Mutex<BTreeMap<Shape, Arc<Table>>> = Mutex::new(BTreeMap::new());

/// Tables after which the known ones are forgotten: some 8 KB each.
const MOST_KNOWN: usize = 10_000;

/// A standard distribution, by the bits of its parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Shape {
    /// The logarithm has this standard deviation and mean 0.
    LogNormal(u64),
    /// Standard deviation 1 and this mean, given that it is not below 0.
    Normal(u64),
    Exponential,
    Gamma(u64),
    Weibull(u64),
    Beta(u64, u64),
}

impl Kind {
    fn table(shape: Shape, low: f64, scale: f64) -> Self {
        Self::Table { low, scale, shape: shape.known() }
    }
}

impl Shape {
    /// The table of this shape, made if nobody has asked for it before.
    fn known(self) -> Arc<Table> {
        // A thread that died while it held the map left it whole: entries are put in as they are.
        let lock = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(table) = lock().get(&self) {
            return table.clone();
        }
        let table = Arc::new(self.table());
        let mut known = lock();
        if known.len() >= MOST_KNOWN {
            known.clear();
        }
        known.entry(self).or_insert(table).clone()
    }

    fn table(self) -> Table {
        let closed = |distribution: Distribution| {
            Table::new(&Exact::Closed(&|side, tail| match side {
                Side::Lower => distribution.quantile(tail),
                Side::Upper => distribution.quantile(1.0 - tail),
            }))
        };
        match self {
            Self::LogNormal(sigma) => closed(Distribution::LogNormal { mu: 0.0, sigma: f64::from_bits(sigma) }),
            Self::Normal(mean) => closed(Distribution::Normal { mean: f64::from_bits(mean), sd: 1.0 }),
            Self::Exponential => closed(Distribution::Exponential { mean: 1.0 }),
            Self::Weibull(shape) => closed(Distribution::Weibull { shape: f64::from_bits(shape), scale: 1.0 }),
            Self::Gamma(shape) => Table::new(&Exact::Family(Family::gamma(f64::from_bits(shape)))),
            Self::Beta(alpha, beta) => {
                Table::new(&Exact::Family(Family::beta(f64::from_bits(alpha), f64::from_bits(beta))))
            }
        }
    }
}

/// The greatest width with which `low` + width is not above `high`.
fn range(low: f64, high: f64) -> f64 {
    let mut range = high - low;
    while low + range > high {
        range = range.next_down();
    }
    range
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A few hundred words from both ends and the middle.
    fn words() -> Vec<u32> {
        let mut words: Vec<u32> = (0..40).collect();
        let mut step = 41_u32;
        while step < 1 << 31 {
            words.extend([step, step + step / 7, step + step / 3]);
            step += step / 9 + 1;
        }
        let mirrored: Vec<u32> = words.iter().map(|word| !word).collect();
        words.extend(mirrored);
        words.sort_unstable();
        words.dedup();
        words
    }

    fn grid() -> Vec<Distribution> {
        let beta = |alpha, beta| Distribution::Beta { alpha, beta, low: 0.0, high: 3.0 };
        let pert = |low, mode, high, lambda| Distribution::Pert { low, mode, high, lambda };
        vec![
            Distribution::LogNormal { mu: 1.0, sigma: 0.01 },
            Distribution::LogNormal { mu: 1.0, sigma: 0.3 },
            Distribution::LogNormal { mu: -3.0, sigma: 1.0 },
            Distribution::LogNormal { mu: 0.0, sigma: 2.0 },
            Distribution::Normal { mean: 8.0, sd: 1.0 },
            Distribution::Normal { mean: 1.0, sd: 1.0 },
            Distribution::Normal { mean: 0.0, sd: 2.0 },
            Distribution::Exponential { mean: 7.0 },
            Distribution::Gamma { shape: 0.3, scale: 2.0 },
            Distribution::Gamma { shape: 1.0, scale: 2.0 },
            Distribution::Gamma { shape: 9.5, scale: 2.0 },
            Distribution::Gamma { shape: 500.0, scale: 0.1 },
            Distribution::Weibull { shape: 0.5, scale: 1.0 },
            Distribution::Weibull { shape: 1.5, scale: 3.0 },
            Distribution::Weibull { shape: 8.0, scale: 3.0 },
            beta(0.5, 0.5),
            beta(0.7, 4.0),
            beta(4.0, 0.7),
            beta(2.0, 2.0),
            beta(80.0, 30.0),
            pert(2.0, 5.0, 14.0, 4.0),
            pert(0.0, 0.0, 1.0, 4.0),
            pert(0.0, 1.0, 1.0, 4.0),
            pert(1.0, 1.001, 9.0, 4.0),
            pert(1.0, 3.0, 4.0, 20.0),
            pert(1.0, 3.0, 4.0, 0.5),
            Distribution::Uniform { low: 0.1, high: 0.7 },
            Distribution::Triangular { low: 2.0, mode: 5.0, high: 14.0 },
            Distribution::Triangular { low: 2.0, mode: 2.0, high: 2.1 },
            Distribution::Triangular { low: 2.0, mode: 2.1, high: 2.1 },
        ]
    }

    #[test]
    fn tables_agree_with_the_exact_quantiles() {
        for d in grid() {
            let sampler = Sampler::new(&d);
            let mut worst = 0.0_f64;
            for word in words() {
                let (value, exact) = (sampler.value(word), d.quantile(unit(word)));
                worst = worst.max((value - exact).abs() / exact.abs());
            }
            assert!(worst < 1e-6, "{d:?}: {worst}");
        }
    }

    #[test]
    fn values_rise_with_the_word_and_stay_in_range() {
        for d in grid() {
            let sampler = Sampler::new(&d);
            let (lowest, highest) = match &d {
                Distribution::Uniform { low, high }
                | Distribution::Triangular { low, high, .. }
                | Distribution::Pert { low, high, .. }
                | Distribution::Beta { low, high, .. } => (*low, *high),
                _ => (0.0, f64::MAX),
            };
            for word in words() {
                // Runs of neighbours, also across the edges of cells, which lie at powers of two.
                let edge = 1 << word.max(1).ilog2().clamp(2, 31);
                for first in [word, edge - 3, !edge - 3].map(|first: u32| first.min(u32::MAX - 6)) {
                    let values: Vec<f64> = (first..first + 6).map(|word| sampler.value(word)).collect();
                    assert!(values.windows(2).all(|pair| pair[0] <= pair[1]), "{d:?} at {first}: {values:?}");
                    assert!(lowest <= values[0] && values[5] <= highest, "{d:?} at {first}: {values:?}");
                }
            }
        }
    }

    #[test]
    fn plans_of_many_tasks_share_the_tables_of_their_shapes() {
        let cells = |sampler: &Sampler| match &sampler.0 {
            Kind::Table { shape, .. } => (Arc::as_ptr(shape), shape.bytes()),
            _ => unreachable!("not a table"),
        };
        let hours = Sampler::new(&Distribution::Pert { low: 2.0, mode: 5.0, high: 14.0, lambda: 4.0 });
        let days = Sampler::new(&Distribution::Pert { low: 20.0, mode: 50.0, high: 140.0, lambda: 4.0 });
        assert_eq!(cells(&hours), cells(&days));
        assert_eq!(cells(&hours).1, 8 * 1024, "512 cells of four coefficients");
        let other = Sampler::new(&Distribution::Pert { low: 2.0, mode: 6.0, high: 14.0, lambda: 4.0 });
        assert_ne!(cells(&hours).0, cells(&other).0);
    }

    /// What would be counted as more than all was once stepped down to it, in a billion steps.
    #[test]
    fn a_mode_at_an_end_leaves_a_side_without_words() {
        for mode in [2.0, 5.0] {
            let triangle = Triangle::new(2.0, mode, 5.0);
            assert!(triangle.per_below <= 1.0 && triangle.per_above <= 1.0, "{triangle:?}");
        }
    }

    /// Deviations of 100,000 words of a stream from the exact mean and percentiles: 4 standard errors.
    #[test]
    fn a_stream_draws_the_distribution() {
        let stream = crate::rng::Stream::new(5, 17, crate::rng::Purpose::Effort, 0);
        let n = 100_000_u32;
        let words: Vec<u32> = (0..n).map(|iteration| stream.word(iteration)).collect();
        for d in grid() {
            let mut values = vec![0.0; words.len()];
            Sampler::new(&d).fill(&words, &mut values);
            let mean = values.iter().sum::<f64>() / f64::from(n);
            assert!((mean - d.mean()).abs() < 4.0 * d.sd() / f64::from(n).sqrt(), "{d:?}: {mean}");
            for p in [0.1, 0.5, 0.9] {
                let limit = d.quantile(p);
                let share = values.iter().filter(|&&value| value <= limit).count() as f64 / f64::from(n);
                assert!((share - p).abs() < 4.0 * (p * (1.0 - p) / f64::from(n)).sqrt(), "{d:?}: {share}");
            }
        }
    }

    #[test]
    fn a_loop_draws_what_single_calls_draw() {
        let words = words();
        for d in grid().into_iter().chain([Distribution::Fixed(0.1), Distribution::Samples(vec![1.0, 2.0, 5.0])]) {
            let sampler = Sampler::new(&d);
            let mut out = vec![0.0; words.len()];
            sampler.fill(&words, &mut out);
            assert!(words.iter().zip(&out).all(|(&word, value)| sampler.value(word).to_bits() == value.to_bits()));
        }
    }

    #[test]
    fn the_mean_over_the_words_is_the_mean() {
        for d in grid() {
            let sampler = Sampler::new(&d);
            // The midpoint rule on words 2^13 apart, refined at both ends.
            let coarse = 1_u64 << 13;
            let sum = |words: std::ops::Range<u64>, step: u64| {
                words.step_by(step as usize).map(|w| sampler.value((w + step / 2) as u32)).sum::<f64>()
                    * step as f64
            };
            let all = 1_u64 << 32;
            let edge = 1_u64 << 18;
            let total = sum(0..edge, 1) + sum(edge..all - edge, coarse) + sum(all - edge..all, 1);
            let mean = total / all as f64;
            // A word is one of 2^32: of a lognormal with sigma 2 that many words miss 2e-6 of the mean.
            let missed =
                if matches!(d, Distribution::LogNormal { sigma, .. } if sigma == 2.0) { 3e-6 } else { 1e-6 };
            assert!((mean / d.mean() - 1.0).abs() < missed, "{d:?}: {mean}, not {}", d.mean());
        }
    }
}
