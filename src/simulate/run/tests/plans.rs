//! Plans that are drawn from bytes, for comparing ways of running them.

use crate::model::{
    Attempts, Builder, Distribution, Escalate, Failures, Hold, Instance, LevelId, Link, Network, Priority, Rate,
    Status, TaskId, Work,
};
use crate::units::{Probability, Ticks};

/// A plan of effort and finish-to-start links only, with ties where every byte is even.
pub(super) fn lean_plan(bytes: &[u8]) -> Instance {
    let mut bytes = bytes.iter().map(|&b| usize::from(b));
    let mut pick = move |limit: usize| bytes.next().unwrap_or(0) % limit;
    let (agents, tasks) = (3 + pick(3), 2 + pick(20));
    lean_plan_of(agents, tasks, pick)
}

/// The same with up to 16 agents and 119 tasks.
pub(super) fn larger_plan(bytes: &[u8]) -> Instance {
    let mut state = bytes.iter().fold(1, |state: u64, &byte| state.wrapping_mul(257) + u64::from(byte));
    let mut pick = move |limit: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) as usize % limit
    };
    let (agents, tasks) = (6 + pick(11), 40 + pick(80));
    lean_plan_of(agents, tasks, pick)
}

pub(super) fn lean_plan_of(agents: usize, tasks: usize, mut pick: impl FnMut(usize) -> usize) -> Instance {
    let mut plan = Builder::new();
    let skills = ["core", "build", "docs"];
    // Where nothing costs anything, nobody counts whose time passed.
    let cost = [10.0, 0.0][pick(2)];
    for agent in 0..agents {
        let pace = [1.0, 0.8, 1.0, 1.25][pick(4)];
        let held: Vec<_> = (0..=pick(3)).map(|s| (skills[(agent + s) % 3], pace)).collect();
        plan.agent(&format!("a{agent}"), &held).cost = cost;
    }
    plan.phase("late", 0.0, &[]);
    for task in 0..tasks {
        let hours = 1.0 + pick(4) as f64;
        let estimate = match pick(3) {
            0 => Distribution::Triangular { low: hours, mode: hours + 1.0, high: hours + 4.0 },
            _ => Distribution::Fixed(hours),
        };
        let mut entry = plan.task(&format!("t{task}"), estimate, skills[pick(3)]);
        for before in task.saturating_sub(20)..task {
            if pick(5) == 1 {
                entry.after(&format!("t{before}"));
            }
        }
        if pick(6) == 1 {
            entry.in_phase("late");
        }
        entry.priority = [Priority::Medium, Priority::High][pick(2)];
        entry.status = [Status::Todo, Status::Todo, Status::Todo, Status::Active, Status::Done][pick(5)];
        entry.due = (pick(3) == 1).then(|| Ticks::from_hours(12.0));
    }
    plan.level("lead", 1.0, 1.0).capacity = 2;
    plan.milestone("first", &["t0"]);
    plan.milestone("second", &["first", "late"]).due = Some(Ticks::from_hours(20.0));
    plan.build()
}

pub(super) fn some_bytes() -> Vec<u8> {
    (0..200_u32).map(|i| (i * i % 251) as u8).collect()
}

/// The plan with a wait in place of each task.
pub(super) fn as_waits(plan: &Instance) -> Instance {
    let mut waits = plan.clone();
    for task in &mut waits.tasks {
        (task.work, task.slots) = (Work::Elapsed, Vec::new());
    }
    waits
}

/// A lean plan of what steps do most of themselves: attempts that are struck once or fail and are tried again at once, in
/// hours or in so few ticks that much happens at the same instant.
pub(super) fn troubled_plan(template: &Instance, more: &[u8]) -> Instance {
    let mut bytes = more.iter().map(|&b| usize::from(b));
    let mut pick = move |limit: usize| bytes.next().unwrap_or(0) % limit;
    let chance = |of_ten: usize| Probability::new(of_ten as f64 / 10.0).expect("a probability");
    let unit = if pick(4) > 0 { Ticks(1).hours() } else { 0.5 };
    let some = |pick: &mut dyn FnMut(usize) -> usize| match pick(2) {
        0 => Distribution::Fixed(unit * pick(4) as f64),
        _ => Distribution::Uniform { low: 0.0, high: unit * (1 + pick(6)) as f64 },
    };
    let mut plan = Builder::new();
    plan.instance = template.clone();
    let lead = &mut plan.instance.levels[0];
    (lead.response, lead.handling) = (Distribution::Fixed(unit * pick(3) as f64), some(&mut pick));
    lead.capacity = 1 + pick(2) as u32;
    let tasks: Vec<_> = (0..template.tasks.len()).map(TaskId::from).collect();
    for task in &mut plan.instance.tasks {
        task.estimate = match pick(2) {
            0 => Distribution::Fixed(unit),
            _ => Distribution::Uniform { low: unit, high: unit * (2 + pick(6)) as f64 },
        };
        let max = 1 + pick(3) as u32;
        task.attempts = (pick(3) > 0).then(|| Attempts {
            success: chance(2 + pick(8)),
            max,
            backoff: Distribution::Fixed(0.0),
            then: (pick(2) == 1).then_some(LevelId(0)),
        });
    }
    if pick(2) == 1 {
        let risk = plan.risk("risk", chance(5));
        risk.target.tasks.clone_from(&tasks);
        risk.factor = Some(Distribution::Uniform { low: 0.5, high: 2.0 });
    }
    let (rate, resolve) = (Rate::PerTask(chance(2 + pick(8))), some(&mut pick));
    let blocker = plan.blocker("stuck", rate, resolve);
    blocker.target.tasks = tasks;
    let after_hours = unit * pick(3) as f64;
    blocker.escalate = (pick(4) > 0).then_some(Escalate { after_hours, to: LevelId(0) });
    blocker.hold = [Hold::Waits, Hold::Waits, Hold::Switches][pick(3)];
    plan.build()
}

/// A lean plan in which everything goes wrong, with ties where every byte is even.
pub(super) fn open_plan(template: &Instance, more: &[u8]) -> Instance {
    let mut bytes_of_trouble = more.iter().map(|&b| usize::from(b));
    let mut pick = move |limit: usize| bytes_of_trouble.next().unwrap_or(0) % limit;
    let chance = |of_ten: usize| Probability::new(of_ten as f64 / 10.0).expect("a probability");
    let hours = |pick: &mut dyn FnMut(usize) -> usize| match pick(3) {
        0 => Distribution::Fixed(0.5 * pick(4) as f64),
        _ => Distribution::Exponential { mean: 0.25 + 0.25 * pick(8) as f64 },
    };
    let mut plan = Builder::new();
    plan.instance = template.clone();
    if pick(2) == 1 {
        plan.instance.handoff = hours(&mut pick);
    }
    let are_reviewed = pick(3) > 0;
    // Everybody reviews; some fail.
    let reviewers: Vec<_> = template
        .agents
        .iter()
        .enumerate()
        .map(|(id, _)| crate::model::Candidate { agent: id.into(), pace: [1.0, 2.0, 1.5][pick(3)] })
        .collect();
    for agent in &mut plan.instance.agents {
        if pick(4) == 1 {
            agent.failures = Some(Failures {
                every_hours: 0.5 + pick(24) as f64,
                repair: hours(&mut pick),
                lost: 0.25 * pick(5) as f64,
                restarts: (pick(2) == 1).then_some(1),
                then: (pick(2) == 1).then_some(LevelId(0)),
            });
        }
    }
    let lead = &mut plan.instance.levels[0];
    (lead.capacity, lead.response, lead.handling) = (1 + pick(2) as u32, hours(&mut pick), hours(&mut pick));
    if pick(2) == 1 {
        (lead.timeout, lead.next) = (Some(Distribution::Fixed(pick(4) as f64)), Some(LevelId(1)));
    }
    plan.level("boss", 0.0, 1.0);
    for task in &mut plan.instance.tasks {
        match pick(6) {
            1 => (task.work, task.slots) = (Work::Elapsed, Vec::new()),
            2 | 3 if are_reviewed => {
                task.review = Some(crate::model::Review {
                    skill: crate::model::SkillId(0),
                    effort: Distribution::Uniform { low: 0.5, high: 0.5 + 0.5 * pick(3) as f64 },
                    response: hours(&mut pick),
                    reject: chance(pick(8)),
                    rework: 0.25 * pick(5) as f64,
                    rounds: pick(4) as u32,
                    reviewers: reviewers[..2 + pick(reviewers.len() - 1)].to_vec(),
                });
            }
            _ => {}
        }
        if pick(5) == 1 {
            task.attempts = Some(Attempts {
                success: chance(2 + pick(8)),
                max: 1 + pick(3) as u32,
                backoff: hours(&mut pick),
                then: (pick(2) == 1).then_some(LevelId(0)),
            });
        }
        if task.status == Status::Active {
            task.progress = 0.1 * pick(9) as f64;
        }
    }
    let tasks = template.tasks.len();
    let target = |pick: &mut dyn FnMut(usize) -> usize| {
        let step = 1 + pick(3);
        (0..tasks).step_by(step).map(TaskId::from).collect::<Vec<_>>()
    };
    let some_agents = |pick: &mut dyn FnMut(usize) -> usize| {
        (pick(4) == 1).then(|| (0..template.agents.len()).step_by(2).map(crate::model::AgentId::from).collect())
    };
    for id in 0..pick(4) {
        let risk = plan.risk(&format!("risk{id}"), chance(1 + pick(9)));
        risk.target.tasks = target(&mut pick);
        risk.factor = (pick(2) == 1).then_some(Distribution::Uniform { low: 0.5, high: 2.0 });
        risk.delay = (pick(2) == 1).then(|| hours(&mut pick));
        risk.target.agents = some_agents(&mut pick);
    }
    for id in 0..pick(4) {
        let rate = match pick(3) {
            0 => Rate::EveryHours(2.0 + pick(10) as f64),
            _ => Rate::PerTask(chance(1 + pick(9))),
        };
        let resolve = hours(&mut pick);
        let blocker = plan.blocker(&format!("blocker{id}"), rate, resolve);
        blocker.target.tasks = target(&mut pick);
        blocker.target.agents = some_agents(&mut pick);
        blocker.hold = [Hold::Waits, Hold::Switches][pick(2)];
        let after_hours = 0.5 * pick(3) as f64;
        blocker.escalate = (pick(3) > 0).then_some(Escalate { after_hours, to: LevelId(0) });
    }
    // Some wait longer than for a finish: for the gate of a phase, or a lag.
    let network = &template.network;
    let late = |link: &Link| match pick(4) {
        1 => Link { lag: hours(&mut pick), gate: pick(2) == 1, ..link.clone() },
        _ => link.clone(),
    };
    let links = network.links().map(late).collect();
    plan.instance.network =
        Network::new(network.nodes().map(|(_, node)| node).collect(), links).expect("a network");
    if pick(3) == 1 {
        plan.instance.order = (0..tasks).rev().filter(|_| pick(4) > 0).map(TaskId::from).collect();
    }
    plan.instance
}
