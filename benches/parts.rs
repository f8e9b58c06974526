//! Times of the parts of a forecast, to compare a change with what was there before: `cargo bench --bench parts`,
//! with `-- --save-baseline before`, then `-- --baseline before`.

#![allow(missing_docs, clippy::unwrap_used)]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use plancast::analyse;
use plancast::model::{Distribution, Instance};
use plancast::plan::{Overrides, Source, read};
use plancast::schedule::{critical_path, list_schedule};
use plancast::simulate::{Sampler, Settings, run};

const SCENARIOS: [&str; 4] = ["proto-refactor", "week-one-demo", "minimal-backend", "backend-hardening"];
const SETTINGS: Settings = Settings::new(1024, 1);

fn source(name: &str) -> Source {
    let path = format!("{}/scenarios/{name}.yaml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap();
    Source::new(path, text)
}

fn scenario(name: &str) -> Instance {
    read(source(name), &Overrides::default()).unwrap().instance
}

fn reading(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("read");
    for name in SCENARIOS {
        group.bench_function(name, |bencher| {
            bencher.iter(|| read(black_box(source(name)), &Overrides::default()).unwrap());
        });
    }
}

fn running(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("run 1,024 iterations");
    group.throughput(Throughput::Elements(SETTINGS.iterations.into()));
    for name in SCENARIOS {
        let instance = scenario(name);
        group.bench_function(name, |bencher| bencher.iter(|| run(black_box(&instance), &SETTINGS, &|_| ())));
    }
}

fn analysing(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("forecast from 1,024 iterations");
    for name in SCENARIOS {
        let instance = scenario(name);
        let outcomes = run(&instance, &SETTINGS, &|_| ());
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let (path, schedule) = (critical_path(&instance), list_schedule(&instance));
                let spent = analyse::time_spent(&instance, &SETTINGS, &outcomes);
                analyse::forecast(&instance, black_box(&outcomes), &path, &schedule, &spent)
            });
        });
    }
}

fn drawing(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("draw 1,024 values");
    let words: Vec<u32> = (0..1024_u32).map(|i| i.wrapping_mul(0x9e37_79b9)).collect();
    let mut out = vec![0.0; words.len()];
    group.throughput(Throughput::Elements(words.len() as u64));
    for (name, distribution) in [
        ("uniform", Distribution::Uniform { low: 2.0, high: 9.0 }),
        ("triangular", Distribution::Triangular { low: 2.0, mode: 5.0, high: 14.0 }),
        ("PERT", Distribution::Pert { low: 2.0, mode: 5.0, high: 14.0, lambda: 4.0 }),
        ("lognormal", Distribution::LogNormal { mu: 1.0, sigma: 0.5 }),
        ("gamma", Distribution::Gamma { shape: 2.5, scale: 2.0 }),
    ] {
        let sampler = Sampler::new(&distribution);
        group.bench_function(name, |bencher| bencher.iter(|| sampler.fill(black_box(&words), &mut out)));
    }
}

fn scheduling(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("schedule");
    for name in SCENARIOS {
        let instance = scenario(name);
        group.bench_function(name, |bencher| bencher.iter(|| list_schedule(black_box(&instance))));
    }
}

criterion_group!(parts, reading, running, analysing, drawing, scheduling);
criterion_main!(parts);
