//! A genetic search with two populations: schedules of the one run forward in time, those of the other
//! backward, and each generation of the one is bred from the other (Debels & Vanhoucke 2005, "A bi-population
//! based genetic algorithm for the RCPSP"). Every schedule generated is thus a justification of its parents,
//! at the price of one.
//!
//! What small budgets gain most by: to search first among the schedules of the parallel scheme, which are fewer and
//! mostly shorter (Kolisch 1996); to begin with many places and end with few; and to order at random what starts at
//! once in the parents.

use super::dice::{Dice, Rarity};
use super::project::Project;
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

/// Size of the populations and how children differ from their parents; chosen on replicates _1 and _2 of the
/// PSPLIB sets.
#[derive(Clone, Copy, Debug)]
struct Tuning {
    /// Places of the populations at first, and when the budget is used up.
    size: [f64; 2],
    /// How far a key of the first population may be off that of its rule, as a share of the greatest key: the
    /// larger the project, the better it pays to stay close.
    width: f64,
    /// Schedules from which the first population is chosen, for each place in it.
    drawn: usize,
    /// Share of the budget in which schedules come from the parallel scheme.
    parallel: f64,
    /// Probability that a node of a child changes.
    mutation: Rarity,
    /// Probability that a node of a child is done another way, mostly the one that then finishes first.
    other_way: Rarity,
    /// By how much a child may be worse than the one whose place it takes, at first, as a share of its makespan.
    slack: f64,
}

/// Nodes of the projects that sizes and widths refer to.
const TUNED_AT: f64 = 120.0;

impl Tuning {
    /// Larger populations for larger budgets: they converge later and better.
    fn new(schedules: u64, project: &Project) -> Self {
        let has_choice = has_choice(project);
        let nodes = project.len().max(1) as f64;
        let smaller = TUNED_AT / nodes;
        let budget = (schedules as f64 / 1000.0).max(1.0);
        let size = (10.5 * libm::pow(smaller, 0.65) * libm::pow(budget, 0.74)).min(400.0);
        let mutations = if has_choice { 0.3 } else { 0.04 * smaller * smaller };
        Self {
            // Where agents are chosen too, few that drift on plateaus do better at every budget.
            size: if has_choice { [6.0, 6.0] } else { [size * 2.5, size * 0.4] },
            width: if has_choice { 0.5 } else { (0.2 * smaller * libm::pow(budget, 0.3)).min(1.0) },
            drawn: if has_choice { 1 } else { 2 },
            parallel: if has_choice { 0.0 } else { 0.4 * libm::pow(budget, -0.35) },
            mutation: Rarity::new((mutations / nodes).min(0.1)),
            other_way: Rarity::new((2.0 / nodes).min(0.9)),
            slack: 0.013,
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

/// No schedule at all: whatever is generated is better.
fn worst(project: &Project) -> Schedule {
    Schedule { makespan: u32::MAX, spread: u64::MAX, ..empty(project) }
}

/// Fewest places.
const LEAST_SIZE: usize = 4;
/// Random bits behind the key of a node.
const TIE_BITS: u32 = 3;
const TIES: u64 = 1 << TIE_BITS;
/// Nodes whose bits come from one throw.
const TIES_A_THROW: usize = 21;
/// Steps so short that hardly anything starts at once; keys with more bits would take longer to sort, too.
const FINE: u32 = 1 << 12;

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
}

impl<U: Units> Search<'_, U> {
    fn run(&mut self, stop: &mut dyn FnMut(u32, u64) -> bool) {
        let Some(mut parents) = self.first_population(stop) else { return };
        let mut children = vec![worst(self.project); parents.len()];
        let mut direction = Direction::Backward;
        while !self.is_over() {
            for (place, before) in children.iter_mut().enumerate() {
                if self.is_over() {
                    return;
                }
                self.breed(&parents, place);
                let slack = f64::from(before.makespan) * self.tuning.slack * (1.0 - self.spent());
                let limit = before.makespan.saturating_add((slack + self.dice.unit()) as u32);
                // Equal ones take turns too: on a plateau the search drifts.
                if self.generate(direction, limit)
                    && (self.child.makespan != before.makespan || self.child.spread <= before.spread)
                {
                    std::mem::swap(before, &mut self.child);
                }
            }
            self.shrink(&mut parents, &mut children);
            std::mem::swap(&mut parents, &mut children);
            direction = direction.opposite();
            if self.tell(stop) {
                return;
            }
        }
    }

    /// Tells how far it is; true if the search is to end.
    fn tell(&self, stop: &mut dyn FnMut(u32, u64) -> bool) -> bool {
        let best = self.best.as_ref().map_or(u32::MAX, |best| best.makespan);
        stop(best, self.generator.generated)
    }

    /// Share of the budget that is used up.
    fn spent(&self) -> f64 {
        self.generator.generated as f64 / self.budget.schedules as f64
    }

    /// Gives up the worst places, so that what is left of the budget goes to fewer and fewer.
    fn shrink(&self, parents: &mut Vec<Schedule>, children: &mut Vec<Schedule>) {
        let [first, last] = self.tuning.size;
        let size = (first + (last - first) * self.spent()).max(LEAST_SIZE as f64) as usize;
        while children.len() > size {
            let both = parents.iter().zip(children.iter());
            let worst = both
                .enumerate()
                .max_by_key(|(_, (parent, child))| (parent.rank().max(child.rank()), child.rank()));
            let Some((worst, _)) = worst else { return };
            parents.swap_remove(worst);
            children.swap_remove(worst);
        }
    }

    fn is_over(&self) -> bool {
        self.generator.generated >= self.budget.schedules
            || self.best.as_ref().is_some_and(|best| best.makespan <= self.budget.bound)
    }

    /// Forward schedules, the best of some: one of each rule, the others drawn about the latest finish. None if the search
    /// is to end before.
    fn first_population(&mut self, stop: &mut dyn FnMut(u32, u64) -> bool) -> Option<Vec<Schedule>> {
        let size = (self.tuning.size[0] as usize).max(LEAST_SIZE);
        let mut population: Vec<Schedule> = Vec::with_capacity(self.tuning.drawn * size);
        let base = keys(self.project, Rule::LatestFinish);
        let most = base.iter().copied().max().unwrap_or(0).max(1);
        let width = (f64::from(most) * self.tuning.width) as usize;
        for place in 0..self.tuning.drawn * size {
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
            self.generate(Direction::Forward, u32::MAX);
            population.push(self.child.clone());
            if self.tell(stop) {
                return None;
            }
        }
        population.sort_by_key(Schedule::rank);
        population.truncate(size);
        Some(population)
    }

    /// Generates the child from its keys; false if it is longer than `limit`.
    fn generate(&mut self, direction: Direction, limit: u32) -> bool {
        let (is_early, generator) = (self.spent() < self.tuning.parallel, &mut self.generator);
        let is_whole = if is_early {
            generator.generate_parallel(&self.keys, direction, limit, &mut self.child)
        } else {
            generator.generate(&self.keys, direction, limit, &mut self.child)
        };
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

    /// Keys and ways of a child for the other direction: those of one parent, but within a part of its schedule
    /// those of another. What starts at once is in random order.
    fn breed(&mut self, parents: &[Schedule], place: usize) {
        let mother = self.tournament(parents, place);
        let (father, mother) = (&parents[place], &parents[mother]);
        let length = father.makespan;
        let part = self.dice.between(length * 3 / 10, length * 6 / 10);
        let from = self.dice.between(0, length - part);
        let to = from + part;
        // Every key of the part comes after those before it, and before those after it.
        let after = mother.makespan.max(length) + 1;
        let finishes = father.finishes.iter().zip(&mother.finishes);
        let (mut bits, is_fine) = (0, after >= FINE);
        for (node, (key, (father_finish, mother_finish))) in self.keys.iter_mut().zip(finishes).enumerate() {
            let (own, other) = (length - father_finish, mother.makespan - mother_finish);
            let is_inside = from <= own && own <= to;
            *key = match is_inside {
                true => from + other,
                false if own < from => own,
                false => own + after,
            };
            if !is_fine {
                if node % TIES_A_THROW == 0 {
                    bits = self.dice.bits();
                }
                (*key, bits) = (*key << TIE_BITS | (bits % TIES) as u32, bits >> TIE_BITS);
            }
            if self.has_choice {
                let parent = if is_inside { mother } else { father };
                self.child.ways[node] = parent.ways[node];
            }
        }
        self.mutate();
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
