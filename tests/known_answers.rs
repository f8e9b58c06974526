//! The engine against exact results.

#[path = "support/exact.rs"]
mod exact;

use exact::{assert_mean, exponential, mean_and_error};
use plancast::model::{Builder, Instance, Priority};
use plancast::simulate::{Outcomes, Settings, run};
use plancast::units::Ticks;

const ITERATIONS: u32 = 40_000;

fn outcomes(instance: &Instance) -> Outcomes {
    run(instance, &Settings::new(ITERATIONS, 1), &|_| ())
}

fn hours(outcomes: &Outcomes) -> Vec<f64> {
    outcomes.makespan.iter().map(|m| m.hours()).collect()
}

/// Ten exponential waits in a row are Erlang distributed: mean 10 m, variance 10 m^2.
#[test]
fn a_chain_of_exponentials_is_erlang() {
    let mut plan = Builder::new();
    plan.elapsed("0", exponential(5.0));
    for i in 1..10 {
        plan.elapsed(&i.to_string(), exponential(5.0)).after(&(i - 1).to_string());
    }
    let found = hours(&outcomes(&plan.build()));
    assert_mean(&found, 50.0);
    let exact = 250.0_f64.sqrt();
    let sd = mean_and_error(&found).1 * f64::from(ITERATIONS).sqrt();
    // The kurtosis of a gamma of shape 10 is 3.6: var(sd) = sd^2 (3.6 - 1) / (4 n).
    assert!((sd - exact).abs() < 4.0 * exact * (2.6 / 4.0 / f64::from(ITERATIONS)).sqrt());
}

/// The maximum of n exponentials of mean m has mean m H_n.
#[test]
fn the_last_of_parallel_exponentials_follows_the_harmonic_numbers() {
    let mut plan = Builder::new();
    for i in 0..8 {
        plan.elapsed(&i.to_string(), exponential(3.0));
    }
    let harmonic: f64 = (1..=8).map(|i| 1.0 / f64::from(i)).sum();
    assert_mean(&hours(&outcomes(&plan.build())), 3.0 * harmonic);
}

#[test]
fn two_tasks_of_one_agent_follow_each_other() {
    let mut plan = Builder::new();
    plan.agent("a", &[("core", 1.0)]);
    plan.task("x", 2.0, "core");
    plan.task("y", 3.0, "core");
    let found = outcomes(&plan.build());
    assert!(found.makespan.iter().all(|&m| m == Ticks::from_hours(5.0)));
    assert_eq!(found.tasks[0].critical, u64::from(ITERATIONS));
    assert_eq!(found.tasks[1].critical, u64::from(ITERATIONS));
}

/// Graham 1966: nine tasks, list scheduling in file order.
fn graham(workers: u32, shorter: f64) -> Ticks {
    let durations = [3.0, 2.0, 2.0, 2.0, 4.0, 4.0, 4.0, 4.0, 9.0];
    let mut plan = Builder::new();
    for worker in 0..workers {
        plan.agent(&worker.to_string(), &[("any", 1.0)]);
    }
    for (place, duration) in durations.into_iter().enumerate() {
        let mut task = plan.task(&format!("T{}", place + 1), duration - shorter, "any");
        // Priorities keep the list in file order where latest starts would change it.
        task.priority = [Priority::Critical, Priority::High, Priority::Medium, Priority::Low]
            [[0, 0, 1, 2, 2, 2, 2, 2, 3][place]];
        match place {
            8 => {
                task.after("T1");
            }
            4..=7 => {
                task.after("T4");
            }
            _ => {}
        }
    }
    outcomes(&plan.build()).makespan[0]
}

#[test]
fn more_agents_or_shorter_tasks_can_finish_later() {
    assert_eq!(graham(3, 0.0), Ticks::from_hours(12.0));
    assert_eq!(graham(4, 0.0), Ticks::from_hours(15.0));
    assert_eq!(graham(3, 1.0), Ticks::from_hours(13.0));
}
