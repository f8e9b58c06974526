//! Runs a piece of code compiled for the best vector instructions that the machine has.
//!
//! The code is the same for all of them, and plain Rust but for what compilers do not see in it: additions,
//! multiplications, square roots and comparisons of lanes, which every instruction set rounds alike, so that the bits do
//! not depend on the machine. Fused operations, which round once instead of twice, are left out: the compiler never
//! makes them by itself.

#![expect(
    unsafe_code,
    reason = "a function compiled for an instruction set may be called only where it exists; loads and hints take pointers"
)]

mod words;

use words::PortableWords;
pub(crate) use words::{WORDS, Words};

/// Doubles that are compared at once.
pub(crate) const WIDTH: usize = 32;

/// A piece of code. `run` must be `#[inline(always)]`, and so must whatever of it has to be fast.
pub(crate) trait Lanes {
    /// Runs it with these instructions.
    fn run<I: Instructions>(self);
}

/// What compilers do not make of a plain loop: comparisons as bits of a word, and words side by side.
pub(crate) trait Instructions {
    /// One bit for each pair that is equal.
    fn equal(one: &[f64; WIDTH], other: &[f64; WIDTH]) -> u32;

    /// Eight words side by side.
    type Words: Words;
}

/// What every machine has.
pub(crate) struct Portable;

impl Instructions for Portable {
    #[inline(always)]
    fn equal(one: &[f64; WIDTH], other: &[f64; WIDTH]) -> u32 {
        one.iter().zip(other).enumerate().fold(0, |bits, (at, (one, other))| bits | u32::from(one == other) << at)
    }

    type Words = PortableWords;
}

/// Runs `code` compiled for this machine's instruction set.
pub(crate) fn vectorised(code: impl Lanes) {
    #[cfg(target_arch = "x86_64")]
    {
        if x86::has_avx512() {
            // SAFETY: the processor has just said that it knows these instructions.
            return unsafe { x86::avx512(code) };
        }
        if x86::has_avx2() {
            // SAFETY: as above.
            return unsafe { x86::avx2(code) };
        }
    }
    code.run::<Portable>();
}

/// Whatever is done with words side by side takes less time than with one after the other.
pub(crate) fn has_wide_words() -> bool {
    #[cfg(target_arch = "x86_64")]
    return x86::has_avx2();
    #[cfg(not(target_arch = "x86_64"))]
    false
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::words::{Avx2Words, Avx512Words};
    use super::{Instructions, Lanes, WIDTH};
    use std::arch::x86_64::{_CMP_EQ_OQ, _mm256_cmp_pd, _mm256_loadu_pd, _mm256_movemask_pd};
    use std::arch::x86_64::{_mm512_cmp_pd_mask, _mm512_loadu_pd};

    struct Avx512;
    struct Avx2;

    pub(super) fn has_avx512() -> bool {
        has_avx2()
            && is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512vl")
    }

    pub(super) fn has_avx2() -> bool {
        is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("popcnt")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2")
    }

    #[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx2,bmi1,bmi2,popcnt")]
    pub(super) fn avx512(code: impl Lanes) {
        code.run::<Avx512>();
    }

    #[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
    pub(super) fn avx2(code: impl Lanes) {
        code.run::<Avx2>();
    }

    impl Instructions for Avx512 {
        #[inline(always)]
        fn equal(one: &[f64; WIDTH], other: &[f64; WIDTH]) -> u32 {
            // SAFETY: only code compiled for these instructions asks for them.
            unsafe { equal_avx512(one, other) }
        }

        type Words = Avx512Words;
    }

    impl Instructions for Avx2 {
        #[inline(always)]
        fn equal(one: &[f64; WIDTH], other: &[f64; WIDTH]) -> u32 {
            // SAFETY: as above.
            unsafe { equal_avx2(one, other) }
        }

        type Words = Avx2Words;
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx2,bmi1,bmi2,popcnt")]
    fn equal_avx512(one: &[f64; WIDTH], other: &[f64; WIDTH]) -> u32 {
        let (one, other) = (one.as_chunks::<8>().0, other.as_chunks::<8>().0);
        one.iter().zip(other).enumerate().fold(0, |bits, (at, (one, other))| {
            // SAFETY: each chunk has the eight doubles that are loaded.
            let [one, other] = [one, other].map(|chunk| unsafe { _mm512_loadu_pd(chunk.as_ptr()) });
            bits | u32::from(_mm512_cmp_pd_mask::<_CMP_EQ_OQ>(one, other)) << (8 * at)
        })
    }

    #[inline]
    #[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
    fn equal_avx2(one: &[f64; WIDTH], other: &[f64; WIDTH]) -> u32 {
        let (one, other) = (one.as_chunks::<4>().0, other.as_chunks::<4>().0);
        one.iter().zip(other).enumerate().fold(0, |bits, (at, (one, other))| {
            // SAFETY: each chunk has the four doubles that are loaded.
            let [one, other] = [one, other].map(|chunk| unsafe { _mm256_loadu_pd(chunk.as_ptr()) });
            bits | (_mm256_movemask_pd(_mm256_cmp_pd::<_CMP_EQ_OQ>(one, other)) as u32) << (4 * at)
        })
    }
}

/// Cells that are looked up at once.
pub(crate) const LOOKUPS: usize = 16;

/// The four numbers of each of the cells at these places: the first ones of all, then the second ones.
///
/// A cell is one load, and four of them are turned round in registers. Instructions that gather take several times
/// as long: they load number by number.
#[inline(always)]
pub(crate) fn look_up(cells: &[[f32; 4]], places: &[u32; LOOKUPS]) -> [[f32; LOOKUPS]; 4] {
    let mut found = [[0.0; LOOKUPS]; 4];
    #[cfg(target_arch = "x86_64")]
    for (four, places) in places.as_chunks::<4>().0.iter().enumerate() {
        use std::arch::asm;
        use std::arch::x86_64::{__m128, _MM_TRANSPOSE4_PS, _mm_loadu_ps, _mm_storeu_ps};
        // A compiler that sees through the turning puts numbers together one by one instead.
        let opaque = |mut numbers: __m128| {
            // SAFETY: there is no instruction.
            unsafe { asm!("/* {0} */", inout(xmm_reg) numbers, options(pure, nomem, nostack, preserves_flags)) };
            numbers
        };
        let cells = places.map(|place| &cells[place as usize]);
        // SAFETY: a cell has the four numbers that are loaded, a row's slice room for those that are stored, and
        // every x86-64 processor knows the instructions.
        unsafe {
            let [mut a, mut b, mut c, mut d] = cells.map(|cell| _mm_loadu_ps(cell.as_ptr()));
            _MM_TRANSPOSE4_PS(&mut a, &mut b, &mut c, &mut d);
            for (row, numbers) in found.iter_mut().zip([a, b, c, d].map(opaque)) {
                _mm_storeu_ps(row[4 * four..][..4].as_mut_ptr(), numbers);
            }
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    for (at, &place) in places.iter().enumerate() {
        for (numbers, number) in found.iter_mut().zip(cells[place as usize]) {
            numbers[at] = number;
        }
    }
    found
}

/// Says that this will be needed soon: it comes into the nearest cache while other work goes on.
#[inline(always)]
pub(crate) fn prefetch<T>(soon: &T) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: every x86-64 processor knows the instruction, and what it may read is there.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(soon).cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = soon;
}

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use super::*;

    struct Compare<'a>(&'a [f64; WIDTH], &'a [f64; WIDTH], &'a mut u32);

    impl Lanes for Compare<'_> {
        #[inline(always)]
        fn run<I: Instructions>(self) {
            *self.2 = I::equal(self.0, self.1);
        }
    }

    /// What eight words come to, with a word for each lane.
    struct Try<'a>([[i64; WORDS]; 2], u32, &'a mut Vec<[i64; WORDS]>);

    impl Lanes for Try<'_> {
        #[inline(always)]
        fn run<I: Instructions>(self) {
            let Self([one, other], bits, found) = self;
            let (this, that) = (I::Words::load(&one), I::Words::load(&other));
            // What is not a number has many ways to say so.
            let finite = I::Words::all(!(1 << 62));
            let (first, second) = (this.and(finite), that.and(finite));
            let all = [
                this,
                I::Words::all(other[3]),
                this.min(that),
                this.max(that),
                this.and(that),
                this.or(that),
                this.xor(that),
                this.replace(bits, that),
                this.and_not(that),
                this.plus(that),
                this.minus(that),
                this.shift_left(that.and(I::Words::all(127))),
                this.shift_left(that),
                this.and(I::Words::all(i64::MAX)).shift_right(bits % 64),
                this.lowest(),
                this.look_up(&std::array::from_fn::<_, 16, _>(|at| 7 - at as i64)),
                this.and(I::Words::all(15)).look_up_small(&std::array::from_fn::<_, 19, _>(|at| 250 - at as u8)),
                first.plus_double(second),
                first.minus_double(second),
                first.times_double(second),
            ];
            found.clear();
            found.resize(all.len(), [0; WORDS]);
            for (words, found) in all.into_iter().zip(&mut *found) {
                words.store(found);
            }
            let bits = [this.less(that), that.less(this), this.meets(that), first.less_double(second)];
            found.extend(bits.map(|bits| [i64::from(bits); WORDS]));
        }
    }

    fn words(random: u64) -> [i64; WORDS] {
        // Some are equal, some have no bit in common, some are the least and the greatest.
        let seeds = std::array::from_fn(|at| random.wrapping_mul(at as u64 + 1));
        seeds
            .map(|seed: u64| [0, 1, 2, -1, i64::MAX, i64::MIN, seed as i64, -(seed as i64 / 3)][seed as usize % 8])
    }

    fn finite(bits: i64) -> f64 {
        f64::from_bits(bits as u64 & !(1 << 62))
    }

    #[test]
    fn every_instruction_set_does_the_same_with_words() {
        for random in (1..3_000).map(|n: u64| n.wrapping_mul(0x9e37_79b9_7f4a_7c15)) {
            let (pair, bits) = ([words(random), words(random >> 7)], random as u32 & 0xff);
            let [one, other] = pair;
            let each = |of: fn(i64, i64) -> i64| std::array::from_fn(|at| of(one[at], other[at]));
            let double = |of: fn(f64, f64) -> f64| {
                std::array::from_fn(|at| of(finite(one[at]), finite(other[at])).to_bits() as i64)
            };
            let bits_of = |is: fn(i64, i64) -> bool| {
                let set = (0..WORDS).filter(|&at| is(one[at], other[at]));
                [set.fold(0, |bits, at| bits | 1 << at); WORDS]
            };
            let expected = vec![
                one,
                [other[3]; WORDS],
                each(i64::min),
                each(i64::max),
                each(|one, other| one & other),
                each(|one, other| one | other),
                each(|one, other| one ^ other),
                std::array::from_fn(|at| if bits >> at & 1 == 1 { other[at] } else { one[at] }),
                each(|one, other| one & !other),
                each(i64::wrapping_add),
                each(i64::wrapping_sub),
                each(|one, other| one.unbounded_shl(other as u32 & 127)),
                each(|one, other| if (0..64).contains(&other) { one << other } else { 0 }),
                one.map(|one| (one & i64::MAX) >> (bits % 64)),
                one.map(|one| (0..64).find(|bit| one >> bit & 1 == 1).unwrap_or(64)),
                one.map(|one| 7 - (one & 15)),
                one.map(|one| 250 - (one & 15)),
                double(|one, other| one + other),
                double(|one, other| one - other),
                double(|one, other| one * other),
                bits_of(|one, other| one < other),
                bits_of(|one, other| other < one),
                bits_of(|one, other| one & other != 0),
                bits_of(|one, other| finite(one) < finite(other)),
            ];
            let mut found = Vec::new();
            Try(pair, bits, &mut found).run::<Portable>();
            assert_eq!(found, expected);
            vectorised(Try(pair, bits, &mut found));
            assert_eq!(found, expected);
            if x86::has_avx2() {
                // SAFETY: the processor has just said that it knows these instructions.
                unsafe { x86::avx2(Try(pair, bits, &mut found)) };
                assert_eq!(found, expected);
            }
        }
    }

    #[test]
    fn cells_are_turned_round() {
        let cells: Vec<[f32; 4]> = (0..100_u8).map(|at| [0.0, 0.1, 0.2, 0.3].map(|n| n + f32::from(at))).collect();
        let places = std::array::from_fn(|at| (at as u32 * 37 + 99) % 100);
        let found = look_up(&cells, &places);
        for (number, row) in found.iter().enumerate() {
            assert_eq!(*row, places.map(|place| cells[place as usize][number]), "number {number}");
        }
    }

    #[test]
    #[should_panic(expected = "index out of bounds")]
    fn nothing_is_looked_up_beyond_the_last_cell() {
        look_up(&[[0.0; 4]; 5], &[5; LOOKUPS]);
    }

    #[test]
    fn every_instruction_set_sees_the_same_pairs_equal() {
        let one: [f64; WIDTH] = std::array::from_fn(|at| at as f64);
        for bits in [0, 1, 0x8000_0000, 0xffff_ffff, 0x1234_5678, 0xdead_beef_u32] {
            let other = std::array::from_fn(|at| if bits >> at & 1 == 1 { one[at] } else { one[at] + 0.5 });
            let mut found = [0; 3];
            Compare(&one, &other, &mut found[0]).run::<Portable>();
            vectorised(Compare(&one, &other, &mut found[1]));
            found[2] = bits;
            if x86::has_avx2() {
                // SAFETY: the processor has just said that it knows these instructions.
                unsafe { x86::avx2(Compare(&one, &other, &mut found[2])) };
            }
            assert_eq!(found, [bits; 3]);
        }
    }
}
