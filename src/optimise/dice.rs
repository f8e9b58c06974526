//! The random choices of a search: one seeded generator per island, never shared.

use rand::Rng;
use rand::SeedableRng;
use rand::rngs::Xoshiro256PlusPlus;

/// A seeded source of choices.
#[derive(Clone, Debug)]
pub(crate) struct Dice(Xoshiro256PlusPlus);

impl Dice {
    /// The same seed gives the same choices on every machine.
    pub(crate) fn new(seed: u64) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    /// A whole number below `limit`, which must be above zero (Lemire 2019; the bias of 2^-32 is left in).
    #[inline]
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        ((u128::from(self.0.next_u64()) * limit as u128) >> 64) as usize
    }

    /// A whole number from `low` up to and including `high`.
    #[inline]
    pub(crate) fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.below((high - low + 1) as usize) as u32
    }

    /// 64 random bits.
    #[inline]
    pub(crate) fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number from 0 to 1, 1 excluded.
    #[inline]
    pub(crate) fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// True with this probability.
    #[inline]
    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// How often something so rare fails to happen before it does: as many throws of [`Self::chance`] in one.
    #[inline]
    pub(crate) fn misses(&mut self, rarity: Rarity) -> usize {
        (libm::log(1.0 - self.unit()) * rarity.0) as usize
    }
}

/// How rare something is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rarity(f64);

impl Rarity {
    /// Of a probability above 0 and below 1.
    pub(crate) fn new(probability: f64) -> Self {
        Self(1.0 / libm::log1p(-probability))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The mean of a geometric distribution, (1 - p) / p, within four standard errors, sqrt(1 - p) / p / 100.
    #[test]
    fn misses_are_as_many_as_the_probability_says() {
        let mut dice = Dice::new(1);
        for probability in [0.002, 0.02, 0.3, 0.9_f64] {
            let rarity = Rarity::new(probability);
            let mean = (0..10_000).map(|_| dice.misses(rarity) as f64).sum::<f64>() / 10_000.0;
            let expected = (1.0 - probability) / probability;
            let error = (1.0 - probability).sqrt() / probability / 100.0;
            assert!((mean - expected).abs() < 4.0 * error, "{probability}: {mean}, {expected}");
        }
    }
}
