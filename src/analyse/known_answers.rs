//! Tests of the statistics against a network whose outcomes can be counted: five tasks, 32 outcomes.
//!
//! Durations (hours, probability): A 3|5 (1/2, 1/2); B 4|8 (3/4, 1/4); C 2|6 (1/2, 1/2) after A; D 5|6
//! (2/3, 1/3) after A; E 1|4 (4/5, 1/5) after B and C. All probabilities are multiples of 1/240, so that 240
//! iterations hold every outcome as often as it should be.

use super::*;
use crate::model::{Builder, Distribution, Instance};
use crate::schedule;
use crate::simulate::{AgentOutcome, LevelOutcome, TaskOutcome, Times};
use crate::stats;

fn instance() -> Instance {
    let mut plan = Builder::new();
    let samples = |values: &[f64]| Distribution::Samples(values.to_vec());
    plan.elapsed("A", samples(&[3.0, 5.0]));
    plan.elapsed("B", samples(&[4.0, 4.0, 4.0, 8.0]));
    plan.elapsed("C", samples(&[2.0, 6.0])).after("A");
    plan.elapsed("D", samples(&[5.0, 5.0, 6.0])).after("A");
    plan.elapsed("E", samples(&[1.0, 1.0, 1.0, 1.0, 4.0])).after("B").after("C");
    plan.milestone("end", &["D", "E"]).due = Some(Ticks::from_hours(11.0));
    plan.build()
}

/// All 240 equally likely combinations of durations.
fn durations() -> Vec<[f64; 5]> {
    let mut all = Vec::new();
    for a in [3.0, 5.0] {
        for b in [4.0, 4.0, 4.0, 8.0] {
            for c in [2.0, 6.0] {
                for d in [5.0, 5.0, 6.0] {
                    for e in [1.0, 1.0, 1.0, 1.0, 4.0] {
                        all.push([a, b, c, d, e]);
                    }
                }
            }
        }
    }
    all
}

/// The outcomes of one iteration for each combination; a task is critical if it has no float in it.
fn outcomes() -> Outcomes {
    let all = durations();
    let mut outcomes = Outcomes {
        iterations: all.len() as u32,
        samples: all.len() as u32,
        tasks: vec![TaskOutcome::default(); 5],
        milestones: vec![Vec::new()],
        link_drives: vec![0; 6],
        ..Outcomes::default()
    };
    let mut times = vec![[Vec::new(), Vec::new()]; 5];
    for [a, b, c, d, e] in all {
        let start = [0.0, 0.0, a, a, b.max(a + c)];
        let finish = [a, b, a + c, a + d, start[4] + e];
        let end = finish[3].max(finish[4]);
        let latest_c = end - e;
        let latest_a = (latest_c - c).min(end - d);
        let float = [latest_a - a, latest_c - b, latest_c - finish[2], end - finish[3], end - finish[4]];
        outcomes.makespan.push(Ticks::from_hours(end));
        outcomes.milestones[0].push(Ticks::from_hours(end));
        outcomes.cost.push(100.0 * end);
        outcomes.all_due_met += u64::from(end <= 11.0);
        for (i, task) in outcomes.tasks.iter_mut().enumerate() {
            let float = if i == 0 { latest_a - a } else { float[i] };
            task.finished += 1;
            task.critical += u64::from(float == 0.0);
            task.start_total += i128::from(Ticks::from_hours(start[i]).0);
            task.finish_total += i128::from(Ticks::from_hours(finish[i]).0);
            times[i][0].push(start[i] as f32);
            times[i][1].push(finish[i] as f32);
        }
        outcomes.tasks[4].start_set_by[0] += 1;
        outcomes.link_drives[if b > a + c { 2 } else { 3 }] += 1;
    }
    outcomes.times = Times::of(&times);
    outcomes
}

fn forecast_of(instance: &Instance, outcomes: &Outcomes) -> Forecast {
    let path = schedule::critical_path(instance);
    let schedule = schedule::list_schedule(instance);
    forecast(instance, outcomes, &path, &schedule, &TimeSpent::default())
}

#[track_caller]
fn near(found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() <= tolerance, "{found}, expected {expected}");
}

/// By enumeration: P(M = 8, 9, 10, 11, 12, 13, 15) = 1/10, 11/80, 1/3, 5/48, 9/40, 1/20, 1/20.
#[test]
fn the_finish_has_the_moments_and_percentiles_of_the_enumeration() {
    let found = forecast_of(&instance(), &outcomes());
    let spread = &found.finish.spread;
    near(spread.mean.unwrap(), 637.0 / 60.0, 1e-12);
    // The sample's variance divides by one less.
    near(spread.sd.unwrap() * spread.sd.unwrap(), 10_301.0 / 3_600.0 * 240.0 / 239.0, 1e-12);
    let percentiles = [5, 10, 50, 80, 90, 95].map(|p| spread.percentile(p).value.unwrap());
    assert_eq!(percentiles, [8.0, 8.0, 10.0, 12.0, 12.0, 13.0]);
    near(found.finish.probability.unwrap(), 1.0 / 10.0 + 11.0 / 80.0 + 1.0 / 3.0 + 5.0 / 48.0, 1e-12);
    assert_eq!(found.milestones[0].finish.probability, found.all_due);
    near(found.deterministic.critical_path, 9.6, 1e-9);
    near(found.deterministic.schedule.unwrap(), 9.6, 1e-9);
    near(found.deterministic.probability.unwrap(), 1.0 / 10.0 + 11.0 / 80.0, 1e-12);
}

/// Criticality and SSI by enumeration; the correlations of durations and makespan (Pearson) too.
#[test]
fn tasks_have_the_indices_of_the_enumeration() {
    let found = forecast_of(&instance(), &outcomes());
    let makespans: Vec<f64> = outcomes().makespan.iter().map(|m| m.hours()).collect();
    let criticality = [113.0 / 120.0, 3.0 / 40.0, 23.0 / 40.0, 47.0 / 120.0, 13.0 / 20.0];
    let ssi = [0.556_684, 0.076_795, 0.679_844, 0.109_150, 0.461_112];
    let pearson = [0.556_684, 0.085_328, 0.581_316, 0.097_538, 0.482_788];
    for (i, task) in found.tasks.iter().enumerate() {
        near(task.criticality, criticality[i], 1e-12);
        near(task.ssi.unwrap(), ssi[i], 1e-6);
        let durations: Vec<f64> = durations().iter().map(|d| d[i]).collect();
        near(stats::correlation(&durations, &makespans).unwrap(), pearson[i], 1e-6);
        let spearman = stats::correlation(&stats::ranks(&durations), &stats::ranks(&makespans));
        near(task.cruciality.unwrap(), spearman.unwrap(), 1e-12);
    }
}

/// E[max(B, A + C)] = 8.25 + E[(B - A - C)+]: only B = 8 counts, against A + C = 5, 7, 9, 11, a quarter each.
#[test]
fn merge_bias_is_what_the_last_branch_is_later_than_the_latest_mean() {
    let found = forecast_of(&instance(), &outcomes());
    let bias = |id: &str| found.joins.iter().find(|join| join.id == id).unwrap().merge_bias.unwrap();
    near(bias("E"), 0.25 * (3.0 + 1.0) / 4.0, 1e-6);
    // E starts at 8 + 1/4 and takes 8/5 on average, which is later than D.
    let e_mean = 8.0 + 0.25 + 1.6;
    near(bias("end"), 637.0 / 60.0 - e_mean, 1e-5);
    assert_eq!(found.joins.len(), 2);
}

#[test]
fn what_set_a_start_is_told_by_shares_and_by_name() {
    let found = forecast_of(&instance(), &outcomes());
    assert_eq!(found.tasks[4].start_set_by.dependency, 1.0);
    let [c, b] = [found.tasks[4].drivers[0].clone(), found.tasks[4].drivers[1].clone()];
    assert_eq!((c.0.as_str(), b.0.as_str()), ("C", "B"));
    near(c.1, 1.0 - 0.25 * 0.5, 1e-12);
    near(b.1, 0.25 * 0.5, 1e-12);
}

#[test]
fn unfinished_iterations_are_infinite_and_leave_no_mean() {
    let mut outcomes = outcomes();
    for iteration in 0..60 {
        outcomes.makespan[iteration] = Ticks::NEVER;
        outcomes.milestones[0][iteration] = Ticks::NEVER;
    }
    let found = forecast_of(&instance(), &outcomes);
    assert_eq!(found.finish.spread.unfinished, 0.25);
    assert_eq!((found.finish.spread.mean, found.finish.spread.sd), (None, None));
    assert!(found.finish.spread.percentile(75).value.is_some());
    assert_eq!(found.finish.spread.percentile(80).value, None);
    assert_eq!(found.cost.spread.percentile(80).value, None, "the cost of an unfinished plan is not known");
    assert!(found.tasks[0].cruciality.is_some());
}

#[test]
fn copies_of_an_agent_count_as_one() {
    let mut plan = Builder::new();
    for copy in 0..2 {
        let agent = plan.agent("beta", &[("build", 1.0)]);
        (agent.copy, agent.name) = (copy, format!("Beta {}", copy + 1));
    }
    plan.agent("idle", &[]);
    let instance = plan.build();
    let hour = i128::from(crate::units::TICKS_PER_HOUR);
    let agent = |busy, reviewing, blocked| AgentOutcome {
        busy: busy * hour,
        reviewing: reviewing * hour,
        blocked: blocked * hour,
        available: 20 * hour,
        reviews: 4,
        review_waited: hour,
    };
    let outcomes = Outcomes {
        iterations: 2,
        makespan: vec![Ticks::from_hours(10.0); 2],
        agents: vec![agent(10, 4, 2), agent(2, 0, 0), AgentOutcome::default()],
        agent_waits: vec![6 * hour, 2 * hour, 0],
        ..Outcomes::default()
    };
    let found = team::agents(&instance, &outcomes);
    let beta = &found[0];
    assert_eq!((beta.name.as_str(), beta.count), ("Beta", 2));
    assert_eq!(beta.shares, Some(AgentShares { busy: 0.3, reviewing: 0.1, blocked: 0.05, idle: 0.55 }));
    assert_eq!((beta.hours, beta.waited_for), (8.0, 4.0));
    assert_eq!((beta.reviews, beta.review_wait), (4.0, Some(0.25)));
    assert_eq!(found[1].shares, None, "an agent who is never there has no shares");
}

#[test]
fn waits_at_a_level_are_of_the_tickets_it_handled() {
    let mut plan = Builder::new();
    plan.level("lead", 1.0, 1.0);
    let hour = i128::from(crate::units::TICKS_PER_HOUR);
    let outcomes = Outcomes {
        iterations: 4,
        makespan: vec![Ticks::from_hours(10.0); 4],
        levels: vec![LevelOutcome {
            tickets: 8,
            timed_out: 2,
            wait_total: 9 * hour,
            handling: 10 * hour,
            held: 12 * hour,
            available: 40 * hour,
            waits: vec![3.0, 1.0, 0.5, 2.0, 1.5, 1.0],
        }],
        ..Outcomes::default()
    };
    let level = &team::levels(&plan.build(), &outcomes)[0];
    assert_eq!((level.tickets, level.wait_mean, level.timed_out), (2.0, Some(1.5), Some(0.25)));
    assert_eq!((level.wait_p50, level.wait_p90), (Some(1.0), Some(3.0)));
    assert_eq!((level.utilisation, level.held), (0.25, 3.0));
}
