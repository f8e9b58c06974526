//! Luck belongs to what it is drawn for: what else is in the plan does not touch it.

use plancast::model::{
    Attempts, Builder, Distribution, Escalate, Failures, Hold, Instance, LevelId, Rate, TaskId,
};
use plancast::simulate::{Activity, Outcomes};

use super::{exponential, outcomes, probability, timelines};

/// A plan with every mechanism; with `more`, unrelated things stand before, between and after its own.
fn plan(more: bool) -> Instance {
    let mut plan = Builder::new();
    let extra = |plan: &mut Builder, id: &str| {
        if more {
            plan.task(id, exponential(5.0), "other");
        }
    };
    if more {
        plan.agent("stranger", &[("other", 1.0)]).failures = Some(failures());
        plan.level("elsewhere", 1.0, 1.0);
    }
    let lead = LevelId::from(usize::from(more));
    plan.agent("a", &[("core", 1.0)]).failures = Some(Failures { then: Some(lead), ..failures() });
    plan.agent("b", &[("core", 1.2), ("review", 1.0)]);
    plan.level("lead", exponential(0.5), exponential(1.0));
    plan.instance.handoff = Distribution::Uniform { low: 0.1, high: 0.5 };
    extra(&mut plan, "x");
    plan.phase("first", Distribution::Uniform { low: 0.0, high: 1.0 }, &[]);
    for id in ["t", "u", "v", "w"] {
        let mut task = plan.task(id, exponential(4.0), "core");
        task.by(&[if id == "u" { "b" } else { "a" }]);
        match id {
            "t" => drop(task.in_phase("first")),
            "w" => {
                task.link("u", plancast::model::LinkKind::FinishStart, exponential(1.0)).after("v");
            }
            _ => drop(task.after("t")),
        }
        if id == "v" {
            let review = task.reviewed("review", exponential(0.5));
            (review.reject, review.rework, review.rounds) = (probability(0.4), 0.3, 2);
            review.response = exponential(0.5);
        }
        if id == "w" {
            let backoff = exponential(0.2);
            task.attempts = Some(Attempts { success: probability(0.5), max: 3, backoff, then: Some(lead) });
        }
        extra(&mut plan, &format!("before {id}"));
    }
    trouble(&mut plan, more, lead);
    plan.build()
}

fn failures() -> Failures {
    Failures { every_hours: 15.0, repair: exponential(0.3), lost: 0.1, restarts: Some(1), then: None }
}

fn trouble(plan: &mut Builder, more: bool, lead: LevelId) {
    let tasks = |plan: &Builder, own: bool| -> Vec<TaskId> {
        let is_own = |id: &str| ["t", "u", "v", "w"].contains(&id);
        let all = plan.instance.tasks.iter().enumerate();
        all.filter(|(_, task)| is_own(&task.id) == own).map(|(place, _)| TaskId::from(place)).collect()
    };
    for own in [false, true].into_iter().filter(|&own| own || more) {
        let (suffix, target) = (if own { "" } else { " elsewhere" }, tasks(plan, own));
        let risk = plan.risk(&format!("drift{suffix}"), probability(0.5));
        (risk.factor, risk.delay) = (Some(exponential(1.2)), Some(exponential(1.0)));
        risk.target.tasks.clone_from(&target);
        for (id, rate) in [("often", Rate::EveryHours(5.0)), ("once", Rate::PerTask(probability(0.6)))] {
            let blocker = plan.blocker(&format!("{id}{suffix}"), rate, exponential(0.5));
            blocker.target.tasks.clone_from(&target);
            blocker.hold = if id == "often" { Hold::Waits } else { Hold::Switches };
            let to = if own { lead } else { LevelId(0) };
            blocker.escalate = Some(Escalate { after_hours: 0.4, to });
        }
    }
}

/// Starts and finishes [hours] of the tasks that both plans have.
fn moments(instance: &Instance, outcomes: &Outcomes) -> Vec<(String, Vec<f32>, Vec<f32>)> {
    let tasks = instance.tasks.iter().enumerate().filter(|(_, task)| task.id.len() == 1 && task.id != "x");
    let times = &outcomes.times;
    tasks.map(|(place, task)| (task.id.clone(), times.start(place), times.finish(place))).collect()
}

#[test]
fn unrelated_tasks_agents_levels_risks_and_blockers_move_nothing() {
    let (alone, among) = (plan(false), plan(true));
    let (before, after) = (outcomes(&alone, 3000), outcomes(&among, 3000));
    let pairs = moments(&alone, &before).into_iter().zip(moments(&among, &after));
    for ((id, starts, finishes), (other, other_starts, other_finishes)) in pairs {
        assert_eq!(id, other);
        let first = (0..3000).find(|&i| starts[i] != other_starts[i] || finishes[i] != other_finishes[i]);
        assert_eq!(first, None, "first iteration in which `{id}` differs");
    }
    assert!(before.levels[0].tickets > 1000, "the plan has tickets");
    assert!(before.levels[0].waits == after.levels[1].waits);
}

/// A rival for agent a's time moves what it does, but what a task needs of it stays the same.
#[test]
fn a_rival_task_changes_when_work_is_done_but_not_how_much() {
    let work = |rival: bool| -> Vec<Vec<f64>> {
        let mut plan = Builder::new();
        plan.agent("a", &[("core", 1.0)]);
        if rival {
            plan.task("rival", exponential(3.0), "core").priority = plancast::model::Priority::Critical;
        }
        for id in ["t", "u"] {
            plan.task(id, exponential(4.0), "core");
        }
        let plan = plan.build();
        let of_task = |timeline: &plancast::simulate::Timeline, id: &str| -> f64 {
            let own = timeline.segments.iter().filter(|s| plan.tasks[s.task.index()].id == id);
            own.filter(|s| s.activity == Activity::Work).map(|s| (s.finish - s.start).hours()).sum()
        };
        timelines(&plan, 100).iter().map(|t| ["t", "u"].map(|id| of_task(t, id)).to_vec()).collect()
    };
    let (alone, rivalled) = (work(false), work(true));
    for (a, b) in alone.iter().flatten().zip(rivalled.iter().flatten()) {
        // Whole microseconds; the difference of two moments in hours has rounding.
        assert!((a - b).abs() < 1e-9, "{a} and {b}");
    }
}
