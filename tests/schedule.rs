//! Rules that list schedules hold for all plans, checked by what knows nothing of how they are made.

mod support;

use plancast::model::{Distribution, Instance, Link, LinkKind, Network, Node, NodeId, Status, TaskId, Work};
use plancast::schedule::{Schedule, Waited, critical_path, list_schedule};
use plancast::simulate::{Activity, Segment, Timeline, Wait};
use plancast::units::Ticks;
use plancast::verify;
use proptest::prelude::*;
use support::{Mechanisms, plans};

/// The schedule as an iteration in which everything took its mean.
fn timeline(instance: &Instance, schedule: &Schedule) -> Timeline {
    let mut segments = Vec::new();
    for (place, task) in schedule.tasks.iter().enumerate() {
        let is_begun = instance.tasks[place].status != Status::Done && !task.start.is_never();
        segments.extend(is_begun.then(|| Segment {
            task: TaskId::from(place),
            activity: Activity::Work,
            agents: task.agents.clone(),
            level: None,
            ready: task.ready,
            start: task.start,
            finish: task.work_end,
            wait: match task.waited {
                Waited::Nothing => Wait::Nothing,
                Waited::Agent(agent, other) => Wait::Agent(agent, Some(other)),
                Waited::Resource(resource, other) => Wait::Resource(resource, Some(other)),
                Waited::OffHours => Wait::OffHours,
            },
        }));
    }
    let at = |wanted: fn(Node) -> bool| {
        let nodes = instance.network.nodes().filter(move |(_, node)| wanted(*node));
        nodes.map(|(id, _)| schedule.nodes[id.index()]).collect()
    };
    let mut causes = [Ticks::ZERO; 16];
    causes[0] = schedule.makespan;
    Timeline {
        iteration: 0,
        makespan: schedule.makespan,
        start: schedule.tasks.iter().map(|task| task.start).collect(),
        finish: schedule.tasks.iter().map(|task| task.finish).collect(),
        phase_finish: at(|node| matches!(node, Node::PhaseFinish(_))),
        milestone: at(|node| matches!(node, Node::Milestone(_))),
        lags: instance.network.links().map(|link| Ticks::from_hours(link.lag.mean())).collect(),
        segments,
        critical: vec![false; schedule.tasks.len()],
        causes,
        cost: 0.0,
    }
}

/// The plan with every length twice as long.
fn twice(instance: &Instance) -> Instance {
    let double = |length: &Distribution| Distribution::Fixed(2.0 * length.mean());
    let mut plan = instance.clone();
    plan.handoff = double(&plan.handoff);
    for task in &mut plan.tasks {
        task.estimate = double(&task.estimate);
    }
    let links = instance.network.links().map(|link| Link { lag: double(&link.lag), ..link.clone() }).collect();
    let nodes = instance.network.nodes().map(|(_, node)| node).collect();
    plan.network = Network::new(nodes, links).expect("as before");
    plan
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn schedules_hold_and_are_not_shorter_than_the_critical_path(instance in plans(Mechanisms::Schedule)) {
        let schedule = list_schedule(&instance);
        // Work is one segment, handoff and all; a link that counts progress cannot be checked that way.
        let counts_handoff = instance.handoff.mean() > 0.0;
        let found = verify::check(&instance, &timeline(&instance, &schedule));
        let kinds: Vec<LinkKind> = instance.network.links().map(|link| link.kind).collect();
        let broken = found.iter().find(|violation| match violation {
            verify::Violation::Link { link, .. } => !(counts_handoff && matches!(kinds[*link], LinkKind::Progress(_))),
            _ => true,
        });
        prop_assert_eq!(broken, None);
        prop_assert!(schedule.makespan >= critical_path(&instance).length);
    }

    #[test]
    fn a_task_starts_when_it_is_ready_or_when_something_is_let_go_of_or_opens(instance in plans(Mechanisms::Schedule)) {
        let schedule = list_schedule(&instance);
        for task in schedule.tasks.iter().filter(|task| !task.start.is_never()) {
            let let_go = |other: TaskId| schedule.tasks[other.index()].work_end;
            match task.waited {
                Waited::Nothing => prop_assert_eq!(task.start, task.ready),
                Waited::Agent(agent, other) => {
                    prop_assert!(task.agents.contains(&agent) && schedule.tasks[other.index()].agents.contains(&agent));
                    prop_assert!(task.ready < let_go(other) && let_go(other) <= task.start);
                }
                Waited::Resource(_, other) => prop_assert!(task.ready < let_go(other) && let_go(other) <= task.start),
                Waited::OffHours => prop_assert!(task.ready < task.start),
            }
        }
    }

    #[test]
    fn without_dates_twice_the_lengths_take_twice_as_long(instance in plans(Mechanisms::Schedule)) {
        let mut instance = instance;
        for agent in &mut instance.agents {
            (agent.calendar, agent.from) = (None, Ticks::ZERO);
        }
        let (once, doubled) = (list_schedule(&instance), list_schedule(&twice(&instance)));
        prop_assert!(!once.makespan.is_never());
        prop_assert_eq!(doubled.makespan, once.makespan + once.makespan);
        for (busy, doubled) in once.busy.iter().zip(&doubled.busy) {
            prop_assert_eq!(*busy + *busy, *doubled);
        }
    }

    #[test]
    fn tasks_that_need_nobody_and_nothing_take_the_critical_path(instance in plans(Mechanisms::Schedule)) {
        let mut instance = instance;
        instance.handoff = 0.0.into();
        for task in &mut instance.tasks {
            task.work = Work::Elapsed;
            task.slots.clear();
            task.uses.clear();
        }
        let (schedule, path) = (list_schedule(&instance), critical_path(&instance));
        prop_assert_eq!(schedule.makespan, path.length);
        for (node, times) in path.nodes.iter().enumerate() {
            prop_assert_eq!(schedule.nodes[NodeId::from(node).index()], times.early_finish);
        }
    }
}
