//! Searches on public benchmark instances: `cargo bench --bench assign -- [SET ..] [--schedules N] [--rows]`.
//!
//! Reads the folder that `PLANCAST_DATA` names (`psplib/j30`, `psplib/j60`, `psplib/j120`, `imopse`, and bounds
//! in `psplib-bounds.csv` and `imopse-bounds.csv`); without it, does nothing. Prints for each set the mean
//! deviation from the critical path, from the best lower bound known and from the best known makespan.
#![allow(clippy::print_stdout, reason = "a bench prints its table")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Instant;

use plancast::model::Instance;
use plancast::optimise::{Effort, deterministic};
use plancast::plan::{Overrides, Source, read};

/// Lower bound and best known makespan.
type Known = BTreeMap<String, (f64, f64)>;

struct Arguments {
    sets: Vec<String>,
    schedules: Vec<u64>,
    rows: bool,
}

fn main() {
    let Ok(folder) = std::env::var("PLANCAST_DATA") else {
        println!("PLANCAST_DATA is not set: nothing to measure");
        return;
    };
    let arguments = arguments();
    let known = known(Path::new(&folder));
    println!(
        "{:<7}{:>10}{:>7}{:>10}{:>10}{:>10}{:>13}{:>9}",
        "set", "schedules", "plans", "path %", "bound %", "best %", "generated", "seconds"
    );
    for set in &arguments.sets {
        let place = if set == "imopse" { set.clone() } else { format!("psplib/{set}") };
        let plans = plans(&Path::new(&folder).join(place));
        for &schedules in &arguments.schedules {
            measure(set, &plans, schedules, &known, arguments.rows);
        }
    }
}

fn arguments() -> Arguments {
    let mut found = Arguments { sets: Vec::new(), schedules: Vec::new(), rows: false };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--rows" => found.rows = true,
            // What cargo itself passes.
            "--bench" => {}
            "--schedules" => found.schedules.extend(words.next().and_then(|n| n.parse::<u64>().ok())),
            set => found.sets.push(set.to_owned()),
        }
    }
    if found.sets.is_empty() {
        found.sets = ["j30", "j60", "j120", "imopse"].map(str::to_owned).to_vec();
    }
    if found.schedules.is_empty() {
        found.schedules = vec![1000, 5000];
    }
    found
}

fn known(folder: &Path) -> Known {
    let mut known = Known::new();
    for (file, first) in [("psplib-bounds.csv", 1), ("imopse-bounds.csv", 0)] {
        let text = fs::read_to_string(folder.join(file)).unwrap_or_default();
        for line in text.lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            if let (Ok(lower), Ok(upper)) = (cells[first + 1].parse(), cells[first + 2].parse()) {
                known.insert(cells[first].to_owned(), (lower, upper));
            }
        }
    }
    known
}

fn plans(folder: &Path) -> Vec<(String, Instance)> {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let mut files: Vec<_> = entries.map(|entry| entry.path()).collect();
    files.sort();
    let plan = |file: &std::path::PathBuf| {
        let text = fs::read_to_string(file).expect("a text");
        let plan = read(Source::new(file.display().to_string(), text), &Overrides::default());
        let name = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
        (name, plan.unwrap_or_else(|problems| panic!("{}", plancast::diagnostic::render(&problems))).instance)
    };
    files.iter().map(plan).collect()
}

#[expect(clippy::disallowed_methods, reason = "a bench measures time")]
fn measure(set: &str, plans: &[(String, Instance)], schedules: u64, known: &Known, rows: bool) {
    let (mut path, mut bound, mut best) = (Vec::new(), Vec::new(), Vec::new());
    let (mut generated, begin) = (0, Instant::now());
    for (name, plan) in plans {
        let solution = deterministic(plan, Effort { schedules, seed: 1 }, &mut |_, _| false);
        let (makespan, length) = (solution.makespan.hours(), solution.critical_path.hours());
        assert!(makespan >= solution.lower_bound.hours(), "{name} beats its bound");
        generated += solution.schedules;
        let above = |base: f64| (makespan / base - 1.0) * 100.0;
        path.push(above(length));
        if let Some(&(lower, upper)) = known.get(name) {
            assert!(makespan >= lower, "{name} beats its known bound");
            bound.push(above(lower));
            best.push(above(upper));
        }
        if rows {
            let known = known.get(name).map_or(String::new(), |(lower, upper)| format!("{lower} to {upper}"));
            let ours = solution.lower_bound.hours();
            println!("  {name}: {makespan}, bound {ours}, known {known}, {} schedules", solution.schedules);
        }
    }
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    println!(
        "{set:<7}{schedules:>10}{:>7}{:>10.2}{:>10.3}{:>10.3}{generated:>13}{:>9.1}",
        plans.len(),
        mean(&path),
        mean(&bound),
        mean(&best),
        begin.elapsed().as_secs_f64()
    );
}
