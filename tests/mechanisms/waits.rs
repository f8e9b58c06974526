//! What a start waited for: what it was short of, and nothing that happened to be let go of at the time.

use plancast::diagnostic::render;
use plancast::model::{AgentId, Instance, ResourceId, TaskId};
use plancast::plan::{Overrides, Source, read};
use plancast::schedule::{Waited, list_schedule};
use plancast::simulate::{Cause, Settings, trace};
use plancast::units::Ticks;

fn plan(text: &str) -> Instance {
    let plan = read(Source::new("plan.yaml", text), &Overrides::default());
    plan.unwrap_or_else(|errors| panic!("{}", render(&errors))).instance
}

/// Hours by cause, without those that have none, and the ids of critical tasks.
#[track_caller]
fn assert_why(text: &str, causes: &[(Cause, f64)], critical: &[&str]) {
    let instance = plan(text);
    let timeline = trace(&instance, &Settings::new(1, 7), 0);
    let found: Vec<(Cause, f64)> = Cause::ALL.into_iter().zip(timeline.causes.map(Ticks::hours)).collect();
    let found: Vec<_> = found.into_iter().filter(|(_, hours)| *hours > 0.0).collect();
    assert_eq!(found, causes);
    let ids = instance.tasks.iter().zip(&timeline.critical).filter(|(_, is_critical)| **is_critical);
    assert_eq!(ids.map(|(task, _)| task.id.as_str()).collect::<Vec<_>>(), critical);
}

/// What the task of this place waited for in the schedule on mean durations.
fn waited(text: &str, task: usize) -> Waited {
    list_schedule(&plan(text)).tasks[task].waited
}

const SPARE: &str = "
agents: { a: { skills: [x], from: 10h }, b: { skills: [y] } }
resources: { gpu: 4 }
tasks:
  other: { skill: y, effort: { fixed: 4h }, uses: { gpu: 1 } }
  last: { skill: x, effort: { fixed: 2h }, uses: { gpu: 1 } }
";

#[test]
fn nobody_waits_for_a_resource_of_which_enough_is_free() {
    assert_why(SPARE, &[(Cause::Work, 2.0), (Cause::OffHours, 10.0)], &["last"]);
    assert_eq!(waited(SPARE, 1), Waited::OffHours);
    let short =
        SPARE.replace("uses: { gpu: 1 } }\n\n", "").replace("2h }, uses: { gpu: 1 }", "2h }, uses: { gpu: 4 }");
    assert_why(&short, &[(Cause::Work, 2.0), (Cause::Resource, 4.0), (Cause::OffHours, 6.0)], &["other", "last"]);
    assert_eq!(waited(&short, 1), Waited::Resource(ResourceId(0), TaskId(0)));
}

const ROOM: &str = "
agents: { a: { skills: [x], capacity: 2 }, b: { skills: [y], from: 10h } }
tasks:
  other: { skill: x, effort: { fixed: 4h } }
  last: { crew: [x, y], effort: { fixed: 2h } }
";

#[test]
fn nobody_waits_for_an_agent_who_has_room_for_another_job() {
    assert_why(ROOM, &[(Cause::Work, 2.0), (Cause::OffHours, 10.0)], &["last"]);
    assert_eq!(waited(ROOM, 1), Waited::OffHours);
    let full = ROOM.replace("capacity: 2", "capacity: 1");
    assert_why(&full, &[(Cause::Work, 2.0), (Cause::Agent, 4.0), (Cause::OffHours, 6.0)], &["other", "last"]);
    assert_eq!(waited(&full, 1), Waited::Agent(AgentId(0), TaskId(0)));
}

#[test]
fn of_agent_and_resource_that_come_together_the_resource_was_missing_where_somebody_else_is_idle() {
    for agents in ["a: { skills: [x], capacity: 2 }, b: { skills: [x] }", "a: { skills: [x], count: 2 }"] {
        let text = format!(
            "agents: {{ {agents} }}\nresources: {{ gpu: 1 }}\ntasks:\n  other: {{ skill: x, effort: {{ fixed: 4h }}, \
             uses: {{ gpu: 1 }} }}\n  last: {{ skill: x, effort: {{ fixed: 2h }}, uses: {{ gpu: 1 }} }}\n"
        );
        assert_why(&text, &[(Cause::Work, 2.0), (Cause::Resource, 4.0)], &["other", "last"]);
        assert_eq!(waited(&text, 1), Waited::Resource(ResourceId(0), TaskId(0)));
    }
}

const TOGETHER: &str = "
agents: { a: { skills: [x] }, b: { skills: [y] } }
resources: { gpu: 1 }
tasks:
  holder: { skill: y, effort: { fixed: 4h }, uses: { gpu: 1 } }
  other: { skill: x, effort: { fixed: 4h } }
  last: { skill: x, effort: { fixed: 2h }, uses: { gpu: 1 } }
";

#[test]
fn all_that_a_start_was_short_of_until_one_instant_is_critical() {
    assert_why(TOGETHER, &[(Cause::Work, 2.0), (Cause::Resource, 4.0)], &["holder", "other", "last"]);
    let crew = "
agents: { a: { skills: [x] }, b: { skills: [y] } }
tasks:
  one: { skill: x, effort: { fixed: 4h } }
  two: { skill: y, effort: { fixed: 4h } }
  last: { crew: [x, y], effort: { fixed: 2h } }
";
    assert_why(crew, &[(Cause::Work, 2.0), (Cause::Agent, 4.0)], &["one", "two", "last"]);
    // Somebody else could have had the place of the first, so only the second was waited for.
    let spare =
        crew.replace("a: { skills: [x] }", "a: { skills: [x], count: 2 }").replace("one:", "one: { agent: a,");
    let spare = spare.replace("{ agent: a, { skill: x", "{ agent: a, skill: x");
    assert_why(&spare, &[(Cause::Work, 2.0), (Cause::Agent, 4.0)], &["two", "last"]);
}

#[test]
fn a_ticket_waits_for_nobody_while_its_level_is_closed() {
    let text = "
start: 2026-01-05T08:00Z
calendars: { short: { hours: [\"10:00-12:00\"] } }
agents: { a: { skills: [x] } }
blockers: { stuck: { probability: 1, escalate: { to: lead } } }
escalation: { lead: { handling: 1h, calendar: short } }
tasks: { work: { effort: { fixed: 4h } } }
";
    let instance = plan(text);
    let timeline = trace(&instance, &Settings::new(1, 7), 0);
    let of = |cause: Cause| timeline.causes[cause as usize].hours();
    assert_eq!(of(Cause::Queue), 0.0, "nobody is ahead of it");
    assert_eq!(of(Cause::Handling), 1.0);
    assert!(of(Cause::OffHours) > 0.0);
}

#[test]
fn an_iteration_of_many_short_interruptions_comes_to_its_end() {
    let text = "
agents: { a: { skills: [x] } }
blockers: { noise: { every: 10s, resolve: 10s } }
tasks: { work: { effort: { fixed: 40h } } }
";
    let hours = trace(&plan(text), &Settings::new(1, 7), 0).makespan.hours();
    assert!((hours - 80.0).abs() < 4.0, "{hours}");
}
