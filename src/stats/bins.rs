//! Bins of a sample: what falls where, without sorting.

/// Bins of equal shares of the bits of a float between the least and the greatest finite value of a sample, and so
/// as fine for small values as for great ones; one more for infinity.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bins {
    low: u32,
    high: u32,
    shift: u32,
    infinite: u16,
}

impl Bins {
    /// No more than `most` bins for finite values, and at least half as many where the values differ enough.
    pub(super) fn new(values: &[f32], most: u16) -> Self {
        let (low, high) = bounds(values);
        // Bits of nothing finite at all are those of one value.
        let (low, high) = if low <= high { (low, high) } else { (f32::MAX, f32::MAX) };
        // The zero that is less than zero in bits only.
        let low = rising_bits(if low == 0.0 { -0.0 } else { low });
        let high = rising_bits(if high == 0.0 { 0.0 } else { high });
        let mut shift = 0;
        while (high - low) >> shift >= u32::from(most) {
            shift += 1;
        }
        Self { low, high, shift, infinite: most }
    }

    /// True if a bin holds equal values only.
    pub(super) fn are_exact(&self) -> bool {
        self.shift == 0
    }

    /// The bin of each of the values that the bins were made for.
    pub(super) fn of(&self, values: &[f32]) -> Vec<u16> {
        let bin = |&value: &f32| {
            let bits = rising_bits(value);
            if bits > self.high { self.infinite } else { ((bits - self.low) >> self.shift) as u16 }
        };
        values.iter().map(bin).collect()
    }

    /// How many of these fall into each bin.
    pub(super) fn count(&self, bins: &[u16]) -> Vec<u32> {
        let mut counts = vec![0; usize::from(self.infinite) + 1];
        for &bin in bins {
            counts[usize::from(bin)] += 1;
        }
        counts
    }
}

/// Bits that rise with the value.
#[inline]
pub(super) fn rising_bits(value: f32) -> u32 {
    let bits = value.to_bits();
    bits ^ ((bits as i32 >> 31) as u32 | 1 << 31)
}

/// The least value, and the greatest finite one.
fn bounds(values: &[f32]) -> (f32, f32) {
    const LANES: usize = 16;
    let (mut low, mut high) = ([f32::INFINITY; LANES], [f32::NEG_INFINITY; LANES]);
    let (lanes, rest) = values.as_chunks::<LANES>();
    let mut last = [f32::INFINITY; LANES];
    last[..rest.len()].copy_from_slice(rest);
    for lanes in lanes.iter().chain([&last]) {
        for ((low, high), &value) in low.iter_mut().zip(&mut high).zip(lanes) {
            *low = if value < *low { value } else { *low };
            let finite = if value < f32::INFINITY { value } else { f32::NEG_INFINITY };
            *high = if finite > *high { finite } else { *high };
        }
    }
    (low.into_iter().fold(f32::INFINITY, f32::min), high.into_iter().fold(f32::NEG_INFINITY, f32::max))
}
