//! Who is busy when: shares of each agent's open time over the leading iterations, in equal steps of time.

use crate::model::{AgentId, Instance};
use crate::simulate::{self, Outcomes, Settings, Timeline, Wait};
use crate::stats;
use crate::units::Ticks;

/// Iterations looked at.
const MOST: u32 = 100;
/// Most steps of time.
const MOST_STEPS: f64 = 64.0;
/// Lengths of a step that people think in [hours].
const STEPS: [f64; 10] = [0.25, 0.5, 1.0, 2.0, 3.0, 6.0, 24.0, 168.0, 336.0, 672.0];

/// Loads of agents over time.
#[derive(Clone, Debug, PartialEq)]
pub struct Loads {
    /// Length of a step [hours].
    pub step: f64,
    /// How many iterations the shares are means of.
    pub iterations: u32,
    /// By agent, each copy on its own; then by step from the start. Absent where the agent neither is there nor works.
    pub agents: Vec<Vec<Option<Load>>>,
}

/// What an agent does in a step: shares of its open time, times its capacity.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Load {
    /// Working or reviewing.
    pub busy: f64,
    /// Held without working.
    pub blocked: f64,
    /// Mean number of jobs that wait for it in its open time, whatever its capacity.
    pub waiting: f64,
}

/// Loads up to the P95 of the finish; absent if that is infinite or the plan takes no time.
#[must_use]
pub fn loads(instance: &Instance, settings: &Settings, outcomes: &Outcomes) -> Option<Loads> {
    let mut sorted = outcomes.makespan.clone();
    sorted.sort_unstable();
    let end = sorted.get(stats::quantile_index(sorted.len().max(1), 0.95))?.finite_hours()?;
    let step = STEPS.into_iter().find(|step| end / step <= MOST_STEPS).unwrap_or(end / MOST_STEPS);
    let count = (end / step).ceil() as usize;
    if count == 0 {
        return None;
    }
    let chosen: Vec<u32> = (0..outcomes.iterations.min(MOST)).collect();
    let mut totals = vec![vec![[0_i64; 3]; count]; instance.agents.len()];
    for timeline in simulate::traces(instance, settings, &chosen) {
        add(instance, &timeline, step, &mut totals);
    }
    let iterations = chosen.len() as u32;
    let agents = totals.iter().enumerate().map(|(agent, steps)| {
        let share = |(place, ticks): (usize, &[i64; 3])| {
            let (used, iterations) = (ticks[0] + ticks[1], i64::from(iterations));
            let until = instance.agents[agent].until;
            let open = open(instance, agent, until, bounds(place, step)).0 * iterations;
            // Jobs may outlast an agent's availability: then it is as if it were still there.
            let ever = || self::open(instance, agent, Ticks::NEVER, bounds(place, step)).0 * iterations;
            let whole = if used > open { ever() } else { open };
            if whole == 0 {
                return None;
            }
            let whole = whole as f64;
            let waiting = ticks[2] as f64 / whole * f64::from(instance.agents[agent].capacity);
            Some(Load { busy: ticks[0] as f64 / whole, blocked: ticks[1] as f64 / whole, waiting })
        };
        steps.iter().enumerate().map(share).collect()
    });
    Some(Loads { step, iterations, agents: agents.collect() })
}

/// Bounds of a step.
fn bounds(place: usize, step: f64) -> (Ticks, Ticks) {
    (Ticks::from_hours(place as f64 * step), Ticks::from_hours((place + 1) as f64 * step))
}

/// Open time between two moments of an agent who is there until then, times its capacity.
fn open(instance: &Instance, agent: usize, until: Ticks, (from, to): (Ticks, Ticks)) -> Ticks {
    let entry = &instance.agents[agent];
    let (from, to) = (from.max(entry.from), to.min(until));
    Ticks(instance.calendar(entry.calendar).worked(from, to).0 * i64::from(entry.capacity))
}

/// Adds what agents did in one iteration: open ticks of work, of being held, and of jobs that waited for them.
fn add(instance: &Instance, timeline: &Timeline, step: f64, totals: &mut [Vec<[i64; 3]>]) {
    for segment in timeline.segments.iter().filter(|segment| !segment.finish.is_never()) {
        // Whoever waits for a ticket or a repair is held.
        let kind = usize::from(!segment.activity.is_agent_time());
        for &agent in &segment.agents {
            add_span(instance, agent, (segment.start, segment.finish), step, (totals, kind));
        }
        if let Wait::Agent(agent, _) = segment.wait {
            add_span(instance, agent, (segment.ready, segment.start), step, (totals, 2));
        }
    }
}

/// Adds the open ticks of an agent in a span to the totals of this kind.
fn add_span(
    instance: &Instance,
    agent: AgentId,
    (start, finish): (Ticks, Ticks),
    step: f64,
    (totals, kind): (&mut [Vec<[i64; 3]>], usize),
) {
    let calendar = instance.calendar(instance.agents[agent.index()].calendar);
    let first = (start.hours() / step) as usize;
    for (place, ticks) in totals[agent.index()].iter_mut().enumerate().skip(first) {
        let (from, to) = bounds(place, step);
        if from >= finish {
            break;
        }
        ticks[kind] += calendar.worked(from.max(start), to.min(finish)).0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Builder;

    #[test]
    fn an_agent_is_busy_while_it_works() {
        let mut plan = Builder::new();
        plan.agent("a", &[("core", 1.0)]);
        plan.agent("b", &[("docs", 1.0)]);
        plan.task("t", 6.0, "core");
        plan.task("u", 2.0, "docs");
        let plan = plan.build();
        let settings = Settings::new(3, 1);
        let outcomes = simulate::run(&plan, &settings, &|_| ());
        let loads = loads(&plan, &settings, &outcomes).expect("a finish");
        assert_eq!((loads.step, loads.iterations), (0.25, 3));
        let busy =
            |agent: usize| -> Vec<f64> { loads.agents[agent].iter().flatten().map(|load| load.busy).collect() };
        assert_eq!(busy(0), vec![1.0; 24]);
        assert_eq!(busy(1), [vec![1.0; 8], vec![0.0; 16]].concat());
    }

    #[test]
    fn who_works_on_after_leaving_is_busy_all_that_time() {
        let mut plan = Builder::new();
        plan.agent("a", &[("core", 1.0)]).until = Ticks::from_hours(1.1);
        plan.task("t", 6.0, "core");
        let plan = plan.build();
        let settings = Settings::new(2, 1);
        let outcomes = simulate::run(&plan, &settings, &|_| ());
        let loads = loads(&plan, &settings, &outcomes).expect("a finish");
        let busy: Vec<Option<f64>> = loads.agents[0].iter().map(|load| load.map(|load| load.busy)).collect();
        assert_eq!(busy, vec![Some(1.0); 24]);
        // As often as it is at work then, and no more.
        let mut plan = Builder::new();
        plan.agent("a", &[("core", 1.0)]).until = Ticks::from_hours(1.0);
        plan.task("t", crate::model::Distribution::Uniform { low: 2.0, high: 22.0 }, "core");
        let plan = plan.build();
        let settings = Settings::new(300, 1);
        let outcomes = simulate::run(&plan, &settings, &|_| ());
        let loads = super::loads(&plan, &settings, &outcomes).expect("a finish");
        let at = |hours: f64| loads.agents[0][(hours / loads.step) as usize].map_or(0.0, |load| load.busy);
        assert!(at(1.5) == 1.0 && (0.2..0.8).contains(&at(12.0)) && at(20.0) < 0.3, "{:?}", loads.agents[0]);
    }

    #[test]
    fn jobs_wait_for_an_agent_that_does_something_else() {
        let mut plan = Builder::new();
        plan.agent("a", &[("core", 1.0)]);
        for task in ["t", "u", "v"] {
            plan.task(task, 2.0, "core");
        }
        let plan = plan.build();
        let settings = Settings::new(2, 1);
        let outcomes = simulate::run(&plan, &settings, &|_| ());
        let loads = loads(&plan, &settings, &outcomes).expect("a finish");
        let waiting: Vec<f64> = loads.agents[0].iter().flatten().map(|load| load.waiting).collect();
        assert_eq!(waiting, [vec![2.0; 8], vec![1.0; 8], vec![0.0; 8]].concat());
    }
}
