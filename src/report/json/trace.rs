//! One iteration as JSON.

use serde::Serialize;

use super::super::about::About;
use super::super::clock::Clock;
use super::super::names::{agent_id, resource_id, task_id};
use super::super::number::rounded;
use super::parts::{Entries, number};
use super::summary::{Plan, Run, SCHEMA_VERSION};
use crate::model::Instance;
use crate::simulate::{Activity, Cause, Segment, Settings, Timeline, Wait};

#[derive(Serialize)]
struct Trace {
    schema_version: u32,
    plan: Plan,
    run: Run,
    iteration: u32,
    finish: Option<f64>,
    finish_date: Option<String>,
    cost: f64,
    causes: Entries<f64>,
    tasks: Entries<TaskView>,
    segments: Vec<SegmentView>,
}

#[derive(Serialize)]
struct TaskView {
    start: Option<f64>,
    finish: Option<f64>,
    critical: bool,
}

#[derive(Serialize)]
struct SegmentView {
    task: String,
    activity: &'static str,
    agents: Vec<String>,
    level: Option<String>,
    ready: Option<f64>,
    start: Option<f64>,
    finish: Option<f64>,
    waited_for: Option<WaitView>,
}

#[derive(Serialize)]
struct WaitView {
    kind: &'static str,
    id: Option<String>,
    task: Option<String>,
}

/// The timeline as JSON, ending with a line break.
#[must_use]
pub fn trace_json(instance: &Instance, timeline: &Timeline, settings: &Settings, about: &About) -> String {
    let clock = Clock::new(instance.origin.as_ref());
    let tasks = instance.tasks.iter().enumerate().map(|(i, task)| {
        let view = TaskView {
            start: number(timeline.start[i].finite_hours()),
            finish: number(timeline.finish[i].finite_hours()),
            critical: timeline.critical[i],
        };
        (task.id.clone(), view)
    });
    let causes = Cause::ALL.iter().zip(timeline.causes);
    let trace = Trace {
        schema_version: SCHEMA_VERSION,
        plan: Plan::new(&instance.name, instance.hours_per_day, about, &clock),
        run: Run::new(settings.iterations, settings.seed, about),
        iteration: timeline.iteration,
        finish: number(timeline.makespan.finite_hours()),
        finish_date: clock.iso(timeline.makespan.finite_hours()),
        cost: rounded(timeline.cost),
        causes: causes.map(|(cause, ticks)| (cause.word().to_owned(), rounded(ticks.hours()))).collect(),
        tasks: tasks.collect(),
        segments: timeline.segments.iter().map(|segment| view(instance, segment)).collect(),
    };
    super::text(&trace)
}

fn view(instance: &Instance, segment: &Segment) -> SegmentView {
    SegmentView {
        task: task_id(instance, segment.task).to_owned(),
        activity: activity_word(segment.activity),
        agents: segment.agents.iter().map(|agent| agent_id(instance, *agent)).collect(),
        level: segment.level.map(|level| instance.levels[level.index()].id.clone()),
        ready: number(segment.ready.finite_hours()),
        start: number(segment.start.finite_hours()),
        finish: number(segment.finish.finite_hours()),
        waited_for: waited_for(instance, segment.wait),
    }
}

fn waited_for(instance: &Instance, wait: Wait) -> Option<WaitView> {
    let holder = |task: Option<_>| task.map(|task| task_id(instance, task).to_owned());
    Some(match wait {
        Wait::Nothing => return None,
        Wait::Agent(agent, task) => {
            WaitView { kind: "agent", id: Some(agent_id(instance, agent)), task: holder(task) }
        }
        Wait::Resource(resource, task) => {
            WaitView { kind: "resource", id: Some(resource_id(instance, resource).to_owned()), task: holder(task) }
        }
        Wait::OffHours => WaitView { kind: "off_hours", id: None, task: None },
    })
}

fn activity_word(activity: Activity) -> &'static str {
    match activity {
        Activity::Handoff => "handoff",
        Activity::Work => "work",
        Activity::Risk => "risk",
        Activity::Retry => "retry",
        Activity::Redo => "redo",
        Activity::Rework => "rework",
        Activity::Resolve => "resolve",
        Activity::Response => "response",
        Activity::Queue => "queue",
        Activity::Handling => "handling",
        Activity::Repair => "repair",
        Activity::Backoff => "backoff",
        Activity::ReviewResponse => "review_response",
        Activity::Review => "review",
    }
}
