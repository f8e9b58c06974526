//! Grids too large to simulate in full: all combinations begin with few iterations, and round after round those
//! that lie furthest behind are left and the others get four times as many, until the finalists have all.
//!
//! Successive halving (Z. Karnin, T. Koren & O. Somekh 2013, "Almost optimal exploration in multi-armed
//! bandits"), with fronts in the place of ranks: who lies on the front of finish and expense, or of the wish and
//! expense, goes on. All share their luck, so that few iterations tell much; the iterations of a round are the
//! first ones of the next, so that a finalist has the numbers that it has without a race.

use super::grid::{Grid, behind};
use super::{Question, Trial};

/// How much fewer combinations, and how many more iterations, a round has than the one before.
const RATIO: u32 = 4;
/// Least iterations of the first round: fewer say nothing of a P80.
const LEAST: u32 = 100;

/// A part of a race.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Round {
    /// Combinations that take part; more if the front holds more.
    places: usize,
    /// Iterations of each.
    iterations: u32,
}

/// The rounds of a race, the last with all iterations for the finalists.
fn rounds(count: usize, finalists: usize, iterations: u32) -> Vec<Round> {
    let mut rounds = vec![Round { places: finalists.clamp(1, count.max(1)), iterations }];
    while rounds[0].places < count {
        let fewer = rounds[0].iterations / RATIO;
        let more = rounds[0].places.saturating_mul(RATIO as usize).min(count);
        let is_first = fewer / RATIO < LEAST;
        let round =
            Round { places: if is_first { count } else { more }, iterations: fewer.max(LEAST).min(iterations) };
        rounds.insert(0, round);
    }
    rounds
}

/// Iterations that a race takes, with the schedules of searches for assignments, as far as known before.
#[must_use]
pub fn race_length(question: &Question) -> u64 {
    let rounds = rounds(question.count().unwrap_or(0), question.finalists, question.iterations);
    let each = |round: &Round| u64::from(round.iterations) + question.search.unwrap_or(0);
    rounds.iter().map(|round| round.places as u64 * each(round)).sum()
}

/// All combinations, by place, those that may be best with all iterations. `simulate` runs the combination at a
/// place: so many iterations, of which fewer are the first of more.
///
/// The first combination and all that the path to the knee touches are simulated in full.
///
/// # Errors
/// The first error of `simulate`.
pub fn race<E>(
    question: &Question,
    mut simulate: impl FnMut(usize, u32) -> Result<Trial, E>,
) -> Result<Vec<Trial>, E> {
    let count = question.count().unwrap_or(0);
    let mut trials: Vec<Trial> = Vec::with_capacity(count);
    let mut running: Vec<usize> = (0..count).collect();
    for round in rounds(count, question.finalists, question.iterations) {
        if !trials.is_empty() {
            running = survivors(question, &trials, &running, round.places);
        }
        for &place in &running {
            let trial = simulate(place, round.iterations)?;
            match trials.get_mut(place) {
                Some(slot) => *slot = trial,
                // OK because all take part in the first round, in order.
                None => trials.push(trial),
            }
        }
    }
    while let Err(missing) = Grid::new(question, &trials).path() {
        for place in missing {
            trials[place] = simulate(place, question.iterations)?;
        }
    }
    Ok(trials)
}

/// Who goes on: the first combination, all on a front, and of the others the nearest to it, up to `most`; by
/// place.
fn survivors(question: &Question, trials: &[Trial], running: &[usize], most: usize) -> Vec<usize> {
    let objective = question.rule.objective;
    let (_, expenses) = Grid::new(question, trials).expenses(running);
    let finish = running.iter().map(|&place| objective.of(&trials[place].finish).unwrap_or(f64::INFINITY));
    let points: Vec<(f64, f64)> = expenses.iter().copied().zip(finish).collect();
    let mut found = behind(&points);
    if question.wish.is_some() {
        let share = running.iter().map(|&place| trials[place].wish.map_or(0.0, |share| -share.value));
        let points: Vec<(f64, f64)> = expenses.iter().copied().zip(share).collect();
        for (behind, other) in found.iter_mut().zip(behind(&points)) {
            behind.fronts = behind.fronts.min(other.fronts);
        }
    }
    let mut order: Vec<(usize, f64, usize)> = Vec::new();
    for (behind, &place) in found.iter().zip(running) {
        let fronts = match place {
            0 => 0,
            _ if may_be_affordable(question, &trials[place]) => behind.fronts,
            _ => usize::MAX,
        };
        order.push((fronts, behind.gap, place));
    }
    order.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
    let on_a_front = order.iter().take_while(|(fronts, ..)| *fronts == 0).count();
    let mut survivors: Vec<usize> = order.iter().take(most.max(on_a_front)).map(|(.., place)| *place).collect();
    survivors.sort_unstable();
    survivors
}

/// False if its cost lies beyond the budget and noise.
fn may_be_affordable(question: &Question, trial: &Trial) -> bool {
    let Some(budget) = question.budget else { return true };
    let objective = question.rule.objective;
    let least = objective.interval(&trial.cost).map(|(low, _)| low).or(objective.of(&trial.cost));
    least.is_some_and(|least| least <= budget)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_race_begins_with_everybody_and_ends_with_the_finalists() {
        let places = |count, finalists, iterations| {
            rounds(count, finalists, iterations).iter().map(|r| (r.places, r.iterations)).collect::<Vec<_>>()
        };
        assert_eq!(places(1296, 200, 10_000), [(1296, 625), (800, 2500), (200, 10_000)]);
        assert_eq!(places(20_000, 200, 10_000), [(20_000, 156), (3200, 625), (800, 2500), (200, 10_000)]);
        assert_eq!(places(100, 200, 10_000), [(100, 10_000)], "nobody has to go");
        assert_eq!(places(100, 10, 50), [(100, 50), (10, 50)], "never more than are asked for");
    }
}
