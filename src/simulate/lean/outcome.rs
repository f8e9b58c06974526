//! What a batch of the lean path leaves behind: walks back from the last finishes, counts, and the tasks' times.

use std::ops::Range;

use super::super::lockstep::LANES;
use super::super::vector::prefetch;
use super::super::{ByCause, Cause, Outcomes, SetBy};
use super::NOTHING;
use super::engine::{Counts, LeanEngine};
use super::row::{OriginKind, Row};
use crate::units::Ticks;

impl LeanEngine<'_> {
    /// Adds what is told of these iterations, the leading ones of a batch.
    pub(super) fn add(&mut self, iterations: Range<u32>, part: &mut Outcomes) {
        let count = iterations.len();
        for lane in 0..count {
            self.add_scores(lane, part);
        }
        if self.lean.program.details {
            for lane in 0..count {
                self.add_lane(lane, part);
            }
            let mut wait = |agent: usize, wait: Ticks| part.agent_waits[agent] += i128::from(wait.0);
            let causes = self.lane_causes(&mut wait);
            for (iteration, causes) in iterations.zip(causes) {
                part.add_causes(iteration, causes, self.lean.program);
            }
            self.mark_critical();
        }
    }

    fn makespan(&self, lane: usize) -> Ticks {
        Ticks(self.now[lane])
    }

    #[inline]
    fn finish(&self, slot: u32, lane: usize) -> Ticks {
        Ticks(self.rows[slot as usize].finish[lane])
    }

    /// When the last link into a slot held.
    fn released(&self, slot: u32, lane: usize) -> Ticks {
        let links = self.lean.back.of(slot as usize).iter();
        links.map(|&(from, _)| self.finish(from, lane)).max().unwrap_or(Ticks::ZERO)
    }

    /// The links that came last to a slot, the first in the file first.
    fn drivers(&self, slot: u32, lane: usize) -> impl Iterator<Item = (u32, u32)> + '_ {
        let released = self.released(slot, lane);
        let links = self.lean.back.of(slot as usize).iter().copied();
        links.filter(move |&(from, _)| self.finish(from, lane) == released)
    }

    /// The slot at the other end of the first in the file of those links.
    fn driver(&self, slot: u32, lane: usize) -> Option<u32> {
        self.drivers(slot, lane).map(|(from, _)| from).next()
    }

    /// Adds what is told of an iteration in any case.
    fn add_scores(&self, lane: usize, part: &mut Outcomes) {
        let (lean, program) = (self.lean, self.lean.program);
        let cost = lean.team.cost(program, self.busy.iter().map(|busy| Ticks(busy[lane])));
        // Phases and milestones come after the tasks.
        let others = lean.nodes.iter().zip(&self.rows).skip(lean.tasks.len());
        let finish = |(&node, row): (&u32, &Row)| (program.nodes[node as usize], Ticks(row.finish[lane]));
        part.add_score(self.makespan(lane), cost, others.map(finish));
    }

    /// Adds what else an iteration has only one of.
    fn add_lane(&mut self, lane: usize, part: &mut Outcomes) {
        for (&agent, busy) in self.lean.team.agents.iter().zip(&self.busy) {
            part.agents[agent as usize].busy += i128::from(busy[lane]);
        }
        let mut all_met = true;
        for &(slot, due) in &self.lean.dues {
            let is_met = self.finish(slot, lane) <= due;
            all_met &= is_met;
            if let Some(&task) = self.lean.tasks.get(slot as usize) {
                part.tasks[task as usize].due_met += u64::from(is_met);
            }
        }
        part.all_due_met += u64::from(all_met);
        // Links that came last together with others are left out where the others are counted.
        for place in 0..self.lanes[lane].tied.len() {
            let first = self.drivers(self.lanes[lane].tied[place], lane).next();
            if let Some((_, link)) = first {
                self.drives[link as usize] += 1;
            }
        }
    }

    /// Walks back from the last finish of each iteration, and tells what its makespan was made of, by cause. `wait` is
    /// told each wait for an agent.
    pub(super) fn lane_causes(&self, wait: &mut impl FnMut(usize, Ticks)) -> [ByCause<Ticks>; LANES] {
        let mut causes = [ByCause::default(); LANES];
        let first_of_file = |lane: usize| self.latest(lane).min_by_key(|&slot| self.lean.tasks[slot as usize]);
        let mut at: [Option<u32>; LANES] = std::array::from_fn(first_of_file);
        // In turns: while one waits for memory, others go on.
        while at.iter().any(Option::is_some) {
            for (lane, (at, causes)) in at.iter_mut().zip(&mut causes).enumerate() {
                let Some(slot) = *at else { continue };
                let row = &self.rows[slot as usize];
                if (slot as usize) < self.lean.jobs.len() {
                    causes[Cause::Work as usize] += Ticks(row.finish[lane] - row.start[lane]);
                }
                *at = match row.origin[lane].kind() {
                    OriginKind::Start => None,
                    OriginKind::Link(link) => Some(self.lean.source(link)),
                    OriginKind::Tie => self.driver(slot, lane),
                    OriginKind::Holder(_) => {
                        // What is active or ready at the start waits for nothing else.
                        let is_released = !matches!(self.lean.waits[slot as usize], 0 | NOTHING);
                        let driver = if is_released { self.driver(slot, lane) } else { None };
                        let released = driver.map_or(Ticks::ZERO, |driver| self.finish(driver, lane));
                        let waited = Ticks(row.start[lane]) - released;
                        causes[Cause::Agent as usize] += waited;
                        wait(self.lean.team.agents[row.waits[lane] as usize] as usize, waited);
                        driver
                    }
                };
            }
        }
        debug_assert!((0..LANES).all(|lane| causes[lane].iter().copied().sum::<Ticks>() == self.makespan(lane)));
        causes
    }

    /// Marks what is critical, first come, first followed: while one lane waits for memory, others go on.
    fn mark_critical(&mut self) {
        self.seen.fill(0);
        let mut walked = std::mem::take(&mut self.walked);
        walked.clear();
        for lane in 0..LANES {
            walked.extend(self.latest(lane).map(|slot| (slot, lane as u8)));
        }
        let mut at = 0;
        while let Some(&(slot, lane)) = walked.get(at) {
            at += 1;
            // Milestones that many paths reach are walked once, as tasks are.
            let seen = &mut self.seen[slot as usize];
            if *seen >> lane & 1 == 1 {
                continue;
            }
            *seen |= 1 << lane;
            let mut come_to = |slot: u32| {
                prefetch(&self.rows[slot as usize].origin);
                walked.push((slot, lane));
            };
            match self.rows[slot as usize].origin[usize::from(lane)].kind() {
                OriginKind::Start => {}
                OriginKind::Link(link) => come_to(self.lean.source(link)),
                OriginKind::Tie => self.drivers(slot, lane.into()).for_each(|(from, _)| come_to(from)),
                OriginKind::Holder(slot) => come_to(slot),
            }
        }
        self.walked = walked;
    }

    /// Adds what was counted over a block.
    pub(super) fn add_counts(&self, part: &mut Outcomes) {
        for (&task, counts) in self.lean.tasks.iter().zip(&self.counts) {
            let task = &mut part.tasks[task as usize];
            task.finished += u64::from(part.iterations);
            task.critical += u64::from(counts.critical);
            task.start_total += i128::from(counts.start);
            task.finish_total += i128::from(counts.finish);
        }
        for (&task, counts) in self.lean.tasks[..self.lean.jobs.len()].iter().zip(&self.counts) {
            let set_by = &mut part.tasks[task as usize].start_set_by;
            let Counts { by_agent, at_start, .. } = *counts;
            set_by[SetBy::Agent as usize] += u64::from(by_agent);
            set_by[SetBy::PlanStart as usize] += u64::from(at_start);
            set_by[SetBy::Dependency as usize] += u64::from(part.iterations - by_agent - at_start);
        }
        for (sum, &number) in part.link_drives.iter_mut().zip(&self.lean.number_of) {
            *sum += u64::from(self.drives[number as usize]);
        }
    }
}
