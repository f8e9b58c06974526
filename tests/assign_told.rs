//! What is told of a recommendation is true.

#[path = "support/staffed.rs"]
mod staffed;

use plancast::model::{AgentId, Builder, Distribution, Instance, TaskId};
use plancast::optimise::{
    Doer, Effort, Objective, alternatives, deterministic, deterministic_from, opened, recommend,
};
use plancast::plan::{Overrides, Source, read};
use plancast::report::{About, assign_json, assign_text};
use plancast::schedule::list_schedule;
use staffed::{badly_staffed, search};

fn plan(text: &str) -> Instance {
    let source = Source::new("plan.yaml".to_owned(), text.to_owned());
    read(source, &Overrides::default()).expect("a valid plan").instance
}

#[test]
fn alternatives_tell_what_each_agent_would_change() {
    let plan = badly_staffed();
    let search = search(1, 6000);
    let found = recommend(&plan, &search, &mut |_, _, _| false);
    let others = alternatives(&found, TaskId(0), &search);
    let of = |agent: u32| others.iter().find(|(id, _)| *id == Some(AgentId(agent))).expect("an agent").1;
    assert!(of(0).low > 5.0, "the slow agent takes twice as long: {:?}", of(0));
    assert_eq!(of(1).value, 0.0, "the fast one is recommended, or done first");
    let any = others.iter().find(|(agent, _)| agent.is_none()).expect("nobody chosen beforehand").1;
    assert!(any.value >= 0.0 && any.low < of(0).low, "no worse than the slow one: {any:?}");
}

/// Somebody else than named, in the order that the plan's own rule gives.
#[test]
fn changes_are_told_where_the_order_is_left_to_the_rule() {
    const HOURS: &str = "plan: mornings
start: 2025-03-03T09:00:00Z
calendars: { mornings: { days: mon-sun, hours: [\"09:00-11:00\"] }, office: { days: mon-fri, hours: [\"09:00-17:00\"] } }
agents:
  ann: { skills: { b: 1 }, calendar: mornings, capacity: 2 }
  bob: { skills: { b: 0.5 }, calendar: office }
tasks:
  first: { skill: b, effort: { fixed: 4h }, agent: bob }
  second: { skill: b, effort: { fixed: 8h } }
";
    for order in ["", "order: [second]\n"] {
        let plan = plan(&format!("{HOURS}{order}"));
        let search = search(1, 3000);
        let found = recommend(&plan, &search, &mut |_, _, _| false);
        assert!(found.is_better && found.policy.order.len() < 2);
        let text = assign_text(&plan, &found, &search);
        let row = text.lines().find(|line| line.trim_start().starts_with("first ")).expect("a row");
        assert!(row.contains("from bob"), "{row}");
        // The rule looks at who does the tasks now.
        let patched = found.policy.apply(&found.open);
        let again = recommend(&patched, &search, &mut |_, _, _| false);
        assert_eq!(found.order, again.written_order);
    }
}

/// One who is closed but for an hour a day is named, one who comes tomorrow would be done first.
#[test]
fn what_is_best_on_mean_durations_is_no_longer_than_what_is_recommended() {
    const LATER: &str = "plan: later
start: 2025-03-03T09:00:00Z
calendars: { short: { days: mon-sun, hours: [\"09:00-10:00\"] } }
agents: { cy: { skills: [a], calendar: short }, dee: { skills: [a], from: 2025-03-04 } }
tasks: { x: { skill: a, effort: { fixed: 4h } } }
";
    let plan = plan(LATER);
    let found = recommend(&plan, &search(1, 1000), &mut |_, _, _| false);
    assert!(found.is_better && found.solution.is_optimal());
    assert_eq!((found.levels[2][1], found.solution.makespan.hours()), (19.0, 19.0));
    let solution = deterministic(&plan, Effort { schedules: 100, seed: 1 }, &mut |_, _| false);
    assert_eq!((solution.makespan.hours(), solution.is_patient), (19.0, false));
}

/// Who costs less an hour may cost more for the same work.
#[test]
fn only_who_does_the_same_work_for_less_is_said_to_be_cheaper() {
    let doer_of = |cost: f64| {
        let mut plan = Builder::new();
        plan.agent("quick", &[("x", 2.0)]).cost = 60.0;
        plan.agent("slow", &[("x", 1.0)]).cost = cost;
        plan.task("one", 8.0, "x");
        let mut found = recommend(&plan.build(), &search(1, 600), &mut |_, _, _| false);
        (found.policy.agents[0], found.is_better) = (Some(AgentId(1)), true);
        found.doers(TaskId(0), Objective::LateAndCost(0.01))[1]
    };
    assert_eq!(doer_of(25.0), Doer::Cheaper(AgentId(1), 1.0));
    assert!(!matches!(doer_of(40.0), Doer::Cheaper(..)));
}

/// One agent, two tasks; what comes after the second is long, so that the second is done first.
#[test]
fn what_changes_about_the_order_is_told_where_no_agent_changes() {
    let mut plan = Builder::new();
    plan.instance.order = vec![TaskId(0), TaskId(1)];
    plan.agent("a", &[("x", 1.0)]);
    let spread = |mean: f64| Distribution::Uniform { low: mean * 0.9, high: mean * 1.1 };
    plan.task("short-tail", spread(5.0), "x");
    plan.task("long-tail", spread(5.0), "x");
    plan.elapsed("wait", 20.0).after("long-tail");
    let plan = plan.build();
    let search = search(1, 6000);
    let found = recommend(&plan, &search, &mut |_, _, _| false);
    assert_eq!(found.places(), [[Some(1), Some(2)], [Some(2), Some(1)], [None, None]]);
    let text = assign_text(&plan, &found, &search);
    let line =
        |task: &str| text.lines().find(|line| line.trim_start().starts_with(task)).expect("a line").to_owned();
    assert!(line("long-tail").ends_with("2 to 1") && line("short-tail").ends_with("1 to 2"), "{text}");
    let json = assign_json(&plan, (&found, None), &search, &About::default());
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["tasks"]["long-tail"]["place"], serde_json::json!({ "before": 2, "after": 1 }));
    assert_eq!(json["tasks"]["wait"]["place"], serde_json::json!({ "before": null, "after": null }));
}

/// Durations too uneven for the grid of a project: all schedules are dispatched policies.
#[test]
fn a_plan_that_is_no_project_is_searched_with_all_that_is_asked_for() {
    let mut plan = Builder::new();
    plan.agent("quick", &[("x", 1.0)]);
    plan.agent("slow", &[("x", 1e-6)]);
    for task in ["a", "b", "c", "d"] {
        plan.task(task, 3.3, "x");
    }
    let solution = deterministic(&plan.build(), Effort { schedules: 1000, seed: 1 }, &mut |_, _| false);
    assert!(solution.schedules > 900 || solution.is_optimal(), "{}", solution.schedules);
    assert_eq!((solution.makespan.hours(), solution.is_patient), (13.2, false));
}

/// Of a phase that waits behind a gate, the only task has begun: the gate makes nothing longer.
#[test]
fn a_gate_that_nothing_waits_for_is_no_bound() {
    for (one, makespan) in [("{ fixed: 1h }", 10.0), ("{ fixed: 30h }", 30.0)] {
        let text = format!(
            "agents: {{ a: {{}}, b: {{}} }}\nphases:\n  p1: {{ gate: {{ fixed: 40h }}, tasks: {{ one: {{ effort: {one} }} }} }}\n  \
             p2: {{ tasks: {{ two: {{ effort: {{ fixed: 10h }}, status: active }} }} }}\n"
        );
        let solution = deterministic(&plan(&text), Effort { schedules: 100, seed: 1 }, &mut |_, _| false);
        assert_eq!((solution.makespan.hours(), solution.lower_bound.hours()), (makespan, makespan));
    }
}

/// Whoever has an active task goes on with it, and it comes before all others whatever the order says.
#[test]
fn what_is_under_way_stays_where_it_is() {
    let team = plan(
        "agents: { a: { skills: { x: 1.5, y: 1 } }, b: { skills: { x: 1 } } }
tasks:
  u: { effort: 30h, skill: y }
  t: { effort: 10h, skill: x, agents: [a, b], status: active, progress: 50% }
  s: { effort: 10h, skill: x, status: active, progress: 50% }",
    );
    let found = recommend(&team, &search(1, 2000), &mut |_, _, _| false);
    assert_eq!([1, 2].map(|task| found.policy.agents[task]), [None, None]);
    assert_eq!(found.written_order, [1, 2, 0].map(TaskId));
    // A race that finds something better leaves them alone, too.
    let busy = plan(
        "agents: { a: { skills: { x: 1.5, y: 1 } }, b: { skills: { x: 1, y: 2 } } }
tasks:
  u: { effort: 30h, skill: y, agent: a }
  w: { effort: 20h, skill: x, agent: b }
  t: { effort: 10h, skill: x, agents: [a, b], status: active, progress: 50% }
  s: { effort: 12h, skill: x, status: active, progress: 50% }",
    );
    let found = recommend(&busy, &search(1, 3000), &mut |_, _, _| false);
    assert!(found.is_better);
    let who = |plan: &Instance| [2, 3].map(|task: usize| list_schedule(plan).tasks[task].agents.clone());
    assert_eq!(who(&found.policy.apply(&found.open)), who(&busy));
    assert_eq!(found.order[..2], found.written_order[..2]);
}

#[test]
fn copies_of_an_agent_are_one_in_a_policy() {
    let plan = plan(
        "agents: { a: { count: 2 }, b: { skills: [x] } }\ntasks: { t: { effort: 9h, agent: a }, u: { effort: 9h, agent: a }, v: { effort: 9h } }",
    );
    let effort = Effort { schedules: 500, seed: 1 };
    let (open, written) = opened(&plan, false);
    let found = deterministic_from(&open, &written, effort, &mut |_, _| false);
    let first = |agent: &Option<AgentId>| agent.is_none_or(|agent| open.agents[agent.index()].copy == 0);
    assert!(found.policy.agents.iter().all(first), "{:?}", found.policy.agents);
}
