//! What a grid says, and that a race says the same.

use super::*;
use crate::analyse::{Objective, Threshold};
use crate::model::Builder;
use crate::rng::{Purpose, Stream};
use crate::stats;

fn question(sizes: &[u32], iterations: u32) -> Question {
    let axis = |(i, size): (usize, &u32)| Axis {
        name: format!("axis{i}"),
        values: (1..=*size).map(|value| value.to_string()).collect(),
    };
    Question {
        axes: sizes.iter().enumerate().map(axis).collect(),
        rule: Rule { objective: Objective::Percentile(80), threshold: Threshold::Hours(0.5) },
        wish: None,
        budget: None,
        iterations,
        seed: 1,
        finalists: 1000,
        search: None,
    }
}

fn trial(values: [u32; 2], hours: f64, cost: f64) -> Trial {
    Trial {
        values: values.map(|v| v.to_string()).to_vec(),
        agents: values.iter().sum::<u32>() as usize,
        assigned: None,
        finish: (0..500).map(|i| hours + f64::from(i % 7)).collect(),
        cost: vec![cost; 500],
        wish: Some(Estimate { value: 1.0 / hours, low: 0.0, high: 1.0 }),
        bottleneck: Bottleneck::default(),
    }
}

#[test]
fn the_path_takes_the_best_step_and_ends_at_the_knee() {
    let trials = [
        trial([1, 1], 50.0, 10.0),
        trial([1, 2], 45.0, 12.0),
        trial([2, 1], 30.0, 11.0),
        trial([2, 2], 29.9, 13.0),
    ];
    let question = question(&[2, 2], 500);
    let grid = Grid::new(&question, &trials);
    let path = grid.path().expect("all are simulated in full");
    let places: Vec<(usize, usize, usize)> = path.iter().map(|step| (step.axis, step.from, step.to)).collect();
    assert_eq!(places, [(0, 0, 2)], "the second step saves less than the threshold");
    let per_cost = path[0].hours_per_cost().expect("it saves and it costs");
    assert!((per_cost.value - 20.0).abs() < 1e-9, "20 hours for 1: {per_cost:?}");
    let pareto: Vec<bool> = grid.combinations().iter().map(|c| c.pareto).collect();
    assert_eq!(pareto, [true, false, true, true]);
}

#[test]
fn what_never_finishes_either_way_is_the_same() {
    let never = |values| Trial { finish: vec![f64::INFINITY; 500], ..trial(values, 1.0, 1.0) };
    let trials = [never([1, 1]), never([1, 2]), trial([2, 1], 9.0, 1.0), never([2, 2])];
    let question = question(&[2, 2], 500);
    let verdicts: Vec<Verdict> = Grid::new(&question, &trials).steps(0).iter().map(|step| step.verdict).collect();
    assert_eq!(verdicts, [Verdict::Better, Verdict::Same]);
}

#[test]
fn the_front_and_its_word_leave_out_what_a_race_left_behind() {
    // On fewer iterations the same cost comes to another sum.
    let behind = Trial { finish: vec![70.0; 200], cost: vec![5.5; 200], ..trial([2, 2], 1.0, 1.0) };
    let trials = [trial([1, 1], 50.0, 5.0), trial([1, 2], 40.0, 5.0), trial([2, 1], 45.0, 5.0), behind];
    let staffing = |trials: &[Trial]| staffing(&Builder::new().build(), question(&[2, 2], 500), trials).expense;
    assert_eq!(staffing(&trials), Expense::Agents);
    let dearer = [trial([1, 1], 50.0, 5.0), trial([1, 2], 40.0, 6.0), trial([2, 1], 45.0, 5.0), trials[3].clone()];
    assert_eq!(staffing(&dearer), Expense::Cost);
}

#[test]
fn the_cheapest_that_is_good_enough_is_found() {
    let trials =
        [trial([1, 1], 50.0, 5.0), trial([1, 2], 20.0, 5.0), trial([2, 1], 10.0, 5.0), trial([2, 2], 10.0, 5.0)];
    let cheapest = |at_least: f64| {
        let question =
            Question { wish: Some(Wish { id: "finish".to_owned(), at_least }), ..question(&[2, 2], 500) };
        let grid = Grid::new(&question, &trials);
        grid.cheapest(&grid.combinations())
    };
    assert_eq!(cheapest(0.05), Some(1), "at equal cost the agents count, and the first of equals");
    assert_eq!(cheapest(0.1), Some(2));
    assert_eq!(cheapest(0.5), None);
}

#[test]
fn an_hour_per_cost_is_as_unsure_as_both_its_parts() {
    let step = Step {
        axis: 0,
        from: 0,
        to: 1,
        finish: Some(Estimate { value: -10.0, low: -12.0, high: -8.0 }),
        cost: Some(Estimate { value: 5.0, low: 4.0, high: 6.0 }),
        verdict: Verdict::Better,
    };
    let per_cost = step.hours_per_cost().expect("it saves and it costs");
    assert_eq!((per_cost.value, per_cost.low, per_cost.high), (2.0, 8.0 / 6.0, 3.0));
    let free = Step { cost: Some(Estimate { value: 1.0, low: -1.0, high: 3.0 }), ..step };
    assert_eq!(free.hours_per_cost(), None, "noise may hide that it costs nothing");
}

/// Three kinds of work side by side, each shared evenly by the agents of its kind: more of them are never later.
struct Teams {
    question: Question,
    /// Mean hours of each kind.
    work: [f64; 3],
    /// Cost of an agent of each kind.
    rates: [f64; 3],
    spent: std::cell::Cell<u64>,
}

impl Teams {
    fn new(question: Question, seed: u64) -> Self {
        let draw = |key: u64| Stream::new(seed, key, Purpose::Search, 0).unit(0);
        let three = |first: u64, low: f64| [0, 1, 2].map(|kind| low * (1.0 + 3.0 * draw(first + kind)));
        Self {
            question: Question { seed, ..question },
            work: three(1, 50.0),
            rates: three(4, 1.0),
            spent: 0.into(),
        }
    }

    fn simulate(&self, place: usize, iterations: u32) -> Trial {
        self.spent.set(self.spent.get() + u64::from(iterations));
        let values = self.question.values(place);
        let agents: Vec<f64> = values.iter().map(|value| value.parse().expect("a number")).collect();
        let finish = |i: u32| {
            let hours = |kind: usize| {
                let luck = Stream::new(self.question.seed, 10 + kind as u64, Purpose::Effort, 0).unit(i);
                self.work[kind] * (0.5 + luck) / agents[kind]
            };
            hours(0).max(hours(1)).max(hours(2))
        };
        let finish: Vec<f64> = (0..iterations).map(finish).collect();
        let cost: f64 = agents.iter().zip(self.rates).map(|(count, rate)| count * rate).sum();
        let due = 60.0;
        let hits = finish.iter().filter(|hours| **hours <= due).count();
        Trial {
            values,
            agents: agents.iter().sum::<f64>() as usize,
            assigned: None,
            cost: vec![cost; iterations as usize],
            wish: Some(stats::proportion(hits, iterations as usize)),
            finish,
            bottleneck: Bottleneck::default(),
        }
    }

    fn found(&self, finalists: usize) -> (Staffing, u64) {
        let question = Question { finalists, ..self.question.clone() };
        self.spent.set(0);
        let trials = race(&question, |place, iterations| Ok::<_, ()>(self.simulate(place, iterations)));
        let instance = crate::model::Builder::new().build();
        (staffing(&instance, question, &trials.expect("no errors")), self.spent.get())
    }
}

/// Places on the front, the place of the least P80, the path's places, the cheapest that reaches the wish.
type Answer = (Vec<usize>, Option<usize>, Vec<usize>, Option<usize>);

fn answer(staffing: &Staffing) -> Answer {
    let all = staffing.combinations.iter().enumerate().filter(|(_, c)| c.in_full && c.affordable);
    let best = all.clone().min_by(|(_, a), (_, b)| a.finish.unwrap().total_cmp(&b.finish.unwrap()));
    let front = all.filter(|(_, c)| c.pareto).map(|(place, _)| place).collect();
    (front, best.map(|(place, _)| place), staffing.path.iter().map(|step| step.to).collect(), staffing.cheapest)
}

#[test]
fn a_race_finds_what_the_whole_grid_finds_with_a_part_of_its_iterations() {
    for seed in 1..=20 {
        let wish = Some(Wish { id: "finish".to_owned(), at_least: 0.8 });
        let budget = (seed % 2 == 0).then_some(30.0);
        let teams = Teams::new(Question { wish, budget, ..question(&[7, 6, 5], 2000) }, seed);
        let (whole, all) = teams.found(1000);
        let (raced, spent) = teams.found(25);
        assert_eq!(answer(&raced), answer(&whole), "seed {seed}");
        assert_eq!(all, 210 * 2000);
        assert!(2 * spent < all, "seed {seed}: {spent} of {all}");
        // What both simulated in full has the same numbers.
        let full = raced.combinations.iter().zip(&whole.combinations).filter(|(a, _)| a.in_full);
        assert!(full.clone().count() >= 25);
        for (a, b) in full {
            assert_eq!(a, b, "seed {seed}");
        }
    }
}

#[test]
fn points_lie_behind_as_many_fronts_as_hold_somebody_better() {
    let fronts = |points: &[(f64, f64)]| grid::behind(points).iter().map(|b| b.fronts).collect::<Vec<_>>();
    assert_eq!(fronts(&[(1.0, 5.0), (2.0, 3.0), (2.0, 4.0), (3.0, 3.0), (3.0, 5.0)]), [0, 0, 1, 1, 2]);
    assert_eq!(fronts(&[(1.0, 2.0), (1.0, 2.0)]), [0, 1], "of equals the first");
    let gaps: Vec<f64> =
        grid::behind(&[(1.0, 5.0), (2.0, 7.5), (3.0, f64::INFINITY)]).iter().map(|b| b.gap).collect();
    assert_eq!(gaps, [0.0, 2.5, f64::INFINITY]);
}
