//! Searches on mean durations: mean deviation from the critical path, from the best lower bound known and from
//! the best makespan known, beside a plain pass of the latest-finish rule.

use std::path::Path;
use std::time::Instant;

use plancast::model::Instance;
use plancast::optimise::{Effort, deterministic, latest_finish_order};
use plancast::schedule::{critical_path, list_schedule};

use super::{Arguments, Known, known, plans};

/// Endings of the first replicates, and of the others.
const REPLICATES: [&[&str]; 2] = [&["_1", "_2"], &["_3", "_4", "_5"]];

pub(super) fn measure(set: &str, folder: &Path, arguments: &Arguments) {
    let place = if set == "imopse" { set.to_owned() } else { format!("psplib/{set}") };
    let (plans, known) = (plans(&folder.join(place)), known(folder));
    println!(
        "{:<11}{:>10}{:>7}{:>7}{:>10}{:>10}{:>10}{:>14}",
        "set", "schedules", "plans", "seeds", "path %", "bound %", "best %", "a second"
    );
    let parts: &[&[&str]] = if arguments.replicates { &REPLICATES } else { &[&[""]] };
    for endings in parts {
        let is_in = |(name, _): &&(String, Instance)| endings.iter().any(|ending| name.ends_with(ending));
        let part: Vec<_> = plans.iter().filter(is_in).cloned().collect();
        measure_part(&format!("{set}{}", endings.concat()), &part, &known, arguments);
    }
}

fn measure_part(set: &str, plans: &[(String, Instance)], known: &Known, arguments: &Arguments) {
    rule(set, plans, known);
    for &schedules in &arguments.schedules {
        let mut columns = [Vec::new(), Vec::new(), Vec::new(), Vec::new()];
        for seed in 1..=arguments.seeds {
            let effort = Effort { schedules, seed };
            let means = search(plans, effort, known, arguments.rows && seed == 1);
            for (column, mean) in columns.iter_mut().zip(means) {
                column.push(mean);
            }
        }
        let [path, bound, best, speed] = columns.map(median);
        print!("{set:<11}{schedules:>10}{:>7}{:>7}", plans.len(), arguments.seeds);
        println!("{path:>10.2}{bound:>10.3}{best:>10.3}{speed:>14.0}");
    }
}

/// One pass of the parallel scheme in the order of the latest finish.
fn rule(set: &str, plans: &[(String, Instance)], known: &Known) {
    let mut table = Table::default();
    for (name, plan) in plans {
        let ordered = Instance { order: latest_finish_order(plan), ..plan.clone() };
        let path = critical_path(plan).length.hours();
        table.add(list_schedule(&ordered).makespan.hours(), path, known.get(name));
    }
    let [path, bound, best] = table.means();
    println!("{set:<11}{:>10}{:>7}{:>7}{path:>10.2}{bound:>10.3}{best:>10.3}", "LFT", plans.len(), "");
}

/// Means in percent, and schedules a second.
fn search(plans: &[(String, Instance)], effort: Effort, known: &Known, rows: bool) -> [f64; 4] {
    let (mut table, mut generated, begin) = (Table::default(), 0, Instant::now());
    for (name, plan) in plans {
        let solution = deterministic(plan, effort, &mut |_, _| false);
        let (makespan, ours) = (solution.makespan.hours(), solution.lower_bound.hours());
        let bounds = known.get(name);
        assert!(makespan >= ours, "{name} beats its bound");
        assert!(
            bounds.is_none_or(|(lower, upper)| makespan >= *lower && ours <= *upper),
            "{name} beats what is known"
        );
        generated += solution.schedules;
        table.add(makespan, solution.critical_path.hours(), bounds);
        if rows {
            let known = bounds.map_or(String::new(), |(lower, upper)| format!("{lower} to {upper}"));
            println!("  {name}: {makespan}, bound {ours}, known {known}, {} schedules", solution.schedules);
        }
    }
    let [path, bound, best] = table.means();
    [path, bound, best, generated as f64 / begin.elapsed().as_secs_f64()]
}

/// Percentages above the critical path, the bound and the best known.
#[derive(Default)]
struct Table([Vec<f64>; 3]);

impl Table {
    fn add(&mut self, makespan: f64, path: f64, known: Option<&(f64, f64)>) {
        let bases = [Some(path), known.map(|known| known.0), known.map(|known| known.1)];
        for (column, base) in self.0.iter_mut().zip(bases) {
            column.extend(base.map(|base| (makespan / base - 1.0) * 100.0));
        }
    }

    fn means(&self) -> [f64; 3] {
        [0, 1, 2].map(|column| self.0[column].iter().sum::<f64>() / self.0[column].len() as f64)
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    f64::midpoint(values[(values.len() - 1) / 2], values[values.len() / 2])
}
