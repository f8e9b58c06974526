//! Eight words side by side.
//!
//! Arrays of them in plain loops would say the same, but compilers go through such loops the other way, word by word,
//! which takes twice as long as no lockstep at all. For the same reason no closure comes between these functions and
//! the code that asks for them: what is in a closure is not compiled for the instruction set.

/// Words that stand side by side.
pub(crate) const WORDS: usize = 8;

/// What is done with eight words at once. A word of bits says which of them are meant.
pub(crate) trait Words: Copy {
    /// These words.
    fn load(words: &[i64; WORDS]) -> Self;

    fn store(self, words: &mut [i64; WORDS]);

    /// The same word eight times.
    fn all(word: i64) -> Self;

    fn min(self, other: Self) -> Self;

    fn max(self, other: Self) -> Self;

    fn and(self, other: Self) -> Self;

    fn or(self, other: Self) -> Self;

    fn xor(self, other: Self) -> Self;

    /// The bits that are not in the other.
    fn and_not(self, other: Self) -> Self;

    /// Those whose bits are set from `other`, the rest as they are.
    fn replace(self, bits: u32, other: Self) -> Self;

    /// One bit for each that is less than its counterpart.
    fn less(self, other: Self) -> u32;

    /// One bit for each that has a bit in common with its counterpart.
    fn meets(self, other: Self) -> u32;

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        Self::of(self.plain().plus(other.plain()))
    }

    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        Self::of(self.plain().minus(other.plain()))
    }

    /// Each so many bits higher, from 0 on; nothing is left beyond 63.
    #[inline(always)]
    fn shift_left(self, bits: Self) -> Self {
        Self::of(self.plain().shift_left(bits.plain()))
    }

    /// Each so many bits lower, up to 63. They must not be negative.
    #[inline(always)]
    fn shift_right(self, bits: u32) -> Self {
        Self::of(self.plain().shift_right(bits))
    }

    /// The place of the lowest bit of each; beyond all if there is none.
    #[inline(always)]
    fn lowest(self) -> Self {
        Self::of(self.plain().lowest())
    }

    /// Numbers of a table at these places, of which the lowest bits count, as many as the table has places for.
    #[inline(always)]
    fn look_up<const LENGTH: usize>(self, table: &[i64; LENGTH]) -> Self {
        Self::of(self.plain().look_up(table))
    }

    /// Small numbers of a table at these places, which must be in it and none of the last three.
    #[inline(always)]
    fn look_up_small(self, table: &[u8]) -> Self {
        Self::of(self.plain().look_up_small(table))
    }

    /// The words as doubles.
    #[inline(always)]
    fn plus_double(self, other: Self) -> Self {
        Self::of(self.plain().plus_double(other.plain()))
    }

    #[inline(always)]
    fn minus_double(self, other: Self) -> Self {
        Self::of(self.plain().minus_double(other.plain()))
    }

    #[inline(always)]
    fn times_double(self, other: Self) -> Self {
        Self::of(self.plain().times_double(other.plain()))
    }

    #[inline(always)]
    fn less_double(self, other: Self) -> u32 {
        self.plain().less_double(other.plain())
    }

    /// The same as what every machine has.
    #[inline(always)]
    fn plain(self) -> PortableWords {
        let mut words = [0; WORDS];
        self.store(&mut words);
        PortableWords(words)
    }

    #[inline(always)]
    fn of(words: PortableWords) -> Self {
        Self::load(&words.0)
    }
}

/// What every machine has.
#[derive(Clone, Copy)]
pub(crate) struct PortableWords([i64; WORDS]);

impl PortableWords {
    #[inline(always)]
    fn each(self, other: Self, of: impl Fn(i64, i64) -> i64) -> Self {
        Self(std::array::from_fn(|at| of(self.0[at], other.0[at])))
    }

    #[inline(always)]
    fn each_double(self, other: Self, of: impl Fn(f64, f64) -> f64) -> Self {
        self.each(other, |one, other| {
            of(f64::from_bits(one as u64), f64::from_bits(other as u64)).to_bits() as i64
        })
    }

    #[inline(always)]
    fn bits(self, other: Self, is: impl Fn(i64, i64) -> bool) -> u32 {
        let pairs = self.0.into_iter().zip(other.0).enumerate();
        pairs.fold(0, |bits, (at, (one, other))| bits | u32::from(is(one, other)) << at)
    }
}

impl Words for PortableWords {
    #[inline(always)]
    fn load(words: &[i64; WORDS]) -> Self {
        Self(*words)
    }

    #[inline(always)]
    fn store(self, words: &mut [i64; WORDS]) {
        *words = self.0;
    }

    #[inline(always)]
    fn all(word: i64) -> Self {
        Self([word; WORDS])
    }

    #[inline(always)]
    fn min(self, other: Self) -> Self {
        self.each(other, i64::min)
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        self.each(other, i64::max)
    }

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        self.each(other, |one, other| one & other)
    }

    #[inline(always)]
    fn or(self, other: Self) -> Self {
        self.each(other, |one, other| one | other)
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        self.each(other, |one, other| one ^ other)
    }

    #[inline(always)]
    fn and_not(self, other: Self) -> Self {
        self.each(other, |one, other| one & !other)
    }

    #[inline(always)]
    fn replace(self, bits: u32, other: Self) -> Self {
        Self(std::array::from_fn(|at| if bits >> at & 1 == 1 { other.0[at] } else { self.0[at] }))
    }

    #[inline(always)]
    fn less(self, other: Self) -> u32 {
        self.bits(other, |one, other| one < other)
    }

    #[inline(always)]
    fn meets(self, other: Self) -> u32 {
        self.bits(other, |one, other| one & other != 0)
    }

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        self.each(other, i64::wrapping_add)
    }

    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        self.each(other, i64::wrapping_sub)
    }

    #[inline(always)]
    fn shift_left(self, bits: Self) -> Self {
        self.each(bits, |one, bits| if (bits as u64) < 64 { one << bits } else { 0 })
    }

    #[inline(always)]
    fn shift_right(self, bits: u32) -> Self {
        Self(self.0.map(|one| one >> bits))
    }

    #[inline(always)]
    fn lowest(self) -> Self {
        Self(self.0.map(|one| i64::from(one.trailing_zeros())))
    }

    #[inline(always)]
    fn look_up<const LENGTH: usize>(self, table: &[i64; LENGTH]) -> Self {
        const { assert!(LENGTH.is_power_of_two()) };
        Self(self.0.map(|place| table[place as usize % LENGTH]))
    }

    #[inline(always)]
    fn look_up_small(self, table: &[u8]) -> Self {
        Self(self.0.map(|place| table[place as usize].into()))
    }

    #[inline(always)]
    fn plus_double(self, other: Self) -> Self {
        self.each_double(other, |one, other| one + other)
    }

    #[inline(always)]
    fn minus_double(self, other: Self) -> Self {
        self.each_double(other, |one, other| one - other)
    }

    #[inline(always)]
    fn times_double(self, other: Self) -> Self {
        self.each_double(other, |one, other| one * other)
    }

    #[inline(always)]
    fn less_double(self, other: Self) -> u32 {
        self.bits(other, |one, other| f64::from_bits(one as u64) < f64::from_bits(other as u64))
    }
}

#[cfg(target_arch = "x86_64")]
pub(super) use x86::{Avx2Words, Avx512Words};

#[cfg(target_arch = "x86_64")]
mod x86;
