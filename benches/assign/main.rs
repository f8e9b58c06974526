//! How good the searches of `assign` are: `cargo bench --bench assign -- [WHAT ..] [--schedules N] [--seeds K]
//! [--rows] [--replicates]`, where WHAT is `j30`, `j60`, `j120`, `imopse`, `stochastic`, `timed`, `team` or
//! `policies`.
//!
//! The first six read the folder that `PLANCAST_DATA` names (`psplib/j30`, `psplib/j60`, `psplib/j120`, `imopse`,
//! and bounds in `psplib-bounds.csv` and `imopse-bounds.csv`) and do nothing without it; the other two make
//! their plans themselves. `--replicates` splits the sets of PSPLIB into the first two replicates and the others.
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a bench prints, and measures time")]

mod policies;
mod sets;
mod stochastic;
mod timed;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use plancast::model::Instance;
use plancast::plan::{Overrides, Source, read};

/// Lower bound and best known makespan.
type Known = BTreeMap<String, (f64, f64)>;

/// What to measure.
struct Arguments {
    what: Vec<String>,
    schedules: Vec<u64>,
    seeds: u64,
    rows: bool,
    replicates: bool,
}

fn main() {
    let arguments = arguments();
    let data = std::env::var("PLANCAST_DATA").ok().map(PathBuf::from);
    for what in &arguments.what {
        match (what.as_str(), &data) {
            ("policies", _) => policies::measure(),
            ("team", _) => timed::team(),
            (_, None) => println!("{what}: PLANCAST_DATA is not set, nothing to measure"),
            ("stochastic", Some(folder)) => stochastic::measure(folder, arguments.rows),
            ("timed", Some(folder)) => timed::measure(folder),
            (set, Some(folder)) => sets::measure(set, folder, &arguments),
        }
    }
}

fn arguments() -> Arguments {
    let mut found =
        Arguments { what: Vec::new(), schedules: Vec::new(), seeds: 1, rows: false, replicates: false };
    let mut words = std::env::args().skip(1);
    let number = |word: Option<String>| word.and_then(|word| word.parse::<u64>().ok());
    while let Some(word) = words.next() {
        match word.as_str() {
            "--rows" => found.rows = true,
            "--replicates" => found.replicates = true,
            // What cargo itself passes.
            "--bench" => {}
            "--schedules" => found.schedules.extend(number(words.next())),
            "--seeds" => found.seeds = number(words.next()).unwrap_or(1).max(1),
            what => found.what.push(what.to_owned()),
        }
    }
    if found.what.is_empty() {
        let all = ["j30", "j60", "j120", "imopse", "stochastic", "timed", "team", "policies"];
        found.what = all.map(str::to_owned).to_vec();
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
