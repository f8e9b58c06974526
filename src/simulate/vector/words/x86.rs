//! Eight words in the registers of x86 processors.

use super::{WORDS, Words};
use std::arch::x86_64::{
    __m256i, _mm256_and_si256, _mm256_andnot_si256, _mm256_blendv_epi8, _mm256_castsi256_pd, _mm256_cmpeq_epi64,
    _mm256_cmpgt_epi64, _mm256_loadu_si256, _mm256_movemask_pd, _mm256_or_si256, _mm256_set1_epi64x,
    _mm256_setr_epi64x, _mm256_setzero_si256, _mm256_storeu_si256, _mm256_xor_si256,
};
use std::arch::x86_64::{
    __m512i, _CMP_LT_OQ, _mm_cvtsi32_si128, _mm512_add_epi64, _mm512_add_pd, _mm512_and_si512,
    _mm512_andnot_si512, _mm512_castpd_si512, _mm512_castsi512_pd, _mm512_cmp_pd_mask, _mm512_cmplt_epi64_mask,
    _mm512_cvtepi64_pd, _mm512_cvtepu32_epi64, _mm512_i64gather_epi32, _mm512_i64gather_epi64, _mm512_loadu_si512,
    _mm512_mask_mov_epi64, _mm512_max_epi64, _mm512_min_epi64, _mm512_min_epu64, _mm512_mul_pd, _mm512_or_si512,
    _mm512_set1_epi64, _mm512_sllv_epi64, _mm512_srl_epi64, _mm512_storeu_si512, _mm512_sub_epi64, _mm512_sub_pd,
    _mm512_test_epi64_mask, _mm512_xor_si512,
};

/// An instruction, or several.
macro_rules! ask {
    ($what:expr) => {
        // SAFETY: only code compiled for an instruction set asks for its words, what is loaded or stored is eight words
        // long, and what is looked up is in its table.
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
    fn and_not(self, other: Self) -> Self {
        Self(ask!(_mm512_andnot_si512(other.0, self.0)))
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

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        Self(ask!(_mm512_add_epi64(self.0, other.0)))
    }

    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        Self(ask!(_mm512_sub_epi64(self.0, other.0)))
    }

    #[inline(always)]
    fn shift_left(self, bits: Self) -> Self {
        Self(ask!(_mm512_sllv_epi64(self.0, bits.0)))
    }

    #[inline(always)]
    fn shift_right(self, bits: u32) -> Self {
        Self(ask!(_mm512_srl_epi64(self.0, _mm_cvtsi32_si128(bits as i32))))
    }

    #[inline(always)]
    fn lowest(self) -> Self {
        // As a double, a lone bit is its place above 1,023, and a sign where it is the highest.
        let lone = self.and(Self::all(0).minus(self));
        let double = Self(ask!(_mm512_castpd_si512(_mm512_cvtepi64_pd(lone.0))));
        let place = double.shift_right(52).and(Self::all(2047)).minus(Self::all(1023));
        Self::all(64).replace(self.meets(self), place)
    }

    #[inline(always)]
    fn look_up<const LENGTH: usize>(self, table: &[i64; LENGTH]) -> Self {
        const { assert!(LENGTH.is_power_of_two()) };
        let places = self.and(Self::all(LENGTH as i64 - 1));
        Self(ask!(_mm512_i64gather_epi64::<8>(places.0, table.as_ptr())))
    }

    #[inline(always)]
    fn look_up_small(self, table: &[u8]) -> Self {
        let Some(last) = table.len().checked_sub(4) else { return Self::all(0) };
        // Four bytes are loaded.
        let places = ask!(_mm512_min_epu64(self.0, _mm512_set1_epi64(last as i64)));
        let found = ask!(_mm512_i64gather_epi32::<1>(places, table.as_ptr().cast()));
        Self(ask!(_mm512_cvtepu32_epi64(found))).and(Self::all(0xff))
    }

    #[inline(always)]
    fn plus_double(self, other: Self) -> Self {
        Self(ask!(_mm512_castpd_si512(_mm512_add_pd(_mm512_castsi512_pd(self.0), _mm512_castsi512_pd(other.0)))))
    }

    #[inline(always)]
    fn minus_double(self, other: Self) -> Self {
        Self(ask!(_mm512_castpd_si512(_mm512_sub_pd(_mm512_castsi512_pd(self.0), _mm512_castsi512_pd(other.0)))))
    }

    #[inline(always)]
    fn times_double(self, other: Self) -> Self {
        Self(ask!(_mm512_castpd_si512(_mm512_mul_pd(_mm512_castsi512_pd(self.0), _mm512_castsi512_pd(other.0)))))
    }

    #[inline(always)]
    fn less_double(self, other: Self) -> u32 {
        let less =
            ask!(_mm512_cmp_pd_mask::<_CMP_LT_OQ>(_mm512_castsi512_pd(self.0), _mm512_castsi512_pd(other.0)));
        u32::from(less)
    }
}

/// Two registers.
#[derive(Clone, Copy)]
pub(in super::super) struct Avx2Words(__m256i, __m256i);

impl Avx2Words {
    /// Those of `other` where a mask is all ones, of this where it is 0.
    #[inline(always)]
    fn choose(self, mask: Self, other: Self) -> Self {
        Self(ask!(_mm256_blendv_epi8(self.0, other.0, mask.0)), ask!(_mm256_blendv_epi8(self.1, other.1, mask.1)))
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
    fn and_not(self, other: Self) -> Self {
        Self(ask!(_mm256_andnot_si256(other.0, self.0)), ask!(_mm256_andnot_si256(other.1, self.1)))
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
