//! Draws keyed by (seed, iteration, entity, purpose, occurrence).
//!
//! One 32-bit word per draw, turned into a number by inverse transform. The word is a bijective hash of the
//! iteration, keyed twice by the 64 bits of the stream: multiplications and shifts of 32-bit lanes only, so
//! that many iterations can be hashed per instruction.
//! Constants: the golden ratio sequence of Steele, Lea & Flood 2014 (SplitMix); the finalizer found by
//! C. Wellons 2018 (hash prospector, bias 0.17).

/// What a draw is for. Each purpose of an entity has a stream of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Purpose {
    /// Effort or elapsed time of a task; the occurrence is the attempt.
    Effort = 1,
    /// Agent time for taking over from somebody else.
    Handoff,
    /// Lag of a dependency.
    Lag,
    /// Elapsed time after a phase.
    Gate,
    /// Whether a risk or a blocker occurs.
    Occurs,
    /// Factor of a risk.
    Factor,
    /// Delay of a risk.
    Delay,
    /// Where in the work a blocker strikes, or after how many hours.
    Strike,
    /// The agent's own try to resolve a blocker.
    Resolve,
    /// Response of an escalation level to a ticket.
    Response,
    /// Handling of a ticket.
    Handling,
    /// How long a ticket waits at a level before it moves on.
    Timeout,
    /// Busy hours until a failure.
    Failure,
    /// Repair after a failure.
    Repair,
    /// Whether an attempt succeeds.
    Success,
    /// Wait before the next attempt.
    Backoff,
    /// Wait until a review starts.
    ReviewResponse,
    /// Effort of a review.
    ReviewEffort,
    /// Whether a review rejects.
    Reject,
    /// Random choices of a search.
    Search,
}

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
/// Step of the golden ratio sequence: iteration `i` stands at `i * GOLDEN_32`.
pub const GOLDEN_32: u32 = 0x9e37_79b9;

/// SplitMix64's finalizer: every bit of the input changes every bit of the output.
fn mix64(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Key of an entity from its kind and its id: the same for the same names, whatever else is in the plan.
#[must_use]
pub fn entity_key(kind: &str, id: &str) -> u64 {
    let mut key = mix64(GOLDEN ^ (kind.len() as u64));
    for byte in kind.bytes().chain([0xff]).chain(id.bytes()) {
        key = mix64(key.wrapping_add(GOLDEN) ^ u64::from(byte));
    }
    key
}

/// Key of what belongs to two entities together, such as a blocker that strikes a task.
#[must_use]
pub fn pair_key(first: u64, second: u64) -> u64 {
    Shared::new(second).key_with(first)
}

/// An entity that others share draws with, such as a task with each agent who may fail at it, mixed once for all
/// of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shared(u64);

impl Shared {
    /// The entity of this key.
    #[must_use]
    pub fn new(second: u64) -> Self {
        Self(mix64(second.wrapping_add(GOLDEN)))
    }

    /// [`pair_key`] of another entity and this one.
    #[inline]
    #[must_use]
    pub fn key_with(self, first: u64) -> u64 {
        mix64(first.rotate_left(32).wrapping_add(GOLDEN) ^ self.0)
    }
}

/// A seed, mixed once for all that draw under it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed(u64);

impl Seed {
    /// This seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(mix64(seed.wrapping_add(GOLDEN)))
    }

    /// The entity of this key under this seed.
    #[inline]
    #[must_use]
    pub fn owner(self, entity: u64) -> Owner {
        Owner(mix64(self.0 ^ entity).wrapping_add(GOLDEN))
    }
}

/// Who draws: an entity of a plan under a seed, mixed once for all its streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner(u64);

impl Owner {
    /// Nobody, who draws nothing.
    pub const NOBODY: Self = Self(0);

    /// The entity of this key.
    #[must_use]
    pub fn new(seed: u64, entity: u64) -> Self {
        Seed::new(seed).owner(entity)
    }

    /// The stream of its `occurrence`-th quantity of this `purpose`.
    #[inline]
    #[must_use]
    pub fn stream(self, purpose: Purpose, occurrence: u32) -> Stream {
        let which = u64::from(purpose as u8) << 32 | u64::from(occurrence);
        let key = mix64(self.0 ^ mix64(which.wrapping_add(GOLDEN)));
        Stream { outer: key as u32, inner: (key >> 32) as u32 }
    }
}

/// How the iterations of a run share out the unit interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sampling {
    /// Each draws for itself.
    #[default]
    Random,
    /// Latin hypercube: of every 256 iterations in a row, each quantity takes one value from each 256th of
    /// its distribution, in an order of its own (McKay, Beckman & Conover 1979).
    Lhs,
}

/// Iterations among which a quantity's strata are dealt out.
pub const STRATA: u32 = 256;

/// An iteration, and how it draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Iteration {
    /// Its number, from 0.
    pub number: u32,
    /// How it draws.
    pub sampling: Sampling,
}

impl From<u32> for Iteration {
    fn from(number: u32) -> Self {
        Self { number, sampling: Sampling::Random }
    }
}

/// The draws of one quantity, one per iteration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stream {
    /// Added to the counter before the first multiplication.
    pub outer: u32,
    /// Mixed in between the two multiplications.
    pub inner: u32,
}

impl Stream {
    /// The stream of the `occurrence`-th quantity of this `purpose` that belongs to `entity`.
    #[must_use]
    pub fn new(seed: u64, entity: u64, purpose: Purpose, occurrence: u32) -> Self {
        Owner::new(seed, entity).stream(purpose, occurrence)
    }

    /// The word of an iteration: 32 uniform bits.
    #[inline]
    #[must_use]
    pub fn word(self, iteration: impl Into<Iteration>) -> u32 {
        let iteration = iteration.into();
        let mut word = [mix_word(iteration.number.wrapping_mul(GOLDEN_32), self)];
        if iteration.sampling == Sampling::Lhs {
            self.stratify(iteration.number, &mut word);
        }
        word[0]
    }

    /// The words of iterations in a row, all of one block of [`STRATA`].
    #[inline(always)]
    pub fn fill(self, first: u32, sampling: Sampling, words: &mut [u32]) {
        for (place, word) in words.iter_mut().enumerate() {
            *word = mix_word(first.wrapping_add(place as u32).wrapping_mul(GOLDEN_32), self);
        }
        if sampling == Sampling::Lhs {
            self.stratify(first, words);
        }
    }

    /// The words of these iterations, for as many as both slices have.
    #[inline(always)]
    pub fn fill_with(self, iterations: &[u32], sampling: Sampling, words: &mut [u32]) {
        for (word, &number) in words.iter_mut().zip(iterations) {
            *word = mix_word(number.wrapping_mul(GOLDEN_32), self);
        }
        if sampling == Sampling::Lhs {
            for (word, &number) in words.iter_mut().zip(iterations) {
                self.stratify(number, std::slice::from_mut(word));
            }
        }
    }

    /// A uniform number of an iteration, 0 < u < 1.
    #[inline]
    #[must_use]
    pub fn unit(self, iteration: impl Into<Iteration>) -> f64 {
        unit(self.word(iteration))
    }

    /// Puts the words of iterations in a row, all of one block of [`STRATA`], each into the stratum that is
    /// its own: the top eight bits are those of a permutation, which depends on the stream and the block.
    #[inline(always)]
    pub fn stratify(self, first: u32, words: &mut [u32]) {
        let block = Self { outer: self.inner, inner: self.outer };
        let [odd, shift] = [0, 1].map(|half| mix_word((first / STRATA * 2 + half).wrapping_mul(GOLDEN_32), block));
        for (place, word) in words.iter_mut().enumerate() {
            // Odd factors, sums and shifts of eight bits are one to one each.
            let mut stratum = (first + place as u32) % STRATA;
            for round in 0..3 {
                let (odd, shift) = (odd >> (8 * round) | 1, shift >> (8 * round));
                stratum = stratum.wrapping_mul(odd).wrapping_add(shift) & (STRATA - 1);
                stratum ^= stratum >> 4;
            }
            *word = stratum << 24 | *word >> 8;
        }
    }
}

/// The word at a place of the golden ratio sequence (`iteration * 0x9e3779b9`), for callers that keep the
/// places of a block of iterations at hand.
#[inline(always)]
#[must_use]
pub fn mix_word(place: u32, stream: Stream) -> u32 {
    let mut x = place.wrapping_add(stream.outer);
    x ^= x >> 16;
    x = x.wrapping_mul(0x7feb_352d);
    x ^= x >> 15;
    x = x.wrapping_add(stream.inner);
    x = x.wrapping_mul(0x846c_a68b);
    x ^ (x >> 16)
}

/// The middle of the word's share of the unit interval: 0 < u < 1, symmetric about 1/2, exact.
#[inline(always)]
#[must_use]
pub fn unit(word: u32) -> f64 {
    (f64::from(word) + 0.5) * (1.0 / 4_294_967_296.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_words_stay() {
        let stream = Stream::new(1, entity_key("task", "1A"), Purpose::Effort, 0);
        let words: Vec<u32> = (0..4).map(|i| stream.word(i)).collect();
        assert_eq!(words, KNOWN, "seeded results change when these bits change");
    }

    /// The words of 256 iterations fall into 256 strata, in the order of another stream as little as in that of
    /// the next block: the correlation of orders has sd 1/16, that of a mean of 300 is 0.0036.
    #[test]
    fn stratified_words_take_every_stratum_once_in_an_order_of_their_own() {
        let words = |stream: Stream, block: u32| -> Vec<u32> {
            let at = |place| Iteration { number: block * STRATA + place, sampling: Sampling::Lhs };
            (0..STRATA).map(|place| stream.word(at(place))).collect()
        };
        let correlation = |a: &[u32], b: &[u32]| {
            let pairs = a.iter().zip(b).map(|(&a, &b)| (unit(a) - 0.5) * (unit(b) - 0.5));
            pairs.sum::<f64>() * 12.0 / f64::from(STRATA)
        };
        let (mut others, mut next, mut spread) = (0.0, 0.0, 0.0);
        for entity in 0..300 {
            let stream = Stream::new(7, entity, Purpose::Effort, 0);
            let mine = words(stream, 3);
            let mut strata: Vec<u32> = mine.iter().map(|word| word >> 24).collect();
            strata.sort_unstable();
            assert!(strata.into_iter().eq(0..STRATA), "entity {entity}");
            let other = correlation(&mine, &words(Stream::new(7, entity, Purpose::Effort, 1), 3));
            others += other;
            spread += other * other;
            next += correlation(&mine, &words(stream, 4));
        }
        let (others, next, spread) = (others / 300.0, next / 300.0, spread / 300.0);
        assert!(others.abs() < 4.0 * 0.0036 && next.abs() < 4.0 * 0.0036, "{others} {next}");
        // The mean of 300 squares has a relative standard error of sqrt(2 / 300).
        assert!((spread * f64::from(STRATA) - 1.0).abs() < 5.0 * 0.082, "{spread}");
    }

    const KNOWN: [u32; 4] = [3_266_852_082, 2_059_865_730, 4_050_640_020, 1_629_271_294];

    #[test]
    fn names_that_run_together_have_keys_of_their_own() {
        assert_ne!(entity_key("ab", "c"), entity_key("a", "bc"));
        assert_ne!(entity_key("task", "1"), entity_key("agent", "1"));
    }

    /// Mean of u has sd sqrt(1/12/n), correlation of independent streams has sd 1/sqrt(n): 5 sd allowed for
    /// the 200 pairs looked at.
    #[test]
    fn streams_are_uniform_and_independent() {
        let n = 20_000_u32;
        let draws: Vec<Vec<f64>> = (0..200)
            .map(|t| {
                let s = Stream::new(7, entity_key("task", &format!("t{t}")), Purpose::Effort, 0);
                (0..n).map(|i| s.unit(i) - 0.5).collect()
            })
            .collect();
        let size = f64::from(n);
        for pair in draws.windows(2) {
            let mean = pair[0].iter().sum::<f64>() / size;
            assert!(mean.abs() < 5.0 * (1.0 / 12.0 / size).sqrt(), "mean {mean}");
            let both = pair[0].iter().zip(&pair[1]).map(|(a, b)| a * b).sum::<f64>() / size * 12.0;
            assert!(both.abs() < 5.0 / size.sqrt(), "correlation {both}");
            let next = pair[0].windows(2).map(|w| w[0] * w[1]).sum::<f64>() / size * 12.0;
            assert!(next.abs() < 5.0 / size.sqrt(), "serial correlation {next}");
        }
        let per_iteration: Vec<f64> = (0..n as usize).map(|i| draws.iter().map(|d| d[i]).sum::<f64>()).collect();
        let variance = per_iteration.iter().map(|s| s * s).sum::<f64>() / size;
        let expected = 200.0 / 12.0;
        assert!((variance / expected - 1.0).abs() < 5.0 * (2.0 / size).sqrt(), "variance {variance}");
    }
}
