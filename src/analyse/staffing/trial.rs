//! One combination of a grid, simulated: what the grid keeps of its run.

use super::Wish;
use crate::analyse::compare::{Kind, Quantity, Variant, quantities};
use crate::analyse::{reasons, team};
use crate::model::Instance;
use crate::stats::{self, Estimate};

/// Share of the makespan that a wait takes to count as what binds.
const LEAST_WAIT: f64 = 0.01;

/// What the makespan of a combination waits for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bottleneck {
    /// The agent or resource that it waits for longest, with the mean hours; absent if it waits for none.
    pub wait: Option<(String, f64)>,
    /// The task that is critical most often, with its criticality.
    pub task: Option<(String, f64)>,
}

/// One combination, simulated.
#[derive(Clone, Debug, PartialEq)]
pub struct Trial {
    /// Value on each axis, as it was given.
    pub values: Vec<String>,
    /// Number of agents, copies counted.
    pub agents: usize,
    /// Whether it does better with another assignment than the plan's; absent if none was searched.
    pub assigned: Option<bool>,
    pub(super) finish: Vec<f64>,
    pub(super) cost: Vec<f64>,
    pub(super) wish: Option<Estimate>,
    pub(super) bottleneck: Bottleneck,
}

impl Trial {
    /// Keeps of a run what the grid needs, with times from the start of the `base`. `None` if the plan has nothing with a
    /// due date or budget of the wish's name.
    #[must_use]
    pub fn new(values: Vec<String>, variant: &Variant, base: &Instance, wish: Option<&Wish>) -> Option<Self> {
        let mut quantities = quantities(variant, base);
        let reached = match wish {
            Some(wish) => {
                let quantity = quantities.iter().find(|quantity| quantity.id == wish.id)?;
                let due = quantity.due?;
                let hits = quantity.values.iter().filter(|value| **value <= due).count();
                Some(stats::proportion(hits, quantity.values.len()))
            }
            None => None,
        };
        let mut take = |kind: Kind| {
            let place = quantities.iter().position(|quantity: &Quantity| quantity.kind == kind);
            quantities.swap_remove(place.expect("finish and cost are always there")).values
        };
        let (finish, cost) = (take(Kind::Finish), take(Kind::Cost));
        Some(Self {
            values,
            agents: variant.instance.agents.len(),
            assigned: None,
            finish,
            cost,
            wish: reached,
            bottleneck: bottleneck(variant),
        })
    }

    /// Number of iterations.
    #[must_use]
    pub fn iterations(&self) -> u32 {
        // OK because a run counts its iterations in the same type.
        self.finish.len() as u32
    }
}

fn bottleneck(variant: &Variant) -> Bottleneck {
    let agents = team::agents(variant.instance, variant.outcomes);
    let resources = team::resources(variant.instance, variant.outcomes);
    let waits = agents.into_iter().map(|agent| (agent.id, agent.waited_for));
    let waits = waits.chain(resources.into_iter().map(|resource| (resource.id, resource.waited_for)));
    let tasks = variant.instance.tasks.iter().zip(&variant.outcomes.tasks);
    let iterations = f64::from(variant.outcomes.iterations);
    let tasks = tasks.map(|(task, outcome)| (task.id.clone(), outcome.critical as f64 / iterations));
    let makespan = reasons::mean_causes(variant.outcomes).iter().sum::<f64>();
    Bottleneck {
        wait: first_greatest(waits).filter(|(_, hours)| *hours > LEAST_WAIT * makespan),
        task: first_greatest(tasks),
    }
}

fn first_greatest(rows: impl Iterator<Item = (String, f64)>) -> Option<(String, f64)> {
    rows.reduce(|best, row| if row.1 > best.1 { row } else { best })
}
