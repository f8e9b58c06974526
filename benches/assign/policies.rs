//! Scoring policies: 1,000 candidates on 1,000 common iterations each, of plans of 120 tasks, on one thread.

use std::fmt::Write as _;
use std::time::Instant;

use plancast::model::{Instance, Policy, TaskId};
use plancast::optimise::latest_finish_order;
use plancast::plan::{Overrides, Source, read};
use plancast::simulate::{Settings, Trials};

const CANDIDATES: usize = 1000;
const ITERATIONS: u32 = 1000;

/// What goes wrong, and what else there is to wait for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Risks, blockers that one lead answers, and attempts that fail.
    Trouble,
    /// Failures, reviews, handoffs and blockers at any time as well.
    Everything,
    /// Hours and a resource too.
    Limits,
}

pub(super) fn measure() {
    time("with risks, blockers, a lead and retries", &plan(Kind::Trouble));
    time("with everything that goes wrong", &plan(Kind::Everything));
    time("with that, hours and resources", &plan(Kind::Limits));
}

fn time(name: &str, plan: &Instance) {
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    let order = latest_finish_order(plan);
    let settings = Settings::new(ITERATIONS, 1).for_scores();
    let begin = Instant::now();
    let best = one.install(|| {
        let trials = Trials::new(plan, settings);
        let score = |candidate: usize| {
            let policy = Policy { order: turned(&order, candidate), agents: vec![None; plan.tasks.len()] };
            let outcomes = trials.run(&policy);
            outcomes.makespan.iter().map(|at| at.hours()).sum::<f64>() / f64::from(ITERATIONS)
        };
        (0..CANDIDATES).map(score).fold(f64::INFINITY, f64::min)
    });
    let seconds = begin.elapsed().as_secs_f64();
    let each = seconds * 1e6 / f64::from(ITERATIONS) / CANDIDATES as f64;
    println!(
        "{CANDIDATES} policies x {ITERATIONS} iterations, 120 tasks {name}: {seconds:.1} s, {each:.1} us an iteration (best mean {best:.1} h)"
    );
}

/// The order with one task moved.
fn turned(order: &[TaskId], candidate: usize) -> Vec<TaskId> {
    let mut order = order.to_vec();
    let task = order.remove(candidate * 7 % order.len());
    order.insert(candidate * 13 % order.len(), task);
    order
}

fn plan(kind: Kind) -> Instance {
    let (has_limits, is_all) = (kind == Kind::Limits, kind != Kind::Trouble);
    let mut text = String::from(
        "plan: everything
calendars:
  office: { days: mon-fri, hours: [\"09:00-12:00\", \"13:00-17:00\"] }
start: 2025-01-06T09:00:00Z
resources: { staging: 2 }
risks:
  flaky: { probability: 30%, affects: { tags: [risky] }, factor: 1.1/1.3/2.0 }
",
    );
    text.push_str(if is_all {
        "defaults:
  handoff: 15m
  review: { skill: review, effort: 30m, response: 0-2h, reject: 15%, rework: 30%, rounds: 3 }
  attempts: { success: 90%, max: 3, backoff: 10m, then: lead }
blockers:
  build: { every: 60h, affects: { skills: [build] }, resolve: 30m-6h, escalate: { after: 2h, to: lead }, agent: switches }
escalation:
  lead: { response: 0-2h, handling: 30m/1h/3h, capacity: 2, timeout: 8h, next: office }
  office: { response: 1h, handling: 1h"
    } else {
        "defaults: { attempts: { success: 90%, max: 4 } }
blockers:
  stuck: { probability: 10%, escalate: { to: lead } }
escalation:
  lead: { handling: 30m/1h/4h"
    });
    text.push_str(if has_limits { ", calendar: office }\nagents:\n" } else { " }\nagents:\n" });
    let skills = ["core", "build", "docs", "test"];
    for agent in 0..16 {
        let (first, second) = (skills[agent % 4], skills[(agent + 1) % 4]);
        let calendar = if has_limits && agent % 8 == 7 { ", calendar: office" } else { "" };
        let failures = if is_all { ", failures: { every: 80h, repair: 30m, lost: 20% }" } else { "" };
        let _ = writeln!(
            text,
            "  a{agent}: {{ skills: {{ {first}: 1.1, {second}: 0.8, review: 1 }}{failures}{calendar} }}"
        );
    }
    text.push_str("tasks:\n");
    for task in 0..120 {
        let after = if task < 8 { String::new() } else { format!(", after: [t{}, t{}]", task - 8, task - 5) };
        let uses = if has_limits && task % 6 == 0 { ", uses: { staging: 1 }" } else { "" };
        let tags = if task % 3 == 0 { ", tags: [risky]" } else { "" };
        let _ = writeln!(
            text,
            "  t{task}: {{ skill: {}, effort: {}-{}h{after}{uses}{tags} }}",
            skills[task % 4],
            2 + task % 5,
            7 + task % 9
        );
    }
    let plan = read(Source::new("everything.yaml".to_owned(), text), &Overrides::default());
    plan.unwrap_or_else(|problems| panic!("{}", plancast::diagnostic::render(&problems))).instance
}
