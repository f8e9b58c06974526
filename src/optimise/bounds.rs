//! Makespans that no schedule beats: the critical path, and for each resource and each group of agents the work
//! that only they can do over their capacity, with what must come before and after it (energetic reasoning
//! over heads and tails: Baptiste, Le Pape & Nuijten 1999).

use std::collections::BTreeMap;

use super::prices::prices;
use super::project::{NOBODY, Project};
use super::rules::heads_and_tails;

/// Steps that no schedule of the project beats, by the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    pub(crate) critical_path: u32,
    /// The greatest over resources.
    pub(crate) resources: u32,
    /// The greatest over groups of agents.
    pub(crate) agents: u32,
}

impl Bounds {
    pub(crate) fn new(project: &Project) -> Self {
        let (heads, tails) = heads_and_tails(project);
        let critical_path = heads.iter().zip(&tails).map(|(head, tail)| head + tail).max().unwrap_or(0);
        let part = |node: usize, units: u32| Part {
            head: heads[node],
            tail: tails[node] - project.shortest(node),
            work: u64::from(project.shortest(node)) * u64::from(units),
        };
        let mut pairs = MOST_PAIRS;
        let of_resource = |resource: usize| {
            let units = |node: usize| project.needs[node][resource];
            let parts = (0..project.len()).filter(|&node| units(node) > 0).map(|node| part(node, units(node)));
            bound(parts.collect(), project.capacities[resource], &mut pairs)
        };
        let resources = (0..project.capacities.len()).map(of_resource).max().unwrap_or(0);
        let groups = groups(&loads(project));
        let of_group = |group: &Vec<u32>| {
            let only_they = |node: &usize| {
                let ways = project.ways.of(*node);
                ways.iter().all(|way| group.binary_search(&way.place).is_ok())
            };
            let parts = (0..project.len()).filter(only_they).map(|node| part(node, 1));
            bound(parts.collect(), group.len() as u32, &mut pairs)
        };
        let agents = groups.iter().map(of_group).max().unwrap_or(0).max(priced(project, &heads, &tails));
        Self { critical_path, resources, agents }
    }

    /// The greatest of all.
    pub(crate) fn best(&self) -> u32 {
        self.critical_path.max(self.resources).max(self.agents)
    }
}

/// The work of all agents at the best prices, between the least head and the least tail.
fn priced(project: &Project, heads: &[u32], tails: &[u32]) -> u32 {
    let staffed: Vec<usize> =
        (0..project.len()).filter(|&node| project.ways.of(node)[0].place != NOBODY).collect();
    let ways = |node: &usize| {
        let ways = project.ways.of(*node).iter();
        ways.map(|way| (way.place as usize, f64::from(way.duration))).collect::<Vec<_>>()
    };
    let prices = prices(&staffed.iter().map(ways).collect::<Vec<_>>(), &vec![1.0; project.places.len()]);
    let least = |node: &usize| {
        let ways = project.ways.of(*node).iter();
        ways.map(|way| u128::from(prices[way.place as usize]) * u128::from(way.duration)).min().unwrap_or(0)
    };
    let work: u128 = staffed.iter().map(least).sum();
    let all: u128 = prices.iter().map(|&price| u128::from(price)).sum();
    let head = staffed.iter().map(|&node| heads[node]).min().unwrap_or(0);
    let tail = staffed.iter().map(|&node| tails[node] - project.shortest(node)).min().unwrap_or(0);
    u32::try_from(work.div_ceil(all.max(1))).map_or(0, |steps| head + steps + tail)
}

/// Work that shares a capacity, what must come before it and after it.
struct Part {
    head: u32,
    tail: u32,
    work: u64,
}

/// Pairs of parts after which only all parts together are looked at.
const MOST_PAIRS: usize = 200_000_000;

/// The greatest, over all pairs of a head and a tail, of both together with the work between them over the
/// capacity. `pairs`: that may still be looked at.
fn bound(mut parts: Vec<Part>, capacity: u32, pairs: &mut usize) -> u32 {
    let capacity = u64::from(capacity.max(1));
    let total = |head: u32, work: u64, tail: u32| u64::from(head) + work.div_ceil(capacity) + u64::from(tail);
    let (Some(head), Some(tail)) = (parts.iter().map(|p| p.head).min(), parts.iter().map(|p| p.tail).min()) else {
        return 0;
    };
    let mut best = total(head, parts.iter().map(|p| p.work).sum(), tail);
    if let Some(left) = pairs.checked_sub(parts.len() * parts.len()) {
        *pairs = left;
        parts.sort_by_key(|part| std::cmp::Reverse(part.tail));
        let mut heads: Vec<u32> = parts.iter().map(|part| part.head).collect();
        heads.sort_unstable();
        heads.dedup();
        for head in heads {
            let mut work = 0;
            for part in parts.iter().filter(|part| part.head >= head) {
                work += part.work;
                best = best.max(total(head, work, part.tail));
            }
        }
    }
    u32::try_from(best).unwrap_or(u32::MAX)
}

/// Sets of places from which unions are grown.
const MOST_STARTS: usize = 60;

/// Steps of work by the set of places that may do it.
fn loads(project: &Project) -> BTreeMap<Vec<u32>, u64> {
    let mut loads: BTreeMap<Vec<u32>, u64> = BTreeMap::new();
    for node in 0..project.len() {
        let mut places: Vec<u32> = project.ways.of(node).iter().map(|way| way.place).collect();
        places.sort_unstable();
        if places[0] != NOBODY {
            *loads.entry(places).or_default() += u64::from(project.shortest(node));
        }
    }
    loads
}

/// Comparisons of sets after which no more unions are grown: any of them bound the plan, and a team of hundreds of whom
/// no two can do the same has more than anybody waits for.
const MOST_COMPARISONS: usize = 10_000_000;

/// Groups whose work is worth a look: those that may do some task, and from each of them on the unions that add
/// the most load for each member.
pub(super) fn groups(loads: &BTreeMap<Vec<u32>, u64>) -> Vec<Vec<u32>> {
    let mut groups: Vec<Vec<u32>> = loads.keys().cloned().collect();
    let mut widenings = MOST_COMPARISONS / (loads.len() * loads.len()).max(1);
    for start in loads.keys().take(MOST_STARTS) {
        let mut group = start.clone();
        while widenings > 0
            && let Some(wider) = widen(&group, loads)
        {
            widenings -= 1;
            groups.push(wider.clone());
            group = wider;
        }
    }
    groups.sort_unstable();
    groups.dedup();
    groups
}

/// The union with one more set for which load over places is greatest; absent if all are in.
fn widen(group: &[u32], loads: &BTreeMap<Vec<u32>, u64>) -> Option<Vec<u32>> {
    let is_within = |set: &[u32], group: &[u32]| set.iter().all(|place| group.binary_search(place).is_ok());
    let load = |group: &[u32]| -> u64 {
        loads.iter().filter(|(set, _)| is_within(set, group)).map(|(_, load)| load).sum()
    };
    let outside = loads.keys().filter(|set| !is_within(set, group));
    let unions = outside.map(|set| {
        let mut union: Vec<u32> = group.iter().chain(set).copied().collect();
        union.sort_unstable();
        union.dedup();
        union
    });
    let per_place = |group: &Vec<u32>| u128::from(load(group)) * 1000 / group.len() as u128;
    unions.max_by_key(|union| (per_place(union), std::cmp::Reverse(union.clone())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Builder, Instance};

    fn bounds(plan: &Instance) -> (u32, u32, u32) {
        let bounds = Bounds::new(&Project::new(plan).expect("a project"));
        (bounds.critical_path, bounds.resources, bounds.agents)
    }

    #[test]
    fn work_over_capacity_counts_with_what_must_come_before_and_after() {
        let mut plan = Builder::new();
        plan.resource("r", 2);
        plan.elapsed("first", 1.0);
        for id in ["a", "b", "c"] {
            plan.elapsed(id, 2.0).uses("r", 2).after("first");
        }
        plan.elapsed("last", 3.0).after("a").after("b").after("c");
        assert_eq!(bounds(&plan.build()), (6, 10, 0));
    }

    #[test]
    fn a_large_team_of_whom_no_two_can_do_the_same_has_no_more_groups_than_there_is_time_for() {
        let loads = (0..400_u32).map(|place| (vec![place], 1)).collect();
        let groups = groups(&loads);
        assert!((401..=400 + MOST_COMPARISONS / (400 * 400)).contains(&groups.len()), "{}", groups.len());
    }

    #[test]
    fn skills_that_few_have_bound_the_plan() {
        let mut plan = Builder::new();
        plan.agent("a", &[("x", 1.0), ("y", 1.0)]);
        plan.agent("b", &[("x", 1.0)]);
        plan.task("1", 3.0, "y");
        plan.task("2", 4.0, "y");
        plan.task("3", 5.0, "x");
        plan.task("4", 6.0, "x");
        assert_eq!(bounds(&plan.build()), (6, 0, 9), "18 hours of two agents, 7 hours of one");
    }
}
