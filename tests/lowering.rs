//! What a plan's text means: ids, links, estimates, candidates, and draw keys of the instance.

use plancast::model::{
    Candidate, Distribution, EstimateSource, Hold, Instance, LinkKind, Node, NodeId, Rate, Status, Task, Work,
};
use plancast::plan::{Overrides, Source, read};
use plancast::units::Ticks;

#[track_caller]
fn instance(text: &str) -> Instance {
    match read(Source::new("plan.yaml", text), &Overrides::default()) {
        Ok(plan) => plan.instance,
        Err(errors) => panic!("{}", plancast::diagnostic::render(&errors)),
    }
}

fn task<'a>(instance: &'a Instance, id: &str) -> &'a Task {
    instance.tasks.iter().find(|task| task.id == id).expect("there is such a task")
}

/// Cost of an iteration of a plan whose tasks take no time: that of the hours spent before.
#[track_caller]
fn cost_of_spent(tasks: &str) -> f64 {
    let agents = "{ a: { skills: [x], cost: 3 }, b: { cost: 5, count: 2 }, gone: { cost: 7, count: 0 } }";
    let plan = instance(&format!("agents: {agents}\ndefaults: {{ effort: 0h }}\ntasks: {{ {tasks} }}"));
    plancast::simulate::run(&plan, &plancast::simulate::Settings::new(1, 1), &|_| ()).cost[0]
}

#[test]
fn hours_spent_cost_what_the_one_agent_costs_that_the_task_names() {
    let cases = [
        ("t: { spent: 2h, agent: a }", 6.0),
        ("t: { spent: 2h, agents: [a] }", 6.0),
        ("t: { spent: 2h, agent: b }", 10.0),
        ("t: { spent: 2h, crew: [x], agent: a }", 6.0),
        ("t: { spent: 2h, agent: b, status: done }", 10.0),
        ("t: { spent: 2h, agent: gone, status: done }", 14.0),
        ("t: { spent: 2h, skill: x }", 0.0),
        ("t: { spent: 2h, agents: [a, b] }", 0.0),
        ("t: { spent: 2h, agents: [b, b] }", 10.0),
        ("t: { spent: 2h, elapsed: 1h }", 0.0),
    ];
    for (tasks, cost) in cases {
        assert_eq!(cost_of_spent(tasks), cost, "{tasks}");
    }
}

/// Links between nodes as text, without those of the phases' own layout.
fn links(instance: &Instance) -> Vec<String> {
    let name = |id: NodeId| match instance.network.node(id) {
        Node::Task(task) => instance.tasks[task.index()].id.clone(),
        Node::PhaseStart(phase) => format!("{}>", instance.phases[phase.index()].id),
        Node::PhaseFinish(phase) => format!("{}<", instance.phases[phase.index()].id),
        Node::Milestone(milestone) => instance.milestones[milestone.index()].id.clone(),
    };
    let kind = |kind| match kind {
        LinkKind::FinishStart => "FS".to_owned(),
        LinkKind::StartStart => "SS".to_owned(),
        LinkKind::FinishFinish => "FF".to_owned(),
        LinkKind::StartFinish => "SF".to_owned(),
        LinkKind::Progress(share) => format!("at {share}"),
    };
    let shown = instance.network.links().map(|link| {
        let gate = if link.gate { " gate" } else { "" };
        format!("{} {} {} {:?}{gate}", name(link.from), kind(link.kind), name(link.to), link.lag.mean())
    });
    let inside = |text: &String| text.ends_with(" 0.0") && (text.contains('>') || text.contains("< 0.0"));
    shown.filter(|text| !inside(text)).collect()
}

const TEAM: &str = "agents: { ada: { skills: [core] }, ben: { skills: { core: 2, ui: 0.5 } } }\ndefaults: { uncertainty: none }\n";

#[track_caller]
fn with_team(body: &str) -> Instance {
    instance(&format!("{TEAM}{body}"))
}

#[test]
fn phases_follow_each_other_through_their_gates() {
    let plan = with_team(
        "phases:
  p: { gate: 15m, tasks: { a: { effort: 1h } } }
  q: { gate: 1h, tasks: { b: { effort: 1h } } }
  r: { after: [p, q], tasks: { c: { effort: 1h } } }
  s: { after: [], tasks: { d: { effort: 1h } } }
  t: { after: [{ phase: p, lag: 2h }], tasks: { e: { effort: 1h } } }
",
    );
    let expected =
        ["p< FS q> 0.25 gate", "p< FS r> 0.25 gate", "q< FS r> 1.0 gate", "p< FS t> 0.25 gate", "p< FS t> 2.0"];
    assert_eq!(links(&plan), expected);
    let gates: Vec<u64> =
        plan.network.links().filter(|l| l.gate && l.lag.mean() == 0.25).map(|l| l.lag_key).collect();
    assert!(gates.iter().all(|key| *key == plan.phases[0].key), "all who wait for a phase wait for the same gate");
}

#[test]
fn links_of_all_kinds_reach_tasks_phases_and_milestones() {
    let plan = with_team(
        "phases: { p: { tasks: { a: { effort: 1h }, b: { effort: 1h } } } }
tasks:
  c: { effort: 1h, after: [{ task: a, type: SS, lag: 2h }, { task: b, at: 50% }, { phase: p, type: FF, lag: 1h }] }
  d: { effort: 1h, after: [{ task: a, type: SF, lag: 1d }, { task: p, type: SS, lag: 1h }, demo, { task: b, at: 0, lag: 3h }] }
milestones: { demo: { after: [{ task: c, type: FF, lag: 1h }] }, end: {} }
",
    );
    let expected = [
        "a SS c 2.0",
        "b at 0.5 c 0.0",
        "p< FF c 1.0",
        "a SF d 24.0",
        "p> FS d 1.0",
        "demo FS d 0.0",
        "b SS d 3.0",
        "c FS demo 1.0",
        "p< FS end 0.0",
        "c FS end 0.0",
        "d FS end 0.0",
    ];
    assert_eq!(links(&plan), expected);
    for (i, _) in plan.tasks.iter().enumerate() {
        assert_eq!(plan.network.node(NodeId::from(i)), Node::Task(i.into()), "node i is task i");
    }
}

#[test]
fn missing_estimates_come_from_the_phase() {
    use EstimateSource::{Own, PhaseDuration, PhaseEffort};
    let plan = with_team(
        "phases:
  p: { effort: 20h, duration: 1d, tasks: { a: { effort: 5h }, b: {}, c: {}, w: { elapsed: 2d } } }
  q: { duration: 3d, tasks: { d: {}, e: { after: [d] }, f: { after: [e] }, g: { after: [d] }, h: {}, i: { after: [{ task: h, type: SS }] } } }
",
    );
    let found: Vec<(&str, f64, EstimateSource)> =
        plan.tasks.iter().map(|task| (task.id.as_str(), task.estimate.mean(), task.source)).collect();
    let expected = [
        ("a", 5.0, Own),
        ("b", 7.5, PhaseEffort),
        ("c", 7.5, PhaseEffort),
        ("w", 48.0, Own),
        ("d", 8.0, PhaseDuration),
        ("e", 8.0, PhaseDuration),
        ("f", 8.0, PhaseDuration),
        ("g", 12.0, PhaseDuration),
        ("h", 24.0, PhaseDuration),
        ("i", 24.0, PhaseDuration),
    ];
    assert_eq!(found, expected);
    let spread =
        instance("agents: { a: {} }\nphases: { p: { effort: 20h, tasks: { x: { effort: 5h }, y: {} } } }");
    let (Distribution::LogNormal { mu, sigma }, Distribution::LogNormal { sigma: own, .. }) =
        (&task(&spread, "y").estimate, &task(&spread, "x").estimate)
    else {
        panic!("bare points are lognormal");
    };
    // Rounding of a logarithm.
    assert!((libm::exp(*mu) - 15.0).abs() < 1e-12 && sigma == own);
}

#[test]
fn candidates_have_all_skills_and_the_least_speed() {
    let plan = instance(
        "defaults: { overhead: 50%, review: { skill: core, effort: { fixed: 1h } } }
agents:
  ada: { skills: [core], overhead: 0 }
  ben: { skills: { core: 2, ui: 0.5 }, count: 2, name: Ben }
tasks:
  any: { effort: 1h, review: none }
  one: { skill: core, effort: 1h }
  both: { skills: [core, ui], effort: 1h }
  named: { skill: core, agents: [ben], effort: 1h }
  crew: { crew: [core, ui], effort: 1h, review: { effort: { fixed: 2h }, rounds: 1 } }
  wait: { elapsed: 1h }
",
    );
    let paces = |id: &str| -> Vec<Vec<(u32, f64)>> {
        let pair = |c: &Candidate| (c.agent.0, c.pace);
        task(&plan, id).slots.iter().map(|slot| slot.candidates.iter().map(pair).collect()).collect()
    };
    assert_eq!(paces("any"), [[(0, 1.0), (1, 0.5), (2, 0.5)]]);
    assert_eq!(paces("one"), [[(0, 1.0), (1, 1.0), (2, 1.0)]]);
    assert_eq!(paces("both"), [[(1, 0.25), (2, 0.25)]]);
    assert_eq!(paces("named"), [[(1, 1.0), (2, 1.0)]]);
    assert_eq!(paces("crew"), [vec![(0, 1.0), (1, 1.0), (2, 1.0)], vec![(1, 0.25), (2, 0.25)]]);
    assert!(paces("wait").is_empty() && task(&plan, "wait").work == Work::Elapsed);
    let names: Vec<&str> = plan.agents.iter().map(|agent| agent.name.as_str()).collect();
    assert_eq!(names, ["ada", "Ben 1", "Ben 2"]);
    assert!(task(&plan, "any").review.is_none() && task(&plan, "wait").review.is_none());
    let review = task(&plan, "crew").review.as_ref().expect("reviewed");
    assert_eq!((review.effort.mean(), review.rounds, review.reviewers.len()), (2.0, 1, 3));
}

#[test]
fn draws_depend_on_ids_alone() {
    let small = "agents: { ada: { skills: [core] } }\ntasks: { b: { skill: core, effort: 1-2h, after: [{ task: c, lag: 1-2h }] }, c: { effort: 1h } }";
    let large = "agents: { zoe: {}, ada: { skills: [ui, core], count: 3 } }\nphases: { p: { tasks: { a: { effort: 1h } } } }
tasks: { c: { effort: 3h, name: See }, x: { effort: 1h, after: [c] }, b: { skill: core, effort: 4h, after: [x, { task: c, lag: 5-9h }] } }";
    let (small, large) = (instance(small), instance(large));
    assert_eq!(task(&small, "b").key, task(&large, "b").key);
    assert_eq!(small.agents[0].key, large.agents[1].key);
    let mut keys: Vec<u64> = large.agents.iter().map(|agent| agent.key).collect();
    keys.extend(large.tasks.iter().map(|task| task.key));
    let count = keys.len();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), count, "each has its own");
    let lag = |plan: &Instance| plan.network.links().find(|link| !link.lag.is_fixed()).map(|link| link.lag_key);
    assert_eq!(lag(&small), lag(&large));
}

#[test]
fn selectors_match_any_within_and_all_between_keys() {
    let plan = with_team(
        "phases: { p: { tasks: { a: { skill: ui, effort: 1h, tags: [x] }, b: { skill: core, effort: 1h, tags: [x, y] } } } }
tasks: { c: { skill: core, effort: 1h, tags: y }, d: { elapsed: 1h } }
risks:
  all: { factor: 1.2 }
  tags: { factor: 1.2, affects: { tags: [x, y] } }
  both: { factor: 1.2, affects: { phases: p, skills: [core] } }
  team: { delay: 2h, affects: { tags: [y], agents: [ada] } }
blockers:
  often: { every: 8h, resolve: 1d, agent: switches }
  once: { probability: high, escalate: { to: lead } }
escalation: { lead: { response: 1d, handling: 1d } }
scales: { high: 0.7 }
",
    );
    let picked = |i: usize| plan.risks[i].target.tasks.iter().map(|task| task.0).collect::<Vec<_>>();
    assert_eq!(
        (picked(0), picked(1), picked(2), picked(3)),
        (vec![0, 1, 2, 3], vec![0, 1, 2], vec![1], vec![1, 2])
    );
    assert_eq!(plan.risks[3].target.agents.as_ref().map(Vec::len), Some(1));
    assert_eq!(plan.risks[3].delay, Some(Distribution::Fixed(2.0)));
    assert!(matches!(plan.blockers[0].rate, Rate::EveryHours(hours) if hours == 8.0));
    assert_eq!((plan.blockers[0].hold, plan.blockers[1].hold), (Hold::Switches, Hold::Waits));
    assert_eq!(plan.blockers[0].resolve.mean(), 8.0, "agent time");
    assert!(matches!(plan.blockers[1].rate, Rate::PerTask(p) if p.value() == 0.7));
    assert_eq!(
        (plan.levels[0].response.mean(), plan.levels[0].handling.mean()),
        (24.0, 8.0),
        "on the clock, and work"
    );
}

#[test]
fn dates_count_from_the_start() {
    let plan = instance(
        "start: 2025-01-06T09:00
timezone: America/New_York
calendars: { office: { hours: \"09:00-17:00\" } }
calendar: office
agents: { ada: { from: 2025-01-07, until: 2d }, ben: { calendar: always } }
tasks: { a: { effort: 1h, due: 2025-01-06 }, b: { effort: 1h, due: 7d }, c: { effort: 1h, due: 2025-01-06T15:00:00Z } }
limits: { finish: { p80: 2025-01-06, p99.5: 3w }, cost: { mean: 500, level: warn } }
",
    );
    let due = |id: &str| task(&plan, id).due.map(Ticks::hours);
    assert_eq!((due("a"), due("b"), due("c")), (Some(15.0), Some(168.0), Some(1.0)));
    assert_eq!((plan.agents[0].from.hours(), plan.agents[0].until.hours()), (15.0, 48.0));
    assert!(plan.agents[0].calendar.is_some() && plan.agents[1].calendar.is_none());
    let origin = plan.origin.as_ref().expect("has a start");
    assert_eq!((origin.unix_micros, origin.zone.as_str()), (1_736_172_000_000_000, "America/New_York"));
    assert_eq!(plan.limits[0].percentiles, [(80.0, 15.0), (99.5, 504.0)]);
    assert_eq!(plan.limits[1].mean, Some(500.0));
}

#[test]
fn progress_and_short_forms_are_understood() {
    let plan = with_team(
        "resources: { gpu: 2 }
tasks:
  1: { effort: 1h, uses: gpu, touches: schema, progress: 100% }
  2: { effort: 1h, after: 1, touches: [schema, docs], uses: [gpu, gpu], progress: 0.4, status: active }
  3: { effort: { triangular: [1.5h, 2h, 4h] }, agent: ada, uses: { gpu: 1 }, spent: 1d }
",
    );
    let status: Vec<(Status, f64)> = plan.tasks.iter().map(|task| (task.status, task.progress)).collect();
    assert_eq!(status, [(Status::Done, 0.0), (Status::Active, 0.4), (Status::Todo, 0.0)]);
    let uses: Vec<Vec<(u32, u32)>> =
        plan.tasks.iter().map(|task| task.uses.iter().map(|(id, units)| (id.0, *units)).collect()).collect();
    assert_eq!(uses, [vec![(0, 1), (1, 1)], vec![(0, 2), (1, 1), (2, 1)], vec![(0, 1)]]);
    assert!(!plan.resources[0].area && plan.resources[1].area && plan.resources[2].id == "docs");
    assert_eq!(plan.tasks[2].estimate, Distribution::Triangular { low: 1.5, mode: 2.0, high: 4.0 });
    assert_eq!(plan.tasks[2].spent, 8.0);
}

/// A plan that is forecast anew each week keeps the dates of what is done.
#[test]
fn dates_that_have_passed_stay_where_all_is_done() {
    let plan = |more: &str| {
        format!(
            "start: 2025-03-10
phases:
  one: {{ due: 2025-03-05, tasks: {{ a: {{ effort: 3h, status: done, due: 2025-03-04 }} }} }}
  two: {{ tasks: {{ b: {{ effort: 3h, due: 2025-03-14{more} }} }} }}
milestones: {{ first: {{ after: one, due: 2025-03-06 }}, second: {{ after: two, due: 2025-03-14 }} }}
limits: {{ first: {{ probability: 90% }} }}
agents: {{ x: {{}} }}
"
        )
    };
    let read_it = instance(&plan(""));
    let dues = [task(&read_it, "a").due, read_it.phases[0].due, read_it.milestones[0].due];
    assert_eq!(dues, [None; 3], "nobody knows when it was done");
    assert!(task(&read_it, "b").due.is_some() && read_it.milestones[1].due.is_some());
    let outcomes = plancast::simulate::run(&read_it, &plancast::simulate::Settings::new(50, 1), &|_| ());
    let asked = plancast::analyse::requirements(&read_it, &outcomes);
    assert_eq!(asked[0].value, Some(1.0), "what is done is not late");
    // Nor is a percentile asked of it; a phase is done when its tasks are, whatever it waits for.
    let limits = plan("").replace("{ probability: 90% }", "{ p80: 2025-03-06, probability: 90% }");
    assert_eq!(instance(&limits).limits[0].percentiles, []);
    let second = plan("").replace("  one:", "  zero: { tasks: { z: { effort: 3h } } }\n  one:");
    assert_eq!(instance(&second).phases[1].due, None);
    // A lag that is not over, and a cycle, of which nothing else is said.
    let errors = |text: String| read(Source::new("plan.yaml", &text), &Overrides::default()).expect_err("errors");
    let codes = |text: String| errors(text).iter().map(|error| error.code.to_string()).collect::<Vec<_>>();
    let lag = plan("").replace("after: one, due: 2025", "after: [{ task: a, lag: 5d }], due: 2024");
    assert_eq!(codes(lag), ["E117"]);
    let cycle = plan("").replace("b: { effort: 3h", "c: { effort: 1h, after: b }, b: { after: c, effort: 3h");
    assert_eq!(codes(cycle), ["E120"]);
    let text = plan("").replace("due: 2025-03-14 }", "due: 2024-03-07 }");
    let said = plancast::diagnostic::render(&errors(text));
    for part in ["task `b` is due before the start of the plan, and not done", "milestone `second` is due before"]
    {
        assert!(said.contains(part), "{part}: {said}");
    }
    // What is late is no mistake of the plan, and goes on being late.
    let late = plan("").replace("due: 2025-03-14 }", "due: 2025-03-07 }");
    let late = read(Source::new("plan.yaml", &late), &Overrides::default()).expect("a sound plan");
    let warnings: Vec<_> = late.warnings.iter().map(|warning| (warning.code.to_string(), warning.line)).collect();
    assert_eq!(warnings, [("W211".to_owned(), 4), ("W211".to_owned(), 5)]);
    let outcomes = plancast::simulate::run(&late.instance, &plancast::simulate::Settings::new(50, 1), &|_| ());
    assert_eq!(task(&late.instance, "b").due, Some(Ticks::from_hours(-48.0)));
    assert_eq!(plancast::analyse::finish(&late.instance, &outcomes).probability, Some(0.0));
}

#[test]
fn a_plan_without_tasks_is_told_from_one_whose_task_is_refused() {
    let codes = |text: &str| -> Vec<String> {
        let errors = read(Source::new("plan.yaml", text), &Overrides::default()).expect_err("errors");
        let mut codes: Vec<String> = errors.iter().map(|error| error.code.to_string()).collect();
        codes.sort();
        codes
    };
    assert_eq!(codes("agents: { a: { cost: -3 } }\ntasks: {}\n"), ["E111", "E134"]);
    assert_eq!(codes("agents: { a: {} }\ntasks: { x: 3h }\n"), ["E107"]);
}

/// A phase that is done waits for nothing: neither for an open one before it nor for a gate.
#[test]
fn phases_that_are_done_are_finished_when_the_plan_starts() {
    let plan = instance(
        "phases:
  zero: { gate: { fixed: 9h }, tasks: { z: { effort: { fixed: 5h } } } }
  one: { gate: { fixed: 2h }, tasks: { a: { effort: 1h, status: done } } }
  two: { gate: { fixed: 3h }, tasks: { b: { effort: 1h, progress: 100% } } }
  three: { tasks: { c: { effort: { fixed: 1h } } } }
milestones: { m: { after: two }, all: {} }
agents: { x: {}, y: {} }
",
    );
    let outcomes = plancast::simulate::run(&plan, &plancast::simulate::Settings::new(1, 1), &|_| ());
    let phases: Vec<f64> = outcomes.phases.iter().map(|column| column[0].hours()).collect();
    assert_eq!(phases, [5.0, 0.0, 0.0, 4.0], "the last waits for the gate of the one before it");
    assert_eq!(outcomes.milestones.iter().map(|column| column[0].hours()).collect::<Vec<_>>(), [0.0, 5.0]);
    let schedule = plancast::schedule::list_schedule(&plan);
    assert_eq!(schedule.makespan.hours(), 5.0);
}
