//! Random plans for property tests.

#![allow(dead_code, reason = "each test file uses a part")]

use plancast::model::{
    Attempts, Blocker, Builder, Calendar, Distribution, Escalate, Failures, Hold, Instance, LevelId, LinkKind,
    Priority, Rate, Span, Status,
};
use plancast::units::{Probability, TICKS_PER_HOUR, Ticks};
use proptest::prelude::*;

/// What may be in a random plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mechanisms {
    /// Fixed durations, no risks, nothing that goes wrong: what a deterministic schedule knows.
    Schedule,
    /// Everything.
    All,
}

const SKILLS: [&str; 3] = ["core", "build", "docs"];

/// A source of choices in place of nested strategies: one byte after the other.
struct Choices<'a>(std::slice::Iter<'a, u8>);

impl Choices<'_> {
    fn below(&mut self, limit: usize) -> usize {
        usize::from(*self.0.next().unwrap_or(&0)) % limit
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 1
    }

    fn hours(&mut self) -> f64 {
        self.below(40) as f64 * 0.25
    }

    fn estimate(&mut self, mechanisms: Mechanisms) -> Distribution {
        let hours = self.hours();
        match (mechanisms, self.below(4)) {
            (Mechanisms::Schedule, _) | (_, 0) => Distribution::Fixed(hours),
            (_, 1) => Distribution::Exponential { mean: hours + 0.1 },
            (_, 2) => Distribution::Triangular { low: hours, mode: hours + 1.0, high: hours + 4.0 },
            _ => Distribution::Uniform { low: hours, high: hours + 2.0 },
        }
    }
}

/// Random plans. Each byte is a choice, so that shrinking makes plans simpler.
pub(crate) fn plans(mechanisms: Mechanisms) -> impl Strategy<Value = Instance> {
    prop::collection::vec(any::<u8>(), 20..220).prop_map(move |bytes| plan(&bytes, mechanisms))
}

fn plan(bytes: &[u8], mechanisms: Mechanisms) -> Instance {
    let mut pick = Choices(bytes.iter());
    let mut plan = Builder::new();
    let all = mechanisms == Mechanisms::All;
    if pick.one_in(3) {
        plan.instance.handoff = pick.estimate(mechanisms);
    }
    let day = TICKS_PER_HOUR * 24;
    let spans = (0..5).map(|d| Span {
        start: Ticks(d * day + 9 * TICKS_PER_HOUR),
        finish: Ticks(d * day + 17 * TICKS_PER_HOUR),
    });
    let office = plan.calendar("office", Calendar::weekly(spans.collect(), Ticks::ZERO));
    let late = (0..7).map(|d| Span {
        start: Ticks(d * day + 12 * TICKS_PER_HOUR),
        finish: Ticks(d * day + 20 * TICKS_PER_HOUR),
    });
    let shift = plan.calendar("late", Calendar::weekly(late.collect(), Ticks::ZERO));
    if all {
        let lead = plan.level("lead", pick.estimate(mechanisms), pick.estimate(mechanisms));
        lead.calendar = pick.one_in(3).then_some(office);
        lead.capacity = 1 + pick.below(2) as u32;
        if pick.one_in(2) {
            lead.timeout = Some(Distribution::Fixed(pick.hours()));
            lead.next = Some(LevelId(1));
        }
        plan.level("boss", pick.estimate(mechanisms), pick.estimate(mechanisms));
    }
    // Every skill is held by two agents, so that somebody else can review.
    for (i, skills) in [vec![0, 1, 2], vec![0, 1, 2], vec![0], vec![1, 2]].into_iter().enumerate() {
        let speeds: Vec<(&str, f64)> =
            skills.into_iter().map(|s| (SKILLS[s], [1.0, 0.5, 1.25][pick.below(3)])).collect();
        let agent = plan.agent(&format!("agent{i}"), &speeds);
        agent.capacity = 1 + u32::from(pick.one_in(5));
        agent.calendar = match pick.below(6) {
            1 => Some(office),
            2 => Some(shift),
            _ => None,
        };
        agent.from = if pick.one_in(8) { Ticks::from_hours(pick.hours()) } else { Ticks::ZERO };
        agent.cost = pick.below(50) as f64;
        if all && pick.one_in(4) {
            agent.failures = Some(Failures {
                every_hours: 20.0 + pick.hours(),
                repair: Distribution::Fixed(0.5),
                lost: pick.below(3) as f64 * 0.2,
                restarts: pick.one_in(2).then_some(1),
                then: Some(LevelId(0)),
            });
        }
    }
    plan.resource("staging", 1 + pick.below(2) as u32);
    let phases = pick.below(3);
    for p in 0..phases {
        let after: Vec<String> = if p == 0 { Vec::new() } else { vec![format!("phase{}", p - 1)] };
        let after: Vec<&str> = after.iter().map(String::as_str).collect();
        plan.phase(&format!("phase{p}"), Distribution::Fixed(0.25), &after);
    }
    let tasks = 1 + pick.below(14);
    for t in 0..tasks {
        task(&mut plan, t, phases, mechanisms, &mut pick);
    }
    plan.milestone("done", &["t0"]).due = Some(Ticks::from_hours(20.0));
    if all {
        trouble(&mut plan, &mut pick);
    }
    if pick.one_in(3) {
        // From the last task to the first, some left out.
        let listed = (0..tasks).rev().filter(|_| !pick.one_in(4));
        plan.instance.order = listed.map(plancast::model::TaskId::from).collect();
    }
    plan.build()
}

fn task(plan: &mut Builder, t: usize, phases: usize, mechanisms: Mechanisms, pick: &mut Choices) {
    let id = format!("t{t}");
    let estimate = pick.estimate(mechanisms);
    let mut task = match pick.below(8) {
        0 => plan.elapsed(&id, estimate),
        1 => plan.crew(&id, estimate, &["core", "docs"]),
        choice => plan.task(&id, estimate, SKILLS[choice % 3]),
    };
    if phases > 0 && pick.one_in(2) {
        // Tasks of later phases come later in the plan, so that links run forward.
        task.in_phase(&format!("phase{}", (t * phases / 15).min(phases - 1)));
    }
    for before in 0..t {
        if pick.one_in(5) {
            let kind = match pick.below(8) {
                0 => LinkKind::StartStart,
                1 => LinkKind::FinishFinish,
                2 => LinkKind::StartFinish,
                3 => LinkKind::Progress(0.5),
                _ => LinkKind::FinishStart,
            };
            let lag = if pick.one_in(4) { pick.estimate(mechanisms) } else { Distribution::Fixed(0.0) };
            task.link(&format!("t{before}"), kind, lag);
        }
    }
    task.priority = [Priority::Medium, Priority::High, Priority::Low, Priority::Critical][pick.below(4)];
    match pick.below(12) {
        0 => task.status = Status::Done,
        1 => {
            task.status = Status::Active;
            task.progress = 0.25;
        }
        _ => {}
    }
    if pick.one_in(5) {
        task.uses("staging", 1);
    }
    if pick.one_in(5) {
        task.touches("area");
    }
    if mechanisms == Mechanisms::All && !task.slots.is_empty() {
        if pick.one_in(3) {
            let (response, rounds) = (pick.estimate(mechanisms), pick.below(3) as u32);
            let review = task.reviewed("core", 0.5);
            (review.response, review.rounds, review.rework) = (response, rounds, 0.5);
            review.reject = Probability::new(0.4).expect("a probability");
        }
        if pick.one_in(3) {
            task.attempts = Some(Attempts {
                success: Probability::new(0.6).expect("a probability"),
                max: 1 + pick.below(3) as u32,
                backoff: Distribution::Fixed(0.25),
                then: pick.one_in(2).then_some(LevelId(0)),
            });
        }
    }
}

fn trouble(plan: &mut Builder, pick: &mut Choices) {
    let tasks: Vec<_> = (0..plan.instance.tasks.len()).map(plancast::model::TaskId::from).collect();
    let risk = plan.risk("drift", Probability::new(0.5).expect("a probability"));
    risk.target.tasks.clone_from(&tasks);
    risk.factor = Some(Distribution::Uniform { low: 0.8, high: 1.6 });
    risk.delay = pick.one_in(2).then_some(Distribution::Fixed(1.5));
    if pick.one_in(2) {
        risk.target.agents = Some(vec![plancast::model::AgentId(0)]);
    }
    for (id, rate) in [("often", Rate::EveryHours(6.0)), ("once", Rate::PerTask(Probability::ALWAYS))] {
        if pick.one_in(2) {
            let escalate = pick.one_in(2).then_some(Escalate { after_hours: pick.hours() / 4.0, to: LevelId(0) });
            let hold = if pick.one_in(2) { Hold::Switches } else { Hold::Waits };
            let blocker: &mut Blocker = plan.blocker(id, rate, Distribution::Exponential { mean: 1.0 });
            blocker.target.tasks.clone_from(&tasks);
            (blocker.escalate, blocker.hold) = (escalate, hold);
        }
    }
}
