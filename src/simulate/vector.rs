//! Runs a piece of code compiled for the best vector instructions that the machine has.
//!
//! The code is the same plain Rust for all of them: additions, multiplications, square roots and comparisons
//! of lanes, which every instruction set rounds alike, so that the bits do not depend on the machine. Fused
//! operations, which round once instead of twice, are left out: the compiler never makes them by itself.

#![expect(
    unsafe_code,
    reason = "a function compiled for an instruction set may be called only where it exists, and a hint takes a pointer"
)]

/// A piece of code. `run` must be `#[inline(always)]`, and so must whatever it calls in its loops.
pub(crate) trait Lanes {
    /// Runs it.
    fn run(self);
}

/// Runs `code` compiled for this machine's instruction set.
pub(crate) fn vectorised(code: impl Lanes) {
    #[cfg(target_arch = "x86_64")]
    {
        let counts_bits = is_x86_feature_detected!("popcnt");
        if counts_bits
            && is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512vl")
        {
            // SAFETY: the processor has just said that it knows these instructions.
            return unsafe { avx512(code) };
        }
        if counts_bits && is_x86_feature_detected!("avx2") {
            // SAFETY: as above.
            return unsafe { avx2(code) };
        }
    }
    code.run();
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx2,popcnt")]
fn avx512(code: impl Lanes) {
    code.run();
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,popcnt")]
fn avx2(code: impl Lanes) {
    code.run();
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
