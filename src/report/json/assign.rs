//! Recommendations as JSON.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::super::about::About;
use super::super::clock::Clock;
use super::super::names::{agent_id, task_id};
use super::super::number::rounded;
use super::parts::{Entries, number};
use super::summary::{Plan, SCHEMA_VERSION};
use crate::model::{AgentId, Instance, TaskId};
use crate::optimise::{Doer, Recommendation, Search, Solution};
use crate::schedule::CriticalPath;
use crate::stats::Estimate;

#[derive(Serialize)]
struct SolutionView {
    schema_version: u32,
    plan: Plan,
    seed: u64,
    makespan: Option<f64>,
    as_written: Option<f64>,
    dispatched: Option<f64>,
    lower_bound: Option<f64>,
    optimal: bool,
    critical_path: Value,
    evaluations: u64,
    tasks: Entries<Value>,
}

/// The best schedule found on mean durations as JSON, ending with a line break.
#[must_use]
pub fn solution_json(
    instance: &Instance,
    solution: &Solution,
    path: &CriticalPath,
    (seed, about): (u64, &About),
) -> String {
    let clock = Clock::new(instance.origin.as_ref());
    let tasks = solution.tasks.iter().enumerate().map(|(index, task)| {
        let agents: Vec<String> = task.agents.iter().map(|&agent| agent_id(instance, agent)).collect();
        let view = json!({
            "start": number(task.start.finite_hours()),
            "finish": number(task.finish.finite_hours()),
            "agents": agents,
        });
        (task_id(instance, TaskId::from(index)).to_owned(), view)
    });
    let chain: Vec<&str> = path.chain.iter().map(|task| task_id(instance, *task)).collect();
    super::text(&SolutionView {
        schema_version: SCHEMA_VERSION,
        plan: Plan::new(&instance.name, instance.hours_per_day, about, &clock),
        seed,
        makespan: number(solution.makespan.finite_hours()),
        as_written: number(solution.as_written.finite_hours()),
        dispatched: number(solution.dispatched.finite_hours()),
        lower_bound: number(solution.lower_bound.finite_hours()),
        optimal: solution.is_optimal(),
        critical_path: json!({ "length": rounded(path.length.hours()), "tasks": chain }),
        evaluations: solution.schedules,
        tasks: tasks.collect(),
    })
}

#[derive(Serialize)]
struct RecommendationView {
    schema_version: u32,
    plan: Plan,
    run: Value,
    better: bool,
    gain: Value,
    before: Value,
    after: Value,
    deterministic: Value,
    order: Vec<String>,
    tasks: Entries<Value>,
    agents: Entries<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<Value>,
}

/// What each agent allowed for a task would change, and what it would to choose none.
type Why<'a> = (TaskId, &'a [(Option<AgentId>, Estimate)]);

/// A recommendation as JSON, with what others would change about one task, ending with a line break.
#[must_use]
pub fn assign_json(
    instance: &Instance,
    (found, why): (&Recommendation, Option<Why>),
    search: &Search,
    about: &About,
) -> String {
    let clock = Clock::new(instance.origin.as_ref());
    let gain = &found.gain;
    let places = found.places();
    let tasks = (0..instance.tasks.len()).map(|index| {
        let (task, place) = (TaskId::from(index), places[index]);
        let [before, after] = found.doers(task, search.objective);
        let id = |doer: Doer| doer.agent().map(|agent| &instance.agents[agent.index()].id);
        let view = json!({
            "before": id(before),
            "agent": id(after),
            "reason": reason(after),
            "place": { "before": place[0], "after": place[1] },
        });
        (task_id(instance, task).to_owned(), view)
    });
    let loads = found.loads.iter().enumerate().map(|(agent, [before, after])| {
        let after = if found.is_better { after } else { before };
        (agent_id(instance, AgentId::from(agent)), json!({ "before": number(*before), "after": number(*after) }))
    });
    let levels = |column: usize| {
        let objective = number(Some(found.objective[column]));
        let [p50, p80, mean, cost] = found.levels.map(|level| number(Some(level[column])));
        json!({ "objective": objective, "p50": p50, "p80": p80, "mean": mean, "cost": cost })
    };
    super::text(&RecommendationView {
        schema_version: SCHEMA_VERSION,
        plan: Plan::new(&instance.name, instance.hours_per_day, about, &clock),
        run: json!({
            "objective": search.objective.to_string(),
            "seed": search.seed,
            "evaluations": found.schedules,
            "iterations": search.iterations,
        }),
        better: found.is_better,
        gain: json!({
            "objective": interval(gain.objective),
            "blurred": gain.blurred.map(interval),
            "p50": interval(gain.p50),
            "p80": interval(gain.p80),
            "mean": interval(gain.mean),
            "cost": interval(gain.cost),
        }),
        before: levels(0),
        after: levels(1),
        deterministic: json!({
            "makespan": number(found.solution.makespan.finite_hours()),
            "as_written": number(found.solution.as_written.finite_hours()),
            "lower_bound": number(found.solution.lower_bound.finite_hours()),
        }),
        order: found.policy.order.iter().map(|&task| task_id(instance, task).to_owned()).collect(),
        tasks: tasks.collect(),
        agents: loads.collect(),
        why: why.map(|(task, others)| {
            let change = |by: &Estimate| json!({ "p80": interval(*by) });
            let of = |(agent, by): &(Option<AgentId>, Estimate)| {
                Some((instance.agents[(*agent)?.index()].id.clone(), change(by)))
            };
            let agents: Map<String, Value> = others.iter().filter_map(of).collect();
            let any = others.iter().find(|(agent, _)| agent.is_none()).map(|(_, by)| change(by));
            json!({ "task": task_id(instance, task), "agents": agents, "any": any })
        }),
    })
}

/// What speaks for whoever does a task, in a word; absent where there is nothing to choose.
fn reason(doer: Doer) -> Option<&'static str> {
    match doer {
        Doer::Given => None,
        Doer::Only(_) => Some("only"),
        Doer::Any => Some("any"),
        Doer::Fastest(..) => Some("fastest"),
        Doer::Cheaper(..) => Some("cheaper"),
        Doer::LessBusy(..) => Some("others_busier"),
        Doer::Found(..) => Some("found"),
    }
}

/// After less before, with its 95 % interval; `null` where too much never finishes.
fn interval(estimate: Estimate) -> Option<Value> {
    let Estimate { value, low, high } = estimate;
    let is_known = low.is_finite() && high.is_finite();
    is_known.then(|| json!({ "value": rounded(value), "low": rounded(low), "high": rounded(high) }))
}
