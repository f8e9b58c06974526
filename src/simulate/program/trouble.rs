//! From an instance to the programs of what goes wrong: risks, blockers, levels, failures.

use super::bits::mask;
use super::{BlockerProgram, FailureProgram, LevelProgram, Quantity, RiskProgram, Strike, TicketDraws};
use crate::model::{Agent, Blocker, Distribution, Instance, Level, Rate, Risk, Target, Work};
use crate::rng::{Purpose, Seed, Stream, pair_key};
use crate::simulate::sampler::Sampler;
use crate::units::Probability;

/// Events that an iteration may have for each task and for each expected interruption, and in all: about a second.
const EVENTS_PER_TASK: u64 = 200;
const EVENTS_PER_INTERRUPTION: f64 = 50.0;
const MOST_EVENTS: u64 = 5_000_000;

pub(super) fn risks(instance: &Instance, seed: u64) -> Vec<RiskProgram> {
    let risk = |r: &Risk| RiskProgram {
        occurs: Stream::new(seed, r.key, Purpose::Occurs, 0),
        factor: r.factor.as_ref().map(|f| Quantity::new(seed, f, r.key, Purpose::Factor)),
        delay: r.delay.as_ref().map(|d| Quantity::new(seed, d, r.key, Purpose::Delay)),
        agents: agent_mask(instance, &r.target),
    };
    instance.risks.iter().map(risk).collect()
}

pub(super) fn blockers(instance: &Instance) -> Vec<BlockerProgram> {
    let blocker = |b: &Blocker| BlockerProgram {
        every: blocker_clock(b).map(|d| Sampler::new(&d)),
        resolve: Sampler::new(&b.resolve),
        agents: agent_mask(instance, &b.target),
    };
    instance.blockers.iter().map(blocker).collect()
}

/// The agents that a target is limited to, one bit each; absent if it is not.
fn agent_mask(instance: &Instance, target: &Target) -> Option<Vec<u64>> {
    target.agents.as_ref().map(|list| mask(list.iter().copied(), instance.agents.len()))
}

pub(super) fn levels(instance: &Instance) -> Vec<LevelProgram> {
    let level = |l: &Level| LevelProgram {
        response: Sampler::new(&l.response),
        handling: Sampler::new(&l.handling),
        timeout: l.timeout.as_ref().map(Sampler::new),
    };
    instance.levels.iter().map(level).collect()
}

pub(super) fn failures(instance: &Instance) -> Vec<Option<FailureProgram>> {
    let failures = |a: &Agent| {
        a.failures.as_ref().map(|f| FailureProgram::new(a.key, f.every_hours, Sampler::new(&f.repair)))
    };
    instance.agents.iter().map(failures).collect()
}

/// By task, its blockers.
pub(super) fn strikes(instance: &Instance, seed: u64) -> Vec<Vec<Strike>> {
    let seed = Seed::new(seed);
    let mut strikes = vec![Vec::new(); instance.tasks.len()];
    for (id, blocker) in instance.blockers.iter().enumerate() {
        for task in &blocker.target.tasks {
            let data = &instance.tasks[task.index()];
            if data.work == Work::Effort {
                let key = pair_key(blocker.key, data.key);
                let owner = seed.owner(key);
                let level = blocker.escalate.as_ref().map(|escalate| &instance.levels[escalate.to.index()]);
                let ticket = level.map_or(TicketDraws::NONE, |level| TicketDraws::new(seed, level, key, 0));
                strikes[task.index()].push(Strike {
                    owner,
                    first: owner.stream(Purpose::Strike, 0),
                    first_resolve: owner.stream(Purpose::Resolve, 0),
                    ticket,
                    blocker: id as u32,
                    is_timed: matches!(blocker.rate, Rate::EveryHours(_)),
                    is_particular: blocker.target.agents.is_some(),
                });
            }
        }
    }
    strikes
}

fn blocker_clock(blocker: &Blocker) -> Option<Distribution> {
    match blocker.rate {
        Rate::EveryHours(mean) => Some(Distribution::Exponential { mean }),
        Rate::PerTask(_) => None,
    }
}

/// What says whether a blocker that strikes once strikes the task of these strikes.
pub(super) fn once(instance: &Instance, strikes: &[Strike]) -> Vec<(Stream, Probability)> {
    let once = |strike: &Strike| match instance.blockers[strike.blocker as usize].rate {
        Rate::PerTask(probability) => Some((strike.owner.stream(Purpose::Occurs, 0), probability)),
        Rate::EveryHours(_) => None,
    };
    strikes.iter().filter_map(once).collect()
}

/// Many times the events of a usual iteration. Only where agents lose work to failures faster than they do it are
/// there more. `an_hour`: by task, the failures in an hour of work on it, at most.
pub(super) fn most_events(instance: &Instance, mut an_hour: Vec<f64>) -> u64 {
    for blocker in &instance.blockers {
        if let Rate::EveryHours(every) = blocker.rate {
            for task in &blocker.target.tasks {
                an_hour[task.index()] += 1.0 / every;
            }
        }
    }
    let interruptions: f64 = instance.tasks.iter().zip(an_hour).map(|(task, rate)| task.mean_hours() * rate).sum();
    let usual = EVENTS_PER_TASK * (instance.tasks.len() as u64 + 100);
    (usual + (EVENTS_PER_INTERRUPTION * interruptions) as u64).min(usual.max(MOST_EVENTS))
}
