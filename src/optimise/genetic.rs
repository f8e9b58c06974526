//! A genetic search with two populations: schedules of the one run forward in time, those of the other
//! backward, and each generation of the one is bred from the other (Debels & Vanhoucke 2005, "A bi-population
//! based genetic algorithm for the RCPSP"). Every schedule generated is thus a justification of its parents,
//! at the price of one.

use super::dice::{Dice, Rarity};
use super::project::{NOBODY, Project};
use super::rules::{Rule, keys};
use super::scheme::{Direction, GREEDY, Generator, Schedule};
use super::timeline::Units;

/// When to stop.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    /// Schedules to generate.
    pub(crate) schedules: u64,
    /// A makespan that cannot be beaten.
    pub(crate) bound: u32,
}

/// Size of the populations and how children differ from their parents; measured on the PSPLIB sets.
#[derive(Clone, Copy, Debug)]
struct Tuning {
    size: usize,
    /// How far a key of the first population may be off that of its rule, as a share of the greatest key: the
    /// larger the project, the better it pays to stay close.
    width: f64,
    /// Schedules from which the first population is chosen, for each place in it.
    drawn: usize,
    /// True if those come from the parallel scheme, whose schedules are better for large projects.
    is_parallel: bool,
    /// Probability that a node of a child changes.
    mutation: Rarity,
    /// Probability that a node of a child is done another way, mostly the one that then finishes first.
    other_way: Rarity,
    /// Probability that a child follows one parent but for the order within a part of its schedule. The
    /// larger the project, the more that pays.
    inner: f64,
    /// Probability that the part is the busiest one of its length.
    busiest: f64,
}

/// Nodes of the projects that sizes and widths refer to.
const TUNED_AT: f64 = 122.0;

/// Beyond so many steps it takes too long to find the busiest part.
const MOST_PROFILE: u32 = 20_000;

impl Tuning {
    /// Larger populations for larger budgets: they converge later and better.
    fn new(schedules: u64, project: &Project) -> Self {
        let nodes = project.len();
        let has_choice = has_choice(project);
        // Where agents are chosen too, small populations that drift on plateaus do better at every budget.
        let most = if has_choice { 30.0 } else { 500.0 };
        let smaller = TUNED_AT / nodes.max(1) as f64;
        // 13, 30 and 200 for 1,000, 5,000 and 50,000 schedules of a project of 122 nodes.
        let budget = libm::log(schedules.max(1) as f64 / 1000.0).max(0.0);
        let size = 13.0 * libm::pow(smaller, 0.65) * libm::exp(0.394 * budget + 0.078 * budget * budget);
        Self {
            size: size.clamp(8.0, most) as usize,
            width: if has_choice { 0.5 } else { (0.2 * smaller * libm::exp(0.3 * budget)).min(1.0) },
            drawn: if has_choice { 1 } else { 3 },
            is_parallel: !has_choice,
            mutation: Rarity::new(0.3 / nodes.max(1) as f64),
            other_way: Rarity::new((2.0 / nodes.max(1) as f64).min(0.9)),
            inner: (nodes as f64 / 140.0).clamp(0.2, 0.85),
            busiest: 0.3,
        }
    }
}

/// The best schedule found and what it took, in forward time.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) schedule: Schedule,
    pub(crate) generated: u64,
}

/// Searches until the budget is used up or `stop` says so; it is told the best makespan now and then.
pub(crate) fn search<U: Units>(
    project: &Project,
    budget: Budget,
    seed: u64,
    stop: &mut dyn FnMut(u32, u64) -> bool,
) -> Option<Found> {
    let mut search = Search {
        project,
        generator: Generator::<U>::new(project)?,
        dice: Dice::new(seed),
        tuning: Tuning::new(budget.schedules, project),
        budget,
        best: None,
        child: empty(project),
        has_choice: has_choice(project),
        keys: vec![0; project.len()],
        weights: (0..project.len()).map(|node| weight(project, node)).collect(),
        profile: Vec::new(),
    };
    search.run(stop);
    let generated = search.generator.generated;
    search.best.map(|schedule| Found { schedule, generated })
}

fn has_choice(project: &Project) -> bool {
    (0..project.len()).any(|node| project.ways.of(node).len() > 1)
}

/// Leaves open how nodes are done that have a choice.
fn empty(project: &Project) -> Schedule {
    let way = |node: usize| if project.ways.of(node).len() > 1 { GREEDY } else { 0 };
    Schedule {
        finishes: vec![0; project.len()],
        ways: (0..project.len()).map(way).collect(),
        ..Schedule::default()
    }
}

struct Search<'a, U> {
    project: &'a Project,
    generator: Generator<'a, U>,
    dice: Dice,
    tuning: Tuning,
    budget: Budget,
    /// In forward time.
    best: Option<Schedule>,
    child: Schedule,
    /// True if some node can be done in several ways.
    has_choice: bool,
    keys: Vec<u32>,
    /// How much of all resources each node takes.
    weights: Vec<i64>,
    profile: Vec<i64>,
}

impl<U: Units> Search<'_, U> {
    fn run(&mut self, stop: &mut dyn FnMut(u32, u64) -> bool) {
        let mut parents = self.first_population();
        let mut children = parents.clone();
        let mut direction = Direction::Backward;
        let mut is_first = true;
        while !self.is_over() {
            for (place, before) in children.iter_mut().enumerate() {
                if self.is_over() {
                    return;
                }
                self.breed(&parents, place);
                // Equal ones take turns too: on a plateau the search drifts.
                let limit = if is_first { u32::MAX } else { before.makespan };
                if self.generate(direction, limit) && (is_first || self.child.rank() <= before.rank()) {
                    std::mem::swap(before, &mut self.child);
                }
            }
            is_first = false;
            std::mem::swap(&mut parents, &mut children);
            direction = direction.opposite();
            let best = self.best.as_ref().map_or(u32::MAX, |best| best.makespan);
            if stop(best, self.generator.generated) {
                return;
            }
        }
    }

    fn is_over(&self) -> bool {
        self.generator.generated >= self.budget.schedules
            || self.best.as_ref().is_some_and(|best| best.makespan <= self.budget.bound)
    }

    /// Forward schedules, the best of some: one of each rule, the others drawn about the best rule.
    fn first_population(&mut self) -> Vec<Schedule> {
        let mut population: Vec<Schedule> = Vec::with_capacity(self.tuning.drawn * self.tuning.size);
        let base = keys(self.project, Rule::LatestFinish);
        let most = base.iter().copied().max().unwrap_or(0).max(1);
        let width = (f64::from(most) * self.tuning.width) as usize;
        for place in 0..self.tuning.drawn * self.tuning.size {
            if self.is_over() {
                break;
            }
            match Rule::ALL.get(place) {
                Some(&rule) => self.keys = keys(self.project, rule),
                None => {
                    for (key, &base) in self.keys.iter_mut().zip(&base) {
                        *key = base + self.dice.below(width + 1) as u32;
                    }
                }
            }
            self.child = empty(self.project);
            if self.tuning.is_parallel {
                self.generator.generate_parallel(&self.keys, &mut self.child);
                self.keep_best(Direction::Forward);
            } else {
                self.generate(Direction::Forward, u32::MAX);
            }
            population.push(self.child.clone());
        }
        population.sort_by_key(Schedule::rank);
        population.truncate(self.tuning.size);
        population
    }

    /// Generates the child from its keys; false if it is longer than `limit`.
    fn generate(&mut self, direction: Direction, limit: u32) -> bool {
        let is_whole = self.generator.generate(&self.keys, direction, limit, &mut self.child);
        if is_whole {
            self.keep_best(direction);
        }
        is_whole
    }

    /// Keeps the child if it is the best so far.
    fn keep_best(&mut self, direction: Direction) {
        if self.best.as_ref().is_none_or(|best| self.child.rank() < best.rank()) {
            let mut best = self.child.clone();
            if direction == Direction::Backward {
                for (node, finish) in best.finishes.iter_mut().enumerate() {
                    *finish = self.child.makespan - self.child.start(self.project, node);
                }
            }
            self.best = Some(best);
        }
    }

    /// Keys and ways of a child for the other direction: those of one parent within a part of its schedule,
    /// those of another before and after.
    fn breed(&mut self, parents: &[Schedule], place: usize) {
        let mother = self.tournament(parents, place);
        let (father, mother) = (&parents[place], &parents[mother]);
        let length = father.makespan;
        let part = self.dice.between(length / 10, length * 7 / 10);
        let from = if length <= MOST_PROFILE && self.dice.chance(self.tuning.busiest) {
            self.busiest(father, part)
        } else {
            self.dice.between(0, length - part)
        };
        let to = from + part;
        let follows_father = self.dice.chance(self.tuning.inner);
        // Every key of the part comes after those before it, and before those after it.
        let after = mother.makespan.max(length) + 1;
        let own = father.finishes.iter().map(|finish| length - finish);
        let other = mother.finishes.iter().map(|finish| mother.makespan - finish);
        let keys = self.keys.iter_mut().zip(own.clone().zip(other));
        if follows_father {
            for (key, (own, other)) in keys {
                let outside = if own < from { own } else { own + after };
                *key = if from <= own && own <= to { from + other } else { outside };
            }
        } else {
            for (key, (own, other)) in keys {
                let outside = if other < from { other } else { other + after };
                *key = if from <= own && own <= to { own } else { outside };
            }
        }
        if self.has_choice {
            for (node, own) in own.enumerate() {
                let is_inside = (from..=to).contains(&own);
                let parent = if follows_father == is_inside { mother } else { father };
                self.child.ways[node] = parent.ways[node];
            }
        }
        self.mutate();
    }

    /// Where the part of this length begins in which the father, in the keys' time, uses the most.
    fn busiest(&mut self, father: &Schedule, part: u32) -> u32 {
        let length = father.makespan as usize;
        self.profile.clear();
        self.profile.resize(length + 2, 0);
        for (node, finish) in father.finishes.iter().enumerate() {
            let (start, duration) = (father.makespan - finish, father.duration(self.project, node));
            self.profile[start as usize] += self.weights[node];
            self.profile[(start + duration) as usize] -= self.weights[node];
        }
        for step in 1..=length {
            self.profile[step] += self.profile[step - 1];
        }
        let part = part as usize;
        let mut sum: i64 = self.profile[..part].iter().sum();
        let (mut most, mut from) = (sum, 0);
        for step in part..length {
            sum += self.profile[step] - self.profile[step - part];
            if sum > most {
                (most, from) = (sum, step + 1 - part);
            }
        }
        from as u32
    }

    fn mutate(&mut self) {
        let count = self.keys.len();
        let mut node = self.dice.misses(self.tuning.mutation);
        while node < count {
            let with = self.dice.below(count);
            self.keys.swap(node, with);
            node += 1 + self.dice.misses(self.tuning.mutation);
        }
        let mut node = if self.has_choice { self.dice.misses(self.tuning.other_way) } else { count };
        while node < count {
            let ways = self.project.ways.of(node).len();
            if ways > 1 {
                let is_greedy = self.dice.chance(0.9);
                self.child.ways[node] = if is_greedy { GREEDY } else { self.dice.below(ways) as u16 };
            }
            node += 1 + self.dice.misses(self.tuning.other_way);
        }
    }

    /// The better of two drawn at random.
    fn tournament(&mut self, parents: &[Schedule], not: usize) -> usize {
        let mut best = self.dice.below(parents.len());
        if best == not {
            best = (best + 1) % parents.len();
        }
        let other = self.dice.below(parents.len());
        if other != not && parents[other].rank() < parents[best].rank() { other } else { best }
    }
}

/// Shares of the resources that a node takes, summed [thousandths]; one agent counts as much as all of one.
fn weight(project: &Project, node: usize) -> i64 {
    let needs = project.needs[node].iter().zip(&project.capacities);
    let resources: i64 = needs.map(|(&units, &all)| i64::from(units) * 1000 / i64::from(all.max(1))).sum();
    let takes_agent = project.ways.of(node)[0].place != NOBODY;
    resources + i64::from(takes_agent) * 1000
}
