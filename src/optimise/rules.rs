//! Priority rules on mean durations: what list scheduling starts from.

use super::project::Project;

/// A rule by which nodes are ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// The earliest latest finish first (LFT).
    LatestFinish,
    /// The earliest latest start first (LST).
    LatestStart,
    /// The most successors in all first (MTS).
    MostSuccessors,
    /// The greatest duration together with that of its direct successors first (GRPW).
    RankWeight,
}

impl Rule {
    pub(crate) const ALL: [Self; 4] =
        [Self::LatestFinish, Self::LatestStart, Self::MostSuccessors, Self::RankWeight];
}

/// Earliest starts, and the longest way from each node's start to the end, without agents and resources.
pub(crate) fn heads_and_tails(project: &Project) -> (Vec<u32>, Vec<u32>) {
    let (mut heads, mut tails) = (vec![0; project.len()], vec![0; project.len()]);
    for node in 0..project.len() {
        let from = project.before.of(node).iter().map(|&n| heads[n as usize] + project.shortest(n as usize));
        heads[node] = from.max().unwrap_or(0);
    }
    for node in (0..project.len()).rev() {
        let rest = project.after.of(node).iter().map(|&n| tails[n as usize]).max().unwrap_or(0);
        tails[node] = rest + project.shortest(node);
    }
    (heads, tails)
}

/// Keys of all nodes by this rule, the least first.
pub(crate) fn keys(project: &Project, rule: Rule) -> Vec<u32> {
    let (heads, tails) = heads_and_tails(project);
    let length = heads.iter().zip(&tails).map(|(head, tail)| head + tail).max().unwrap_or(0);
    let nodes = 0..project.len();
    match rule {
        Rule::LatestFinish => nodes.map(|node| length - tails[node] + project.shortest(node)).collect(),
        Rule::LatestStart => tails.iter().map(|tail| length - tail).collect(),
        Rule::MostSuccessors => {
            let counts = successors(project);
            counts.iter().map(|count| project.len() as u32 - count).collect()
        }
        Rule::RankWeight => {
            let weight = |node: usize| {
                let after = project.after.of(node).iter().map(|&n| project.shortest(n as usize)).sum::<u32>();
                project.shortest(node) + after
            };
            let weights: Vec<u32> = nodes.map(weight).collect();
            let most = weights.iter().copied().max().unwrap_or(0);
            weights.iter().map(|weight| most - weight).collect()
        }
    }
}

/// Beyond so many nodes only direct successors count: the sets of all would take hundreds of megabytes.
const MOST_SETS: usize = 20_000;

/// Number of all successors, direct or not, by node.
fn successors(project: &Project) -> Vec<u32> {
    if project.len() > MOST_SETS {
        return (0..project.len()).map(|node| project.after.of(node).len() as u32).collect();
    }
    let words = project.len().div_ceil(64);
    let mut reach = vec![vec![0_u64; words]; project.len()];
    for node in (0..project.len()).rev() {
        for &next in project.after.of(node) {
            let next = next as usize;
            let (low, high) = reach.split_at_mut(next);
            for (word, further) in low[node].iter_mut().zip(&high[0]) {
                *word |= further;
            }
            reach[node][next / 64] |= 1 << (next % 64);
        }
    }
    reach.iter().map(|row| row.iter().map(|word| word.count_ones()).sum()).collect()
}
