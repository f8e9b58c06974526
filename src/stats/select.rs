//! Some order statistics of a sample, without sorting it all.

use super::bins::Bins;
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

/// The quantiles of these ascending probabilities of a column, which stays as it is.
///
/// The numbers of values by bin say which bins hold the quantiles; the few values of those are gathered.
///
/// # Panics
/// When there are no values.
#[must_use]
pub fn column_quantiles(column: &[f32], probabilities: &[f64]) -> Vec<f64> {
    /// Values that are looked at together: of most of them, none is in a bin that holds a quantile.
    const LANES: usize = 16;
    let bins = Bins::new(column, 2048);
    let places = bins.of(column);
    let counts = bins.count(&places);
    let (mut before, mut at) = (0, 0);
    let pick = |&probability: &f64| {
        let place = quantile_index(column.len(), probability);
        while before + counts[at] as usize <= place {
            before += counts[at] as usize;
            at += 1;
        }
        let mut gathered = Vec::with_capacity(counts[at] as usize);
        for (values, bins) in column.chunks(LANES).zip(places.chunks(LANES)) {
            if bins.iter().map(|&bin| u16::from(bin == at as u16)).sum::<u16>() > 0 {
                let inside = values.iter().zip(bins).filter(|(_, bin)| **bin == at as u16);
                gathered.extend(inside.map(|(value, _)| *value));
            }
        }
        f64::from(*gathered.select_nth_unstable_by(place - before, f32::total_cmp).1)
    };
    probabilities.iter().map(pick).collect()
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
                prop_oneof![-9.0..9.0_f32, 4.0..4.001_f32, Just(f32::INFINITY), Just(4.0), Just(0.0), Just(-0.0)], 1..300),
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
