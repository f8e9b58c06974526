//! A race of policies under uncertainty. Children of a pool run against it under the same luck: first for few
//! iterations, then, those that may win, for ever more (racing: Maron & Moore 1997, with doubling in place of
//! tests). Luck comes in blocks, each of which doubles what a policy has seen; all policies see the same.

use rayon::prelude::*;

use super::dice::Dice;
use super::objective::{Objective, Sample, score};
use super::starts::lead;
use super::uncertain::Watcher;
use crate::model::{AgentId, Instance, Policy, Status, TaskId};
use crate::rng::pair_key;
use crate::simulate::{Settings, Trials};

/// What runs policies: equal policies see equal luck.
#[derive(Debug)]
pub(super) struct Arena<'a> {
    /// The plan with all choices open.
    open: &'a Instance,
    objective: Objective,
    /// Seed of the luck of all blocks.
    seed: u64,
    /// Iterations of the first block, and most blocks.
    first_block: u32,
    most_blocks: usize,
    /// By block, as far as anybody has come.
    blocks: Vec<Trials<'a>>,
}

impl<'a> Arena<'a> {
    pub(super) fn new(open: &'a Instance, objective: Objective, seed: u64) -> Self {
        Self { open, objective, seed, first_block: FIRST_BLOCK, most_blocks: MOST_BLOCKS, blocks: Vec::new() }
    }

    /// For a plan without luck, whose makespan one iteration tells.
    pub(super) fn certain(open: &'a Instance) -> Self {
        Self { first_block: 1, most_blocks: 1, ..Self::new(open, Objective::Mean, 0) }
    }

    /// Iterations of a block: each further one doubles what has been seen.
    fn iterations_of(&self, block: usize) -> u32 {
        self.first_block << block.saturating_sub(1)
    }

    /// Trials under the luck of a block, which no other block has.
    pub(super) fn trials(&self, block: u64, iterations: u32) -> Trials<'a> {
        let settings = Settings::new(iterations, pair_key(self.seed, block)).for_scores();
        Trials::new(self.open, Settings { samples: self.objective.wants_samples(), ..settings })
    }

    /// Makes so many blocks ready. Here, and not when the first policy comes to one: that policy's thread might wait for
    /// the others, and take up another policy that waits for the same block.
    fn prepare(&mut self, blocks: usize) {
        while self.blocks.len() < blocks {
            let block = self.blocks.len();
            self.blocks.push(self.trials(block as u64, self.iterations_of(block)));
        }
    }

    /// Runs a policy.
    pub(super) fn sample(&self, policy: &Policy, trials: &Trials) -> Sample {
        Sample::new(self.open, &trials.run(policy))
    }
}

/// Iterations of the first block.
const FIRST_BLOCK: u32 = 16;
/// Most blocks: 8,192 iterations.
const MOST_BLOCKS: usize = 10;
/// Policies in the pool.
const POOL: usize = 10;
/// Children of a generation.
const CHILDREN: usize = 8;
/// The pool sees another block when that costs no more than one part in so many of what has been spent.
const PATIENCE: u64 = 20;
/// After so many generations without a new policy there is none left.
const MOST_BARREN: u32 = 200;

/// A policy and how it did.
#[derive(Clone, Debug)]
struct Runner {
    policy: Policy,
    sample: Sample,
    /// Score after the first block, after the first two, and so on.
    scores: Vec<f64>,
}

impl Runner {
    fn new(policy: Policy) -> Self {
        Self { policy, sample: Sample::default(), scores: Vec::new() }
    }

    /// Runs on until it has seen so many blocks, which are ready; the iterations that this took.
    fn run(&mut self, arena: &Arena, blocks: usize) -> u64 {
        let mut spent = 0;
        while self.scores.len() < blocks {
            let block = self.scores.len();
            self.sample.append(arena.sample(&self.policy, &arena.blocks[block]));
            self.scores.push(score(&self.sample, arena.objective));
            spent += u64::from(arena.iterations_of(block));
        }
        spent
    }

    fn score(&self, blocks: usize) -> f64 {
        self.scores[blocks - 1]
    }
}

/// The best by then first.
fn sort(runners: &mut [Runner], blocks: usize) {
    runners.sort_by(|a, b| a.score(blocks).total_cmp(&b.score(blocks)));
}

/// A race and its pool.
pub(super) struct Race<'a> {
    pub(super) arena: Arena<'a>,
    dice: Dice,
    /// Agents to choose among, by task.
    choices: Vec<Vec<AgentId>>,
    /// Tasks with more than one agent to choose among.
    open_tasks: Vec<usize>,
    /// All that is dispatched, in the order of the plan's own rule.
    dispatched: Vec<TaskId>,
    /// Active tasks, which come first in all of them.
    under_way: Vec<TaskId>,
    /// The best first.
    pool: Vec<Runner>,
    /// The plan as written, which stays beside the pool.
    written: Runner,
    /// Blocks that all of the pool have seen.
    level: usize,
    barren: u32,
    /// Iterations run so far.
    pub(super) spent: u64,
}

impl<'a> Race<'a> {
    /// A race among the plan as written and these policies, of which the best stay; those that have not run yet when
    /// `watch` says that the time is over are left out.
    pub(super) fn new(
        arena: Arena<'a>,
        seed: u64,
        choices: Vec<Vec<AgentId>>,
        dispatched: Vec<TaskId>,
        mut first: Vec<Policy>,
        watch: Watcher,
    ) -> Self {
        let written = Runner::new(first[0].clone());
        let open_tasks = (0..choices.len()).filter(|&task| choices[task].len() > 1).collect();
        let is_active = |task: &TaskId| arena.open.tasks[task.index()].status == Status::Active;
        let under_way = dispatched.iter().copied().filter(is_active).collect();
        let dice = Dice::new(seed);
        let (pool, level) = (Vec::new(), 1);
        let mut race = Self {
            arena,
            dice,
            choices,
            open_tasks,
            dispatched,
            under_way,
            pool,
            written,
            level,
            barren: 0,
            spent: 0,
        };
        let mut runners: Vec<Runner> = Vec::new();
        for policy in first.drain(..) {
            if runners.iter().all(|runner| runner.policy != policy) {
                runners.push(Runner::new(policy));
            }
        }
        let (mut seen, mut best, mut is_over) = (0, f64::INFINITY, false);
        for part in runners.chunks_mut(POOL) {
            race.advance(part);
            seen += part.len();
            best = part[0].score(race.level).min(best);
            is_over = watch(race.written.score(race.level), best, race.spent);
            if is_over {
                break;
            }
        }
        runners.truncate(seen);
        sort(&mut runners, race.level);
        if !is_over && runners.len() > POOL && race.level < race.arena.most_blocks {
            runners.truncate(2 * POOL);
            race.level += 1;
            race.advance(&mut runners);
        }
        runners.truncate(POOL);
        race.pool = runners;
        race.readmit();
        race
    }

    /// The plan as written comes back into the pool if it does better than the last there: few iterations may
    /// have thrown it out by bad luck.
    fn readmit(&mut self) {
        let level = self.level;
        let is_in = self.pool.iter().any(|runner| runner.policy == self.written.policy);
        let is_good = self.pool.last().is_none_or(|last| self.written.score(level) < last.score(level));
        if !is_in && is_good {
            self.pool.truncate(POOL - 1);
            self.pool.push(self.written.clone());
            sort(&mut self.pool, level);
        }
    }

    /// The best so far, at most so many.
    pub(super) fn leaders(&self, count: usize) -> Vec<Policy> {
        self.pool.iter().take(count).map(|runner| runner.policy.clone()).collect()
    }

    /// Scores of the plan as written and of the best, on the luck seen so far.
    fn scores(&self) -> (f64, f64) {
        let best = self.pool.first().map_or(f64::NAN, |runner| runner.score(self.level));
        (self.written.score(self.level), best)
    }

    /// Breeds generations until so many iterations are used up, no new policy is found, or `watch` says so; true if it did.
    pub(super) fn run(&mut self, iterations: u64, watch: Watcher) -> bool {
        while self.spent + self.next_costs() <= iterations && self.barren < MOST_BARREN {
            let (written, best) = self.scores();
            if watch(written, best, self.spent) {
                return true;
            }
            self.generation();
        }
        false
    }

    /// Most iterations that the next generation takes.
    fn next_costs(&self) -> u64 {
        let children = (CHILDREN as u64 * u64::from(self.arena.first_block)) << (self.level - 1);
        if self.is_rising() { 2 * children + self.rise_costs() } else { children }
    }

    /// Iterations for which the pool and the plan as written see another block.
    fn rise_costs(&self) -> u64 {
        (POOL as u64 + 1) * u64::from(self.arena.iterations_of(self.level))
    }

    fn is_rising(&self) -> bool {
        self.level < self.arena.most_blocks && self.rise_costs() * PATIENCE <= self.spent
    }

    /// Lets these and the plan as written see all blocks of the level, and sorts them by their scores.
    fn advance(&mut self, runners: &mut [Runner]) {
        let level = self.level;
        self.arena.prepare(level);
        let arena = &self.arena;
        self.spent += self.written.run(arena, level);
        self.spent += runners.par_iter_mut().map(|runner| runner.run(arena, level)).sum::<u64>();
        sort(runners, level);
    }

    /// Breeds children, races them with the pool, and keeps the best of all.
    fn generation(&mut self) {
        if self.is_rising() {
            self.level += 1;
            let mut pool = std::mem::take(&mut self.pool);
            self.advance(&mut pool);
            self.pool = pool;
            self.readmit();
        }
        let mut children: Vec<Runner> = Vec::with_capacity(CHILDREN);
        for _ in 0..CHILDREN {
            let child = self.breed();
            if self.pool.iter().chain(&children).all(|other| other.policy != child) {
                children.push(Runner::new(child));
            }
        }
        self.barren = if children.is_empty() { self.barren + 1 } else { 0 };
        let level = self.level;
        for blocks in 1..=level {
            let arena = &self.arena;
            self.spent += children.par_iter_mut().map(|child| child.run(arena, blocks)).sum::<u64>();
            // Who is to go on must be as good as half of the pool was by then, and in the end as its last.
            let mut scores: Vec<f64> = self.pool.iter().map(|runner| runner.score(blocks)).collect();
            scores.sort_by(f64::total_cmp);
            let place = if blocks < level { scores.len() / 2 } else { scores.len() - 1 };
            let is_full = self.pool.len() >= POOL || blocks < level;
            children.retain(|child| !is_full || child.score(blocks) < scores[place]);
        }
        self.pool.append(&mut children);
        sort(&mut self.pool, level);
        self.pool.truncate(POOL);
    }

    /// A child of two of the pool, or of one.
    fn breed(&mut self) -> Policy {
        let count = self.pool.len();
        let (father, mother) = (self.dice.below(count).min(self.dice.below(count)), self.dice.below(count));
        let mut child = self.pool[father].policy.clone();
        self.spell_out(&mut child);
        let is_crossed = father != mother && self.dice.chance(0.9);
        if is_crossed {
            let mut mother = self.pool[mother].policy.clone();
            self.spell_out(&mut mother);
            self.cross(&mut child, &mother);
        }
        let changes = if is_crossed { self.dice.below(3) } else { 1 + self.dice.below(3) };
        for _ in 0..changes {
            self.change(&mut child);
        }
        lead(&mut child, &self.under_way);
        child
    }

    /// Gives a policy that leaves the order to the plan's rule an order.
    fn spell_out(&self, policy: &mut Policy) {
        if policy.order.len() != self.dispatched.len() {
            policy.order.clone_from(&self.dispatched);
        }
    }

    /// Within a part of the order (Hartmann 1998, two-point crossover), the tasks that the mother has next, done
    /// by whom she has them done.
    fn cross(&mut self, child: &mut Policy, mother: &Policy) {
        let count = child.order.len();
        if count < 2 {
            return;
        }
        let part = 1 + self.dice.below(count - 1);
        let from = self.dice.below(count - part + 1);
        let mut is_open = vec![false; child.agents.len()];
        let later = child.order.split_off(from);
        for task in &later {
            is_open[task.index()] = true;
        }
        let next = mother.order.iter().filter(|task| is_open[task.index()]).take(part);
        child.order.extend(next.copied());
        for &task in &child.order[from..] {
            is_open[task.index()] = false;
            child.agents[task.index()] = mother.agents[task.index()];
        }
        child.order.extend(later.into_iter().filter(|task| is_open[task.index()]));
    }

    /// A task goes to another agent, or to another place in the order.
    fn change(&mut self, policy: &mut Policy) {
        let count = policy.order.len();
        if !self.open_tasks.is_empty() && (count < 2 || self.dice.chance(0.5)) {
            let task = self.open_tasks[self.dice.below(self.open_tasks.len())];
            let agents = &self.choices[task];
            policy.agents[task] = agents.get(self.dice.below(agents.len() + 1)).copied();
        } else if count > 1 {
            let from = self.dice.below(count);
            let task = policy.order.remove(from);
            let reach = (count / 8).max(2);
            let to = (from + self.dice.below(2 * reach + 1)).saturating_sub(reach).min(count - 1);
            policy.order.insert(to, task);
        }
    }
}
