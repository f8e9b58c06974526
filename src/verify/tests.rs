//! A timeline made by hand that is right, and the same with one thing wrong at a time.

use super::*;
use crate::model::{
    AgentId, Attempts, Builder, Calendar, Distribution, Hold, LevelId, LinkKind, NodeId, Rate, ResourceId, Span,
    Status, TaskId,
};
use crate::simulate::{Activity, ByCause, Wait};
use crate::units::Probability;

fn hours(hours: f64) -> Ticks {
    Ticks::from_hours(hours)
}

/// Open every day between these hours.
fn daily(from: i32, to: i32) -> Calendar {
    let at = |hour: i32| hours(f64::from(hour));
    let day = |d: i32| Span { start: at(d * 24 + from), finish: at(d * 24 + to) };
    Calendar::weekly((0..7).map(day).collect(), Ticks::ZERO)
}

const T: TaskId = TaskId(0);
const U: TaskId = TaskId(1);
const V: TaskId = TaskId(2);
const W: TaskId = TaskId(3);
const X: TaskId = TaskId(4);
const Y: TaskId = TaskId(5);
const Z: TaskId = TaskId(6);
const A: AgentId = AgentId(0);
const B: AgentId = AgentId(1);
const C: AgentId = AgentId(2);
const D: AgentId = AgentId(3);
const E: AgentId = AgentId(4);
const LEAD: LevelId = LevelId(0);

/// Places of links: gate to q, gate to r, FF to u, progress to w, then milestone and phases.
const GATES: [usize; 2] = [0, 1];
const BOUND: usize = 2;
const SHARE: usize = 3;

fn plan() -> Instance {
    let mut plan = Builder::new();
    let day = plan.calendar("day", daily(8, 20));
    plan.agent("a", &[("core", 1.0), ("review", 1.0)]);
    plan.agent("b", &[("core", 1.0), ("review", 1.0)]).calendar = Some(day);
    plan.agent("c", &[("core", 1.0)]);
    plan.agent("d", &[("core", 1.0)]);
    plan.agent("e", &[("docs", 1.0)]);
    plan.level("lead", 1.0, 2.0).calendar = Some(day);
    plan.level("boss", 1.0, 1.0);
    plan.blocker("stuck", Rate::EveryHours(10.0), 1.0).hold = Hold::Waits;
    plan.resource("gpu", 1);
    plan.phase("p", 0.5, &[]);
    plan.phase("q", 0.0, &["p"]);
    plan.phase("r", 0.0, &["p"]);
    let mut t = plan.task("t", 6.0, "core");
    t.in_phase("p").uses("gpu", 1);
    let success = Probability::new(0.5).expect("from 0 to 1");
    t.attempts = Some(Attempts { success, max: 2, backoff: 1.0.into(), then: None });
    t.reviewed("review", 1.0).reject = success;
    plan.task("u", 1.5, "core").in_phase("q").link("v", LinkKind::FinishFinish, 1.0);
    plan.elapsed("v", 40.0);
    plan.task("w", 1.0, "core").uses("gpu", 1).link("t", LinkKind::Progress(0.5), 1.0);
    plan.task("x", 4.0, "core");
    plan.elapsed("y", 1.0).in_phase("r");
    plan.task("z", 1.0, "core").status = Status::Done;
    plan.milestone("m", &["q"]);
    plan.build()
}

fn segment(task: TaskId, activity: Activity, agents: &[AgentId], start: f64, finish: f64) -> Segment {
    let level = matches!(activity, Activity::Response | Activity::Queue | Activity::Handling).then_some(LEAD);
    let (start, finish) = (hours(start), hours(finish));
    Segment { task, activity, agents: agents.to_vec(), level, ready: start, start, finish, wait: Wait::Nothing }
}

fn waited(ready: f64, wait: Wait, then: Segment) -> Segment {
    Segment { ready: hours(ready), wait, ..then }
}

fn timeline(instance: &Instance) -> Timeline {
    use Activity as Act;
    let segments = vec![
        // 0: the first attempt of t, with a blocker that goes to the lead.
        segment(T, Act::Work, &[A], 0.0, 4.0),
        segment(T, Act::Resolve, &[A], 4.0, 5.0),
        segment(T, Act::Response, &[A], 5.0, 9.0),
        segment(T, Act::Handling, &[A], 9.0, 11.0),
        segment(T, Act::Work, &[A], 11.0, 13.0),
        // 5: it fails, is tried again, sent back once and approved.
        segment(T, Act::Backoff, &[], 13.0, 14.0),
        segment(T, Act::Retry, &[A], 14.0, 17.0),
        segment(T, Act::ReviewResponse, &[], 17.0, 18.0),
        segment(T, Act::Review, &[B], 18.0, 19.0),
        segment(T, Act::Rework, &[A], 19.0, 20.0),
        segment(T, Act::ReviewResponse, &[], 20.0, 21.0),
        waited(21.0, Wait::OffHours, segment(T, Act::Review, &[B], 32.0, 33.0)),
        // 12: u follows the gate, and its finish waits for v.
        segment(U, Act::Handoff, &[B], 33.5, 34.0),
        segment(U, Act::Work, &[B], 34.0, 35.5),
        segment(V, Act::Work, &[], 0.0, 40.0),
        // 15: half of t's six hours are done at 3; w gets a and the gpu in the backoff.
        waited(4.0, Wait::Agent(A, Some(T)), segment(W, Act::Work, &[A], 13.0, 14.0)),
        // 16: the ticket of x queues behind that of t.
        segment(X, Act::Work, &[C], 0.0, 3.0),
        segment(X, Act::Resolve, &[C], 3.0, 4.0),
        segment(X, Act::Response, &[C], 4.0, 10.0),
        segment(X, Act::Queue, &[C], 10.0, 11.0),
        segment(X, Act::Handling, &[C], 11.0, 13.0),
        segment(X, Act::Work, &[C], 13.0, 14.0),
        segment(Y, Act::Work, &[], 33.5, 34.5),
    ];
    let mut causes = ByCause::default();
    (causes[0], causes[11]) = (hours(40.0), hours(1.0));
    Timeline {
        iteration: 0,
        makespan: hours(41.0),
        start: [0.0, 33.5, 0.0, 13.0, 0.0, 33.5, 0.0].map(hours).to_vec(),
        finish: [33.0, 41.0, 40.0, 14.0, 14.0, 34.5, 0.0].map(hours).to_vec(),
        phase_finish: [33.0, 41.0, 34.5].map(hours).to_vec(),
        milestone: vec![hours(41.0)],
        lags: instance.network.links().map(|link| Ticks::from_hours(link.lag.mean())).collect(),
        segments,
        critical: vec![false; 7],
        causes,
        cost: 0.0,
    }
}

#[test]
fn a_right_timeline_is_accepted() {
    let instance = plan();
    let kinds: Vec<LinkKind> = instance.network.links().map(|link| link.kind).collect();
    assert_eq!((kinds[BOUND], kinds[SHARE]), (LinkKind::FinishFinish, LinkKind::Progress(0.5)));
    assert_eq!(check(&instance, &timeline(&instance)), []);
}

/// Fails unless the timeline is refused for this reason once `spoil` was at it.
#[track_caller]
fn case(expected: &Violation, spoil: impl FnOnce(&mut Instance, &mut Timeline)) {
    let mut instance = plan();
    let mut timeline = timeline(&instance);
    spoil(&mut instance, &mut timeline);
    let found = check(&instance, &timeline);
    assert!(found.contains(expected), "{expected:?} is not among {found:?}");
    assert!(!expected.to_string().is_empty());
}

#[test]
fn lists_of_the_wrong_length_and_unknown_ids_are_refused() {
    case(&Violation::Length { list: "start", expected: 7, found: 8 }, |_, t| t.start.push(Ticks::ZERO));
    case(&Violation::Unknown { segment: 3 }, |_, t| t.segments[3].agents = vec![AgentId(9)]);
}

#[test]
fn links_that_do_not_hold_are_refused() {
    case(&Violation::Link { link: BOUND, due: hours(42.0), at: hours(41.0) }, |_, t| t.lags[BOUND] = hours(2.0));
    // Half of t is done at 3 h, or a tick before.
    let due = hours(14.0) - Ticks(1);
    case(&Violation::Link { link: SHARE, due, at: hours(13.0) }, |_, t| t.lags[SHARE] = hours(11.0));
    case(&Violation::Gate { link: GATES[1], other: GATES[0] }, |_, t| t.lags[GATES[1]] = hours(0.25));
    case(&Violation::Node { node: NodeId(13), expected: hours(41.0), found: hours(40.0) }, |_, t| {
        t.milestone[0] = hours(40.0);
    });
    case(&Violation::Node { node: NodeId(8), expected: hours(33.0), found: hours(32.0) }, |_, t| {
        t.phase_finish[0] = hours(32.0);
    });
}

/// Two waits of 4 h and 2 h: lag, and the earliest start and finish of the second that the link allows.
#[test]
fn each_kind_of_link_holds_from_its_moment_on() {
    let cases = [
        (LinkKind::FinishStart, 1.0, 5.0, 7.0),
        (LinkKind::StartStart, 1.0, 1.0, 3.0),
        (LinkKind::Progress(0.5), 1.0, 3.0, 5.0),
        (LinkKind::FinishFinish, 1.0, 0.0, 5.0),
        (LinkKind::StartFinish, 3.0, 0.0, 3.0),
    ];
    for (kind, lag, start, finish) in cases {
        let mut plan = Builder::new();
        plan.elapsed("first", 4.0);
        plan.elapsed("second", 2.0).link("first", kind, lag);
        let instance = plan.build();
        let made = |early: Ticks| {
            let mut second = segment(TaskId(1), Activity::Work, &[], start, start + 2.0);
            if start > 0.0 {
                second.start -= early;
                (second.ready, second.finish) = (second.start, second.finish - early);
            }
            let end = hours(finish) - early;
            let makespan = end.max(hours(4.0));
            Timeline {
                makespan,
                start: vec![Ticks::ZERO, second.start],
                finish: vec![hours(4.0), end],
                segments: vec![segment(TaskId(0), Activity::Work, &[], 0.0, 4.0), second],
                lags: vec![hours(lag)],
                critical: vec![false; 2],
                causes: std::array::from_fn(|cause| if cause == 0 { makespan } else { Ticks::ZERO }),
                phase_finish: Vec::new(),
                milestone: Vec::new(),
                iteration: 0,
                cost: 0.0,
            }
        };
        assert_eq!(check(&instance, &made(Ticks::ZERO)), [], "{kind:?}");
        // A share of work counts from a tick before, because it was rounded.
        let found = check(&instance, &made(Ticks(2)));
        assert!(found.iter().any(|v| matches!(v, Violation::Link { link: 0, .. })), "{kind:?}: {found:?}");
    }
}

#[test]
fn tasks_that_start_finish_or_go_on_at_the_wrong_time_are_refused() {
    case(&Violation::Done { task: Z }, |_, t| t.finish[6] = hours(1.0));
    case(&Violation::Start { task: T }, |_, t| t.start[0] = hours(1.0));
    case(&Violation::Finish { task: U }, |_, t| t.finish[1] = hours(41.5));
    case(&Violation::Finish { task: X }, |_, t| t.finish[4] = hours(13.5));
    case(&Violation::Gap { segment: 4 }, |_, t| t.segments[3].finish = hours(10.5));
    case(&Violation::Gap { segment: 4 }, |_, t| t.segments[3].finish = hours(12.0));
    case(&Violation::Wait { segment: 11 }, |_, t| t.segments[11].wait = Wait::Nothing);
    case(&Violation::Wait { segment: 16 }, |_, t| t.segments[16].wait = Wait::OffHours);
}

#[test]
fn work_that_was_not_done_approved_or_allowed_again_is_refused() {
    case(&Violation::Unapproved { task: T }, |_, t| {
        t.segments.drain(7..12);
    });
    case(&Violation::Unapproved { task: T }, |_, t| {
        t.segments.drain(10..12);
    });
    case(&Violation::TooOften { task: T }, |i, _| {
        i.tasks[0].attempts.as_mut().expect("t has attempts").max = 1;
    });
    case(&Violation::TooOften { task: T }, |i, _| i.tasks[0].review.as_mut().expect("t has a review").rounds = 0);
    case(&Violation::Misplaced { segment: 4 }, |_, t| t.segments[4].activity = Activity::Rework);
    case(&Violation::Misplaced { segment: 6 }, |_, t| t.segments[6].activity = Activity::Work);
    case(&Violation::Misplaced { segment: 11 }, |i, _| i.tasks[0].review = None);
    case(&Violation::Misplaced { segment: 14 }, |_, t| t.segments[14].activity = Activity::Backoff);
    case(&Violation::Misplaced { segment: 2 }, |_, t| t.segments[2].level = None);
}

#[test]
fn agents_who_may_not_do_it_are_refused() {
    case(&Violation::Agents { segment: 15 }, |_, t| t.segments[15].agents = vec![E]);
    case(&Violation::Agents { segment: 15 }, |_, t| t.segments[15].agents = vec![A, D]);
    case(&Violation::Agents { segment: 14 }, |_, t| t.segments[14].agents = vec![A]);
    // Work goes on with the same agents, also after waiting for a ticket; so does rework.
    case(&Violation::Agents { segment: 4 }, |_, t| t.segments[4].agents = vec![D]);
    case(&Violation::Agents { segment: 3 }, |_, t| t.segments[3].agents = vec![D]);
    case(&Violation::Agents { segment: 9 }, |_, t| t.segments[9].agents = vec![D]);
    case(&Violation::Agents { segment: 5 }, |_, t| t.segments[5].agents = vec![A]);
    case(&Violation::Agents { segment: 8 }, |_, t| t.segments[8].agents = vec![D]);
    case(&Violation::SelfReview { segment: 8 }, |_, t| t.segments[8].agents = vec![A]);
}

#[test]
fn a_crew_of_the_same_agent_twice_is_refused() {
    let mut plan = Builder::new();
    plan.agent("a", &[("core", 1.0)]).capacity = 2;
    plan.crew("t", 1.0, &["core", "core"]);
    let instance = plan.build();
    let mut causes = ByCause::default();
    causes[0] = hours(1.0);
    let timeline = Timeline {
        iteration: 0,
        makespan: hours(1.0),
        start: vec![Ticks::ZERO],
        finish: vec![hours(1.0)],
        phase_finish: Vec::new(),
        milestone: Vec::new(),
        lags: Vec::new(),
        segments: vec![segment(TaskId(0), Activity::Work, &[A, A], 0.0, 1.0)],
        critical: vec![true],
        causes,
        cost: 0.0,
    };
    assert_eq!(check(&instance, &timeline), [Violation::Agents { segment: 0 }]);
}

#[test]
fn work_outside_calendars_and_availability_is_refused() {
    case(&Violation::Absent { segment: 6, agent: A }, |i, _| i.agents[0].until = hours(14.0));
    case(&Violation::Absent { segment: 0, agent: A }, |i, _| i.agents[0].from = hours(0.5));
    case(&Violation::Closed { segment: 11 }, |_, t| {
        (t.segments[11].start, t.segments[11].finish) = (hours(31.0), hours(33.0));
    });
    case(&Violation::Closed { segment: 11 }, |_, t| t.segments[11].finish = hours(45.0));
    case(&Violation::Closed { segment: 3 }, |i, _| i.calendars[0].1 = daily(10, 20));
}

#[test]
fn what_is_held_beyond_capacity_is_refused() {
    let early = |t: &mut Timeline| {
        (t.segments[15].start, t.segments[15].finish) = (hours(12.0), hours(13.0));
    };
    case(&Violation::AgentOverbooked { agent: A, at: hours(12.0) }, |_, t| early(t));
    case(&Violation::ResourceOverbooked { resource: ResourceId(0), at: hours(12.0) }, |_, t| {
        early(t);
        t.segments[15].agents = vec![D];
    });
    case(&Violation::LevelOverbooked { level: LEAD, at: hours(10.0) }, |_, t| t.segments[20].start = hours(10.0));
}

#[test]
fn agents_who_wait_for_a_ticket_cannot_work_elsewhere_unless_put_aside() {
    let elsewhere = |t: &mut Timeline| {
        (t.segments[15].start, t.segments[15].finish) = (hours(6.0), hours(7.0));
        (t.start[3], t.finish[3]) = (hours(6.0), hours(7.0));
    };
    case(&Violation::AgentOverbooked { agent: A, at: hours(6.0) }, |_, t| elsewhere(t));
    let instance = plan();
    let mut aside = timeline(&instance);
    elsewhere(&mut aside);
    aside.segments[2].agents.clear();
    aside.segments[3].agents.clear();
    assert_eq!(check(&instance, &aside), []);
}

#[test]
fn tickets_out_of_turn_or_at_the_wrong_level_are_refused() {
    // The ticket of x comes at 8.5, before that of t, and is handled after it.
    case(&Violation::OutOfTurn { segment: 3 }, |_, t| {
        t.segments[18].finish = hours(8.5);
        (t.segments[19].ready, t.segments[19].start) = (hours(8.5), hours(8.5));
    });
    case(&Violation::NextLevel { segment: 19 }, |_, t| t.segments[18].level = Some(LevelId(1)));
    // Moving on to the next level after a timeout is right.
    let mut instance = plan();
    instance.levels[1].next = Some(LEAD);
    instance.levels[1].timeout = Some(Distribution::Fixed(6.0));
    let mut moved = timeline(&instance);
    moved.segments[18].level = Some(LevelId(1));
    assert_eq!(check(&instance, &moved), []);
}

#[test]
fn totals_that_do_not_add_up_are_refused() {
    case(&Violation::Makespan { expected: hours(41.0), found: hours(40.0) }, |_, t| t.makespan = hours(40.0));
    case(&Violation::Causes { sum: hours(42.0), makespan: hours(41.0) }, |_, t| t.causes[3] = hours(1.0));
}

#[test]
fn a_task_that_never_starts_leaves_the_timeline_unfinished() {
    let mut plan = Builder::new();
    plan.agent("a", &[("core", 1.0)]).until = hours(1.0);
    plan.task("first", 2.0, "core");
    plan.task("second", 2.0, "core").after("first");
    plan.milestone("m", &["second"]);
    let instance = plan.build();
    let mut timeline = Timeline {
        iteration: 0,
        makespan: Ticks::NEVER,
        start: vec![Ticks::ZERO, Ticks::NEVER],
        finish: vec![hours(2.0), Ticks::NEVER],
        phase_finish: Vec::new(),
        milestone: vec![Ticks::NEVER],
        lags: vec![Ticks::ZERO; instance.network.links().count()],
        segments: vec![segment(TaskId(0), Activity::Work, &[A], 0.0, 2.0)],
        critical: vec![false; 2],
        causes: ByCause::default(),
        cost: 0.0,
    };
    assert_eq!(check(&instance, &timeline), []);
    (timeline.makespan, timeline.causes[0]) = (hours(2.0), hours(2.0));
    assert_eq!(check(&instance, &timeline), [Violation::Makespan { expected: Ticks::NEVER, found: hours(2.0) }]);
}
