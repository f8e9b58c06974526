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

    /// Those whose bits are set from `other`, the rest as they are.
    fn replace(self, bits: u32, other: Self) -> Self;

    /// One bit for each that is less than its counterpart.
    fn less(self, other: Self) -> u32;

    /// One bit for each that has a bit in common with its counterpart.
    fn meets(self, other: Self) -> u32;
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
}

#[cfg(target_arch = "x86_64")]
pub(super) use x86::{Avx2Words, Avx512Words};

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::{WORDS, Words};
    use std::arch::x86_64::{
        __m256i, _mm256_and_si256, _mm256_blendv_epi8, _mm256_castsi256_pd, _mm256_cmpeq_epi64,
        _mm256_cmpgt_epi64, _mm256_loadu_si256, _mm256_movemask_pd, _mm256_or_si256, _mm256_set1_epi64x,
        _mm256_setr_epi64x, _mm256_setzero_si256, _mm256_storeu_si256, _mm256_xor_si256,
    };
    use std::arch::x86_64::{
        __m512i, _mm512_and_si512, _mm512_cmplt_epi64_mask, _mm512_loadu_si512, _mm512_mask_mov_epi64,
        _mm512_max_epi64, _mm512_min_epi64, _mm512_or_si512, _mm512_set1_epi64, _mm512_storeu_si512,
        _mm512_test_epi64_mask, _mm512_xor_si512,
    };

    /// An instruction, or several.
    macro_rules! ask {
        ($what:expr) => {
            // SAFETY: only code compiled for an instruction set asks for its words, and what is loaded or stored is
            // eight words long.
            unsafe { $what }
        };
    }

    /// One register.
    #[derive(Clone, Copy)]
    pub(in super::super) struct Avx512Words(__m512i);

    impl Words for Avx512Words {
        #[inline(always)]
        fn load(words: &[i64; WORDS]) -> Self {
            Self(ask!(_mm512_loadu_si512(words.as_ptr().cast())))
        }

        #[inline(always)]
        fn store(self, words: &mut [i64; WORDS]) {
            ask!(_mm512_storeu_si512(words.as_mut_ptr().cast(), self.0));
        }

        #[inline(always)]
        fn all(word: i64) -> Self {
            Self(ask!(_mm512_set1_epi64(word)))
        }

        #[inline(always)]
        fn min(self, other: Self) -> Self {
            Self(ask!(_mm512_min_epi64(self.0, other.0)))
        }

        #[inline(always)]
        fn max(self, other: Self) -> Self {
            Self(ask!(_mm512_max_epi64(self.0, other.0)))
        }

        #[inline(always)]
        fn and(self, other: Self) -> Self {
            Self(ask!(_mm512_and_si512(self.0, other.0)))
        }

        #[inline(always)]
        fn or(self, other: Self) -> Self {
            Self(ask!(_mm512_or_si512(self.0, other.0)))
        }

        #[inline(always)]
        fn xor(self, other: Self) -> Self {
            Self(ask!(_mm512_xor_si512(self.0, other.0)))
        }

        #[inline(always)]
        fn replace(self, bits: u32, other: Self) -> Self {
            Self(ask!(_mm512_mask_mov_epi64(self.0, bits as u8, other.0)))
        }

        #[inline(always)]
        fn less(self, other: Self) -> u32 {
            u32::from(ask!(_mm512_cmplt_epi64_mask(self.0, other.0)))
        }

        #[inline(always)]
        fn meets(self, other: Self) -> u32 {
            u32::from(ask!(_mm512_test_epi64_mask(self.0, other.0)))
        }
    }

    /// Two registers.
    #[derive(Clone, Copy)]
    pub(in super::super) struct Avx2Words(__m256i, __m256i);

    impl Avx2Words {
        /// Those of `other` where a mask is all ones, of this where it is 0.
        #[inline(always)]
        fn choose(self, mask: Self, other: Self) -> Self {
            Self(
                ask!(_mm256_blendv_epi8(self.0, other.0, mask.0)),
                ask!(_mm256_blendv_epi8(self.1, other.1, mask.1)),
            )
        }

        /// All ones where this is greater.
        #[inline(always)]
        fn greater(self, other: Self) -> Self {
            Self(ask!(_mm256_cmpgt_epi64(self.0, other.0)), ask!(_mm256_cmpgt_epi64(self.1, other.1)))
        }

        /// All ones where the two are equal.
        #[inline(always)]
        fn equal(self, other: Self) -> Self {
            Self(ask!(_mm256_cmpeq_epi64(self.0, other.0)), ask!(_mm256_cmpeq_epi64(self.1, other.1)))
        }

        /// The highest bit of each word.
        #[inline(always)]
        fn signs(self) -> u32 {
            let low = ask!(_mm256_movemask_pd(_mm256_castsi256_pd(self.0)));
            let high = ask!(_mm256_movemask_pd(_mm256_castsi256_pd(self.1)));
            low as u32 | (high as u32) << 4
        }
    }

    impl Words for Avx2Words {
        #[inline(always)]
        fn load(words: &[i64; WORDS]) -> Self {
            let start = words.as_ptr();
            Self(ask!(_mm256_loadu_si256(start.cast())), ask!(_mm256_loadu_si256(start.add(4).cast())))
        }

        #[inline(always)]
        fn store(self, words: &mut [i64; WORDS]) {
            let start = words.as_mut_ptr();
            ask!(_mm256_storeu_si256(start.cast(), self.0));
            ask!(_mm256_storeu_si256(start.add(4).cast(), self.1));
        }

        #[inline(always)]
        fn all(word: i64) -> Self {
            let half = ask!(_mm256_set1_epi64x(word));
            Self(half, half)
        }

        #[inline(always)]
        fn min(self, other: Self) -> Self {
            self.choose(self.greater(other), other)
        }

        #[inline(always)]
        fn max(self, other: Self) -> Self {
            other.choose(self.greater(other), self)
        }

        #[inline(always)]
        fn and(self, other: Self) -> Self {
            Self(ask!(_mm256_and_si256(self.0, other.0)), ask!(_mm256_and_si256(self.1, other.1)))
        }

        #[inline(always)]
        fn or(self, other: Self) -> Self {
            Self(ask!(_mm256_or_si256(self.0, other.0)), ask!(_mm256_or_si256(self.1, other.1)))
        }

        #[inline(always)]
        fn xor(self, other: Self) -> Self {
            Self(ask!(_mm256_xor_si256(self.0, other.0)), ask!(_mm256_xor_si256(self.1, other.1)))
        }

        #[inline(always)]
        fn replace(self, bits: u32, other: Self) -> Self {
            let places = Self(ask!(_mm256_setr_epi64x(1, 2, 4, 8)), ask!(_mm256_setr_epi64x(16, 32, 64, 128)));
            let set = Self::all(i64::from(bits)).and(places);
            self.choose(set.equal(places), other)
        }

        #[inline(always)]
        fn less(self, other: Self) -> u32 {
            other.greater(self).signs()
        }

        #[inline(always)]
        fn meets(self, other: Self) -> u32 {
            let zero = ask!(_mm256_setzero_si256());
            self.and(other).equal(Self(zero, zero)).signs() ^ 0xff
        }
    }
}
