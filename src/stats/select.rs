//! Some order statistics of a sample, without sorting it all.

use super::quantile_index;

/// The order statistics at these ascending places (from 0), in less time than a full sort takes. The values
/// are left in another order.
///
/// # Panics
/// When a place is beyond the values.
#[must_use]
pub fn select(values: &mut [f64], places: &[usize]) -> Vec<f64> {
    let mut selected = vec![0.0; places.len()];
    select_into(values, places, 0, &mut selected);
    selected
}

/// The quantiles of these ascending probabilities, in less time than a full sort takes. The values are left in
/// another order.
///
/// # Panics
/// When there are no values.
#[must_use]
pub fn quantiles(values: &mut [f64], probabilities: &[f64]) -> Vec<f64> {
    let places: Vec<usize> = probabilities.iter().map(|&p| quantile_index(values.len(), p)).collect();
    select(values, &places)
}

/// The quantiles of these ascending probabilities of a column, which stays as it is; no more than 8 of them.
///
/// One pass counts how many values fall into each of 2048 bins, which says which bins hold the quantiles; a
/// second one gathers the few values of those.
///
/// # Panics
/// When there are no values, or more probabilities.
#[must_use]
pub fn column_quantiles(column: &[f32], probabilities: &[f64]) -> Vec<f64> {
    const BINS: usize = 2048;
    assert!(probabilities.len() <= 8, "at most 8 quantiles");
    let (low, high) = column.iter().fold((u32::MAX, 0), |(low, high), &value| {
        let bits = rising_bits(value);
        (low.min(bits), high.max(bits))
    });
    let mut shift = 0;
    while (high - low) >> shift >= BINS as u32 {
        shift += 1;
    }
    let bin = |value: f32| ((rising_bits(value) - low) >> shift) as usize;
    let mut counts = [0_usize; BINS];
    for &value in column {
        counts[bin(value)] += 1;
    }
    // Which of the gathered lists a bin's values go to; bins without a quantile have a list that is not read.
    let mut lists = [u8::MAX; BINS];
    let mut wanted: Vec<(usize, usize)> = Vec::with_capacity(probabilities.len());
    let (mut before, mut at) = (0, 0);
    for &p in probabilities {
        let place = quantile_index(column.len(), p);
        while before + counts[at] <= place {
            before += counts[at];
            at += 1;
        }
        if lists[at] == u8::MAX {
            lists[at] = wanted.len() as u8;
        }
        wanted.push((lists[at].into(), place - before));
    }
    let mut gathered = vec![Vec::new(); probabilities.len()];
    for &value in column {
        if let Some(list) = gathered.get_mut(usize::from(lists[bin(value)])) {
            list.push(value);
        }
    }
    let mut pick =
        |(list, place): (usize, usize)| f64::from(*gathered[list].select_nth_unstable_by(place, f32::total_cmp).1);
    wanted.into_iter().map(&mut pick).collect()
}

/// Bits that rise with the value.
#[inline]
pub(super) fn rising_bits(value: f32) -> u32 {
    let bits = value.to_bits();
    bits ^ ((bits as i32 >> 31) as u32 | 1 << 31)
}

/// Selects the middle place, then those below it among the values below it, and likewise above; `before` is
/// how many values of the whole come before these.
fn select_into(values: &mut [f64], places: &[usize], before: usize, selected: &mut [f64]) {
    let Some(&place) = places.get(places.len() / 2) else { return };
    let (below, value, above) = values.select_nth_unstable_by(place - before, f64::total_cmp);
    let first = places.partition_point(|&other| other < place);
    let last = places.partition_point(|&other| other <= place);
    selected[first..last].fill(*value);
    select_into(below, &places[..first], before, &mut selected[..first]);
    select_into(above, &places[last..], place + 1, &mut selected[last..]);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::stats::quantile;

    proptest! {
        #[test]
        fn selecting_gives_what_sorting_gives(
            mut values in prop::collection::vec(prop_oneof![0.0..9.0_f64, Just(f64::INFINITY), Just(4.0)], 1..80),
            mut probabilities in prop::collection::vec(0.0..=1.0_f64, 0..12),
        ) {
            probabilities.sort_unstable_by(f64::total_cmp);
            let mut sorted = values.clone();
            sorted.sort_unstable_by(f64::total_cmp);
            let expected: Vec<f64> = probabilities.iter().map(|&p| quantile(&sorted, p)).collect();
            prop_assert_eq!(quantiles(&mut values, &probabilities), expected);
        }

        #[test]
        fn counting_gives_what_sorting_gives(
            mut column in prop::collection::vec(
                prop_oneof![-9.0..9.0_f32, 4.0..4.001_f32, Just(f32::INFINITY), Just(4.0), Just(0.0)], 1..300),
            mut probabilities in prop::collection::vec(0.0..=1.0_f64, 0..8),
        ) {
            probabilities.sort_unstable_by(f64::total_cmp);
            let found = column_quantiles(&column, &probabilities);
            column.sort_unstable_by(f32::total_cmp);
            let sorted: Vec<f64> = column.iter().map(|&value| f64::from(value)).collect();
            let expected: Vec<f64> = probabilities.iter().map(|&p| quantile(&sorted, p)).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
