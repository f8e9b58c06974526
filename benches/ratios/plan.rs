//! The plans that are timed, as plan files.

use std::fmt::Write as _;

use plancast::model::Instance;
use plancast::plan::{Overrides, Source, read};
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};

/// What is in a plan besides its network.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Nothing: every task is a wait.
    Waits,
    /// Agents of four skills.
    Agents,
    /// Agents, and risks, blockers that one lead answers, and attempts that fail.
    Trouble,
    /// All that, and reviews that send work back.
    Everything,
}

/// A risk: one of the two effects is none.
pub(crate) struct Risk {
    pub(crate) probability: f64,
    pub(crate) factor: f64,
    pub(crate) delay: f64,
    pub(crate) tasks: Vec<usize>,
}

/// Of each first attempt, that a blocker strikes it.
pub(crate) const STRUCK: f64 = 0.1;
/// Of each attempt but the last, that it succeeds.
pub(crate) const SUCCESS: f64 = 0.9;
pub(crate) const ATTEMPTS: usize = 4;
/// Least, likeliest and greatest hours that the lead handles a blocker.
pub(crate) const HANDLING: [f64; 3] = [0.5, 1.0, 4.0];

/// A plan of the shape of PSPLIB's j120: 1.5 links per task, at most three each way, few sources.
pub(crate) struct Plan {
    /// Least, likeliest and greatest hours.
    pub(crate) triangles: Vec<[f64; 3]>,
    pub(crate) before: Vec<Vec<usize>>,
    pub(crate) after: Vec<Vec<usize>>,
    pub(crate) skill: Vec<usize>,
    /// Skills, as bits, and speed: the fastest first.
    pub(crate) agents: Vec<(u64, f64)>,
    pub(crate) risks: Vec<Risk>,
}

impl Plan {
    pub(crate) fn new(tasks: usize) -> Self {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(20);
        let sources = (tasks / 40).max(3);
        let (mut before, mut after) = (vec![Vec::new(); tasks], vec![Vec::new(); tasks]);
        let mut links = 0;
        let mut link = |to: usize, random: &mut Xoshiro256PlusPlus| {
            for _ in 0..40 {
                let from = random.random_range(0..to);
                if after[from].len() < 3 && !before[to].contains(&from) {
                    before[to].push(from);
                    after[from].push(to);
                    return true;
                }
            }
            false
        };
        for to in sources..tasks {
            links += usize::from(link(to, &mut random));
        }
        for _ in 0..20 * tasks {
            let to = random.random_range(sources..tasks);
            if links < tasks + tasks / 2 {
                links += usize::from(link(to, &mut random));
            }
        }
        let triangles = (0..tasks)
            .map(|_| {
                let mode = random.random_range(2.0..20.0);
                [mode * random.random_range(0.5..0.9), mode, mode * random.random_range(1.2..3.0)]
            })
            .collect();
        let skill = (0..tasks).map(|_| [0, 0, 0, 0, 0, 0, 1, 1, 2, 3][random.random_range(0..10)]).collect();
        let mut agents: Vec<(u64, f64)> = (0..16)
            .map(|a| {
                let second = if random.random_bool(0.4) { 1 << random.random_range(0..4) } else { 0 };
                (1 << (a % 4) | second, random.random_range(0.8..1.25))
            })
            .collect();
        agents.sort_by(|a, b| b.1.total_cmp(&a.1));
        let risks = (0..20)
            .map(|risk| {
                let (grows, probability) = (risk % 2 == 1, random.random_range(0.05..0.3));
                let (factor, delay) = (random.random_range(1.2..2.0), random.random_range(2.0..15.0));
                let count = random.random_range(3..=6);
                let tasks = rand::seq::index::sample(&mut random, tasks, count).into_vec();
                let effect = if grows { (factor, 0.0) } else { (1.0, delay) };
                Risk { probability, factor: effect.0, delay: effect.1, tasks }
            })
            .collect();
        Self { triangles, before, after, skill, agents, risks }
    }

    /// Place of each task in the list by longest remaining path on mean durations, at the best speed of an
    /// agent with the skill.
    pub(crate) fn ranks(&self) -> Vec<usize> {
        let speed = |skill: usize| {
            let able = self.agents.iter().filter(|(skills, _)| skills >> skill & 1 == 1);
            able.map(|&(_, speed)| speed).fold(0.0, f64::max)
        };
        let mean = |(t, &skill): (&[f64; 3], &usize)| t.iter().sum::<f64>() / 3.0 / speed(skill);
        let mut tail: Vec<f64> = self.triangles.iter().zip(&self.skill).map(mean).collect();
        for task in (0..tail.len()).rev() {
            let rest = self.after[task].iter().map(|&a| tail[a]).fold(0.0, f64::max);
            tail[task] += rest;
        }
        let mut order: Vec<usize> = (0..tail.len()).collect();
        order.sort_by(|&a, &b| tail[b].total_cmp(&tail[a]).then(a.cmp(&b)));
        let mut ranks = vec![0; order.len()];
        for (rank, &task) in order.iter().enumerate() {
            ranks[task] = rank;
        }
        ranks
    }

    /// The plan file; `estimate` writes a task's from its least, likeliest and greatest hours.
    pub(crate) fn text(&self, kind: Kind, estimate: impl Fn([f64; 3]) -> String) -> String {
        let mut text = String::from("plan: bench\ndefaults: { uncertainty: none");
        if matches!(kind, Kind::Trouble | Kind::Everything) {
            write!(text, ", attempts: {{ success: {}%, max: {ATTEMPTS} }}", 100.0 * SUCCESS).unwrap();
        }
        if kind == Kind::Everything {
            text += ", review: { skill: s0, effort: 30m, reject: 10%, rework: 50% }";
        }
        text += " }\n";
        if kind != Kind::Waits {
            text += "agents:\n";
            for (place, (skills, speed)) in self.agents.iter().enumerate() {
                let held: Vec<String> =
                    (0..4).filter(|s| skills >> s & 1 == 1).map(|s| format!("s{s}: {speed:.4}")).collect();
                writeln!(text, "  a{place}: {{ skills: {{ {} }} }}", held.join(", ")).unwrap();
            }
        }
        if matches!(kind, Kind::Trouble | Kind::Everything) {
            text += &self.trouble();
        }
        text += "tasks:\n";
        for (task, &triangle) in self.triangles.iter().enumerate() {
            let field = if kind == Kind::Waits { "elapsed" } else { "effort" };
            write!(text, "  t{task}: {{ {field}: {}", estimate(triangle)).unwrap();
            if kind != Kind::Waits {
                write!(text, ", skill: s{}", self.skill[task]).unwrap();
            }
            if !self.before[task].is_empty() {
                let before: Vec<String> = self.before[task].iter().map(|b| format!("t{b}")).collect();
                write!(text, ", after: [{}]", before.join(", ")).unwrap();
            }
            text += " }\n";
        }
        text
    }

    fn trouble(&self) -> String {
        let mut text = String::from("risks:\n");
        for (id, risk) in self.risks.iter().enumerate() {
            let hit: Vec<String> = risk.tasks.iter().map(|t| format!("t{t}")).collect();
            let effect = if risk.delay > 0.0 {
                format!("delay: {}h", risk.delay)
            } else {
                format!("factor: {}", risk.factor)
            };
            let probability = 100.0 * risk.probability;
            writeln!(
                text,
                "  r{id}: {{ probability: {probability}%, {effect}, affects: {{ tasks: [{}] }} }}",
                hit.join(", ")
            )
            .unwrap();
        }
        let [low, mode, high] = HANDLING;
        write!(
            text,
            "blockers:\n  stuck: {{ probability: {}%, escalate: {{ to: lead }} }}\n\
             escalation:\n  lead: {{ handling: {{ triangular: [{low}h, {mode}h, {high}h] }} }}\n",
            100.0 * STRUCK
        )
        .unwrap();
        text
    }
}

/// The estimate of most plans.
pub(crate) fn triangular([low, mode, high]: [f64; 3]) -> String {
    format!("{{ triangular: [{low:.4}h, {mode:.4}h, {high:.4}h] }}")
}

/// A plan file as an instance.
pub(crate) fn instance(text: String) -> Instance {
    read(Source::new("bench.yaml", text), &Overrides::default()).unwrap().instance
}
