//! Quantile functions as tables of polynomials, quick to look up.
//!
//! A word w stands for the probability u = (w + 1/2) / 2^32. It is folded at the middle: f = min(u, 1 - u).
//! Each side is cut into the 32 octaves of f (the binary exponent of f) and each octave into equal cells (the
//! first bits of the mantissa), so that both tails are resolved alike. A cell holds the polynomial of degree 5
//! through the exact quantiles at six places, Chebyshev's, stretched so that the outer two are the cell's
//! ends: neighbours meet, and the error, which is largest in the middle, is known.
//!
//! A table rises with the word to the last bit: only rising polynomials are kept, and rounding is a part in
//! 10^14 of what a cell rises where one step of the word is a part in 10^9 of it.

use crate::stats::{Family, Side};

const DEGREE: usize = 5;

/// Coefficients, from the constant up, of the variable 0 <= r < 1 / cells of an octave.
type Cell = [f64; DEGREE + 1];

/// Octaves of a side: the words 0 to 2^31 - 1, each plus 1/2.
const OCTAVES: usize = 32;
/// log2 of the cells of an octave, at least and at most.
const LEAST_BITS: u32 = 1;
const MOST_BITS: u32 = 6;
/// Bits of a mantissa.
const MANTISSA: u32 = 52;
/// The least folded word plus 1/2, where the first octave begins.
const FIRST: u64 = 0.5_f64.to_bits();

/// Relative error allowed.
const TOLERANCE: f64 = 5e-7;
/// Share of the median below which errors are not worth a larger table.
const NEGLIGIBLE: f64 = 1e-9;
/// Larger values could overflow in a sum.
const GREATEST: f64 = 1e200;

/// Places of the six quantiles, 0 to 1: (1 - cos((2i + 1) pi / 12) / cos(pi / 12)) / 2.
const NODES: [f64; DEGREE + 1] = [
    0.0,
    0.133_974_596_215_561_35,
    0.366_025_403_784_438_65,
    0.633_974_596_215_561_4,
    0.866_025_403_784_438_6,
    1.0,
];

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
    Closed(&'a dyn Fn(Side, f64) -> f64),
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
        let on_side = OCTAVES << bits;
        let basis = basis(bits);
        let median = Walk::new(exact, Side::Lower).value();
        let mut cells = vec![[0.0; DEGREE + 1]; 2 * on_side];
        for side in [Side::Lower, Side::Upper] {
            let offset = if side == Side::Lower { 0 } else { on_side };
            let mut walk = Walk::new(exact, side);
            let mut inner = median;
            for place in (0..on_side).rev() {
                // The first cell of an octave is the widest relative to f, and so the worst.
                let probed = place % (1 << bits) == 0;
                let (values, middle) = walk.cell(place, bits, inner, probed);
                let cell = fit(&values, &basis);
                let (ends, negligible) = (values[0].max(inner), NEGLIGIBLE * median.max(values[0]));
                let error = (evaluate(&cell, 0.5 / f64::from(1 << bits)) - middle).abs();
                // Where values hardly differ, as a beta's do near 1, rounding decides whether they rise.
                let flat = (inner - values[0]).abs() <= NEGLIGIBLE * ends;
                let keep = !flat && rises(&cell, bits, side);
                let bad = probed && error > (tolerance * middle).max(negligible);
                if tolerance.is_finite() && (bad || !(keep || flat)) {
                    return None;
                }
                cells[offset + place] = if keep { cell } else { straight(&values, bits) };
                inner = values[0];
            }
        }
        Some(Self { cells, bits })
    }

    /// The quantile of a word.
    #[inline(always)]
    pub(super) fn value(&self, word: u32) -> f64 {
        let (index, r) = self.place(word);
        evaluate(&self.cells[index as usize], r)
    }

    /// `low` + `scale` times the quantile of each word, for as many as both slices have.
    #[inline(always)]
    pub(super) fn fill(&self, low: f64, scale: f64, words: &[u32], out: &mut [f64]) {
        // Two passes over a block that stays in registers and the nearest cache: the first has no look-ups,
        // so that it works on several words at once.
        const BLOCK: usize = 64;
        let (mut indices, mut rests) = ([0; BLOCK], [0.0; BLOCK]);
        for (words, out) in words.chunks(BLOCK).zip(out.chunks_mut(BLOCK)) {
            for ((&word, index), rest) in words.iter().zip(&mut indices).zip(&mut rests) {
                (*index, *rest) = self.place(word);
            }
            for ((out, &index), &rest) in out.iter_mut().zip(&indices).zip(&rests) {
                *out = low + scale * evaluate(&self.cells[index as usize], rest);
            }
        }
    }

    /// The cell of a word, and where in it.
    #[inline(always)]
    fn place(&self, word: u32) -> (u32, f64) {
        let upper = word >> 31;
        let folded = word ^ 0_u32.wrapping_sub(upper);
        let bits = (f64::from(folded) + 0.5).to_bits();
        let shift = MANTISSA - self.bits;
        let place = ((bits - FIRST) >> shift) as u32;
        // The rest of the mantissa, as a number from 1 to 1 + 2^-bits.
        let rest = f64::from_bits((bits & ((1 << shift) - 1)) | 1.0_f64.to_bits());
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
fn evaluate(c: &Cell, r: f64) -> f64 {
    c[0] + r * (c[1] + r * (c[2] + r * (c[3] + r * (c[4] + r * c[5]))))
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
        let edge = |place: usize| f64::from_bits(((place as u64) << (MANTISSA - bits)) + FIRST) / 4_294_967_296.0;
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
fn basis(bits: u32) -> [Cell; DEGREE + 1] {
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
fn fit(values: &[f64; DEGREE + 1], basis: &[Cell; DEGREE + 1]) -> Cell {
    let mut cell = [0.0; DEGREE + 1];
    for (value, polynomial) in values.iter().zip(basis) {
        // Differences, so that what a cell rises is exact however far from zero it lies.
        let above = value - values[0];
        for (sum, coefficient) in cell.iter_mut().zip(polynomial) {
            *sum += above * coefficient;
        }
    }
    cell[0] = values[0];
    cell
}

/// The line from the first value to the last.
fn straight(values: &[f64; DEGREE + 1], bits: u32) -> Cell {
    [values[0], (values[DEGREE] - values[0]) * f64::from(1 << bits), 0.0, 0.0, 0.0, 0.0]
}

/// True if the polynomial rises towards the upper tail all over its cell.
fn rises(c: &Cell, bits: u32, side: Side) -> bool {
    let slope = |r: f64| c[1] + r * (2.0 * c[2] + r * (3.0 * c[3] + r * (4.0 * c[4] + r * 5.0 * c[5])));
    let toward = if side == Side::Lower { 1.0 } else { -1.0 };
    (0..=8).all(|eighth| slope(f64::from(eighth) / f64::from(8 << bits)) * toward >= 0.0)
}
