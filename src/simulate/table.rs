//! Quantile functions as tables of polynomials, quick to look up.
//!
//! A word w stands for the probability u = (w + 1/2) / 2^32. It is folded at the middle: f = min(u, 1 - u).
//! Each side is cut into the 32 octaves of f (the binary exponent of f) and each octave into equal cells (the
//! first bits of the mantissa), so that both tails are resolved alike. A cell holds the cubic polynomial
//! through the exact quantiles at four places, Chebyshev's, stretched so that the outer two are the cell's
//! ends: neighbours meet, and the error, which is as large in the middle as anywhere, is known.
//!
//! Everything is in single precision, a part in 10^7: a cell is 16 bytes, so that a draw reads one line of the
//! cache. A table rises with the word to the last bit: only rising polynomials are kept, and rounding is a part
//! in 10^7 of what a cell rises where one step of f, of which 24 bits count, is a part in 10^6 of it.

use super::vector::{LOOKUPS, look_up};
use crate::stats::{Family, Side};

const DEGREE: usize = 3;

/// Coefficients, from the constant up, of the variable 0 <= r < 1 / cells of an octave.
type Cell = [f32; DEGREE + 1];

/// Octaves of a side: the words 0 to 2^31 - 1, each plus 1/2.
const OCTAVES: usize = 32;
/// log2 of the cells of an octave, at least and at most.
const LEAST_BITS: u32 = 3;
const MOST_BITS: u32 = 7;
/// Bits of a mantissa.
const MANTISSA: u32 = 23;
/// The least folded word plus 1/2, where the first octave begins.
const FIRST: u32 = 0.5_f32.to_bits();
/// The greatest folded word that is not rounded up to the next octave.
const INNERMOST: u32 = (1 << 31) - (1 << 7);

/// Relative error allowed.
const TOLERANCE: f64 = 5e-7;
/// Share of the median below which errors are not worth a larger table.
const NEGLIGIBLE: f64 = 1e-9;
/// Cells whose ends differ by less than this share of them are straight lines: single precision knows no more.
const FLAT: f64 = 1e-6;
/// Larger values could overflow in a sum.
const GREATEST: f64 = 1e30;

/// Places of the four quantiles, 0 to 1: (1 - cos((2i + 1) pi / 8) / cos(pi / 8)) / 2.
const NODES: [f64; DEGREE + 1] = [0.0, 0.292_893_218_813_452_5, 0.707_106_781_186_547_5, 1.0];

/// A quantile function.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// Cells of the lower side, then of the upper side, each from the tail inwards.
    cells: Vec<Cell>,
    /// log2 of the cells of an octave.
    bits: u32,
}

/// Where exact quantiles come from.
pub(super) enum Exact<'a> {
    /// A function of a side and the probability on it, at most 1/2.
    Closed(&'a (dyn Fn(Side, f64) -> f64 + Sync)),
    /// A distribution whose quantiles are found by search.
    Family(Family),
}

impl Table {
    /// The table with the fewest cells whose error is small enough.
    pub(super) fn new(exact: &Exact) -> Self {
        let enough = (LEAST_BITS..MOST_BITS).find_map(|bits| Self::with_bits(exact, bits, TOLERANCE));
        enough.unwrap_or_else(|| {
            // OK because no error is above an infinite tolerance.
            Self::with_bits(exact, MOST_BITS, f64::INFINITY).expect("the last table is good enough")
        })
    }

    /// The table with 2^`bits` cells in each octave; absent if its relative error is above `tolerance`.
    fn with_bits(exact: &Exact, bits: u32, tolerance: f64) -> Option<Self> {
        let side = |side| cells_of_side(exact, side, bits, tolerance);
        let (lower, upper) = rayon::join(|| side(Side::Lower), || side(Side::Upper));
        Some(Self { cells: [lower?, upper?].concat(), bits })
    }

    /// The quantile of a word.
    #[inline(always)]
    pub(super) fn value(&self, word: u32) -> f64 {
        let (index, r) = self.place(word);
        f64::from(evaluate(&self.cells[index as usize], r))
    }

    /// `low` + `scale` times the quantile of each word, for as many as both slices have.
    #[inline(always)]
    pub(super) fn fill(&self, low: f64, scale: f64, words: &[u32], out: &mut [f64]) {
        // Three passes over a few words that stay in registers and the nearest cache: only the one in the middle
        // looks up, so that the others work on several words at once.
        let (words, last_words) = words.as_chunks::<LOOKUPS>();
        let (out, last_out) = out.as_chunks_mut::<LOOKUPS>();
        for (words, out) in words.iter().zip(out) {
            let (mut places, mut rests) = ([0; LOOKUPS], [0.0; LOOKUPS]);
            for ((&word, place), rest) in words.iter().zip(&mut places).zip(&mut rests) {
                (*place, *rest) = self.place(word);
            }
            let [c0, c1, c2, c3] = look_up(&self.cells, &places);
            for (at, out) in out.iter_mut().enumerate() {
                let value = evaluate(&[c0[at], c1[at], c2[at], c3[at]], rests[at]);
                *out = low + scale * f64::from(value);
            }
        }
        for (&word, out) in last_words.iter().zip(last_out) {
            *out = low + scale * self.value(word);
        }
    }

    /// The cell of a word, and where in it.
    #[inline(always)]
    fn place(&self, word: u32) -> (u32, f32) {
        let upper = word >> 31;
        let folded = word ^ 0_u32.wrapping_sub(upper);
        let bits = (folded.min(INNERMOST) as f32 + 0.5).to_bits();
        let shift = MANTISSA - self.bits;
        let place = (bits - FIRST) >> shift;
        // The rest of the mantissa, as a number from 1 to 1 + 2^-bits.
        let rest = f32::from_bits((bits & ((1 << shift) - 1)) | 1.0_f32.to_bits());
        (place + (upper << (5 + self.bits)), rest - 1.0)
    }

    /// Memory of the cells [bytes].
    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        self.cells.len() * size_of::<Cell>()
    }
}

/// The polynomial at r. The constant is added last, so that rounding cannot make a rising polynomial fall.
#[inline(always)]
fn evaluate(c: &Cell, r: f32) -> f32 {
    c[0] + r * (c[1] + r * (c[2] + r * c[3]))
}

/// The cells of a side, 2^`bits` in each octave, from the tail inwards; absent if an error is above `tolerance`.
fn cells_of_side(exact: &Exact, side: Side, bits: u32, tolerance: f64) -> Option<Vec<Cell>> {
    let basis = basis(bits);
    let median = Walk::new(exact, Side::Lower).value();
    let mut cells = vec![[0.0; DEGREE + 1]; OCTAVES << bits];
    let mut walk = Walk::new(exact, side);
    let mut inner = median;
    for (place, kept) in cells.iter_mut().enumerate().rev() {
        // The first cell of an octave is the widest relative to f, and so the worst.
        let probed = place % (1 << bits) == 0;
        let (values, middle) = walk.cell(place, bits, inner, probed);
        let cell = fit(&values, &basis);
        let (ends, negligible) = (values[0].max(inner), NEGLIGIBLE * median.max(values[0]));
        let error = (f64::from(evaluate(&cell, 0.5 / (1 << bits) as f32)) - middle).abs();
        // Where values hardly differ, as a beta's do near 1, rounding decides whether they rise.
        let flat = (inner - values[0]).abs() <= FLAT * ends;
        let keep = !flat && rises(&cell, bits, side);
        let bad = probed && error > (tolerance * middle).max(negligible);
        if tolerance.is_finite() && (bad || !(keep || flat)) {
            return None;
        }
        *kept = if keep { cell } else { straight(&values, bits) };
        inner = values[0];
    }
    Some(cells)
}

/// Walks over the exact quantiles of a side from the median outwards.
struct Walk<'a> {
    exact: &'a Exact<'a>,
    side: Side,
    /// Where a search has come to: y, logarithm of the tail, and the derivatives of the one by the other.
    y: f64,
    ln_tail: f64,
    first: f64,
    second: f64,
}

impl<'a> Walk<'a> {
    fn new(exact: &'a Exact<'a>, side: Side) -> Self {
        let ln_tail = -std::f64::consts::LN_2;
        let mut walk = Self { exact, side, y: 0.0, ln_tail, first: 0.0, second: 0.0 };
        if let Exact::Family(family) = exact {
            walk.y = family.solve(side, ln_tail, family.start(side, 0.5));
            (_, walk.first, walk.second) = family.step(side, ln_tail, walk.y);
        }
        walk
    }

    /// The quantile where it has come to.
    fn value(&self) -> f64 {
        match self.exact {
            Exact::Closed(quantile) => quantile(self.side, 0.5),
            Exact::Family(family) => family.value(self.y),
        }
    }

    /// The quantile at a probability `tail` on this side.
    fn at(&mut self, tail: f64) -> f64 {
        let value = match self.exact {
            Exact::Closed(quantile) => quantile(self.side, tail),
            Exact::Family(family) => {
                let ln_tail = libm::log(tail);
                let far = ln_tail - self.ln_tail;
                let mut y = self.y + far * (self.first + far * self.second / 2.0);
                loop {
                    let (next, first, second) = family.step(self.side, ln_tail, y);
                    let moved = (next - y).abs();
                    (y, self.first, self.second) = (next, first, second);
                    // The error after a step is about the cube of the step.
                    if moved < 2e-4 {
                        break;
                    }
                }
                (self.y, self.ln_tail) = (y, ln_tail);
                family.value(y)
            }
        };
        value.min(GREATEST)
    }

    /// The quantiles at the nodes of a cell, of which the innermost is known, and where it is `probed` the one
    /// in the middle.
    fn cell(&mut self, place: usize, bits: u32, inner: f64, probed: bool) -> ([f64; DEGREE + 1], f64) {
        let edge = |place: usize| {
            f64::from(f32::from_bits(((place as u32) << (MANTISSA - bits)) + FIRST)) / 4_294_967_296.0
        };
        let (start, width) = (edge(place), edge(place + 1) - edge(place));
        let mut values = [inner; DEGREE + 1];
        let mut middle = inner;
        for node in (0..DEGREE).rev() {
            if probed && node == DEGREE / 2 {
                middle = self.at(start + width / 2.0);
            }
            values[node] = self.at(start + width * NODES[node]);
        }
        (values, middle)
    }
}

/// Coefficients of the polynomials that are 1 at one node and 0 at the others, in the variable r.
fn basis(bits: u32) -> [[f64; DEGREE + 1]; DEGREE + 1] {
    let mut basis = [[0.0; DEGREE + 1]; DEGREE + 1];
    for (polynomial, node) in basis.iter_mut().zip(NODES) {
        polynomial[0] = 1.0;
        for other in NODES.into_iter().filter(|&other| other != node) {
            // Times (t - other) / (node - other).
            for power in (0..=DEGREE).rev() {
                let lower = if power == 0 { 0.0 } else { polynomial[power - 1] };
                polynomial[power] = (lower - other * polynomial[power]) / (node - other);
            }
        }
        let mut scale = 1.0;
        for coefficient in polynomial {
            *coefficient *= scale;
            scale *= f64::from(1 << bits);
        }
    }
    basis
}

/// The polynomial through the values at the nodes.
fn fit(values: &[f64; DEGREE + 1], basis: &[[f64; DEGREE + 1]; DEGREE + 1]) -> Cell {
    let ends = ends(values);
    let mut cell = [0.0; DEGREE + 1];
    for (place, (value, polynomial)) in values.iter().zip(basis).enumerate() {
        // Differences, so that what a cell rises is exact however far from zero it lies; at the ends those of the
        // rounded values, so that neighbours meet to the last bit.
        let above = if place == DEGREE { ends[1] - ends[0] } else { value - values[0] };
        for (sum, coefficient) in cell.iter_mut().zip(polynomial) {
            *sum += above * coefficient;
        }
    }
    cell[0] = ends[0];
    cell.map(|coefficient| coefficient as f32)
}

/// The values at both ends in single precision.
fn ends(values: &[f64; DEGREE + 1]) -> [f64; 2] {
    [values[0], values[DEGREE]].map(|value| f64::from(value as f32))
}

/// The line from the first value to the last.
fn straight(values: &[f64; DEGREE + 1], bits: u32) -> Cell {
    let [first, last] = ends(values);
    [first as f32, ((last - first) * f64::from(1 << bits)) as f32, 0.0, 0.0]
}

/// True if the polynomial rises towards the upper tail all over its cell.
fn rises(c: &Cell, bits: u32, side: Side) -> bool {
    let slope = |r: f32| c[1] + r * (2.0 * c[2] + r * 3.0 * c[3]);
    let toward = if side == Side::Lower { 1.0 } else { -1.0 };
    (0..=8_u16).all(|eighth| slope(f32::from(eighth) / (8 << bits) as f32) * toward >= 0.0)
}
