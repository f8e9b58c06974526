//! What an iteration of the lean path leaves behind: walks back from the last finish, counts, and the tasks' times.

use super::super::program::Program;
use super::super::run::Kept;
use super::super::team::MOST;
use super::super::times::kept_hours;
use super::super::{Cause, Outcomes};
use super::NOTHING;
use super::engine::{DONE_BEFORE, LeanEngine, NOBODY};
use crate::model::Node;
use crate::units::Ticks;

impl LeanEngine<'_> {
    /// Counts what the nodes say of an iteration, in their order, puts the tasks' times into this row if they are
    /// kept, and sets out the next row.
    pub(super) fn take_in(&mut self, row: usize, is_kept: bool, has_next: bool) {
        let tasks = self.counts.len();
        let starts = &mut self.starts[row * tasks..(row + 1) * tasks];
        let finishes = &mut self.finishes[row * tasks..(row + 1) * tasks];
        let efforts = &self.efforts[(row + usize::from(has_next)) * tasks..];
        for (slot, &waits) in self.slots.iter_mut().zip(&self.lean.waits) {
            if slot.driver != NOTHING && !slot.tied {
                self.drives[slot.driver as usize] += 1;
            }
            slot.waits = waits;
        }
        let times = starts.iter_mut().zip(finishes);
        for (((slot, counts), (start, finish)), &effort) in
            self.slots.iter_mut().zip(&mut self.counts).zip(times).zip(efforts)
        {
            counts.set_by[slot.set_by as usize] += 1;
            counts.start += slot.start;
            counts.finish += slot.finish;
            if is_kept {
                *start = kept_hours(slot.start.0 as f64);
                *finish = kept_hours(slot.finish.0 as f64);
            }
            slot.effort = effort;
        }
    }

    #[inline]
    fn finish(&self, node: u32) -> Ticks {
        self.slots[node as usize].finish
    }

    /// The links that came last to a node, the first in the file first.
    fn drivers(&self, node: u32) -> impl Iterator<Item = (u32, u32)> + '_ {
        let release = self.slots[node as usize].release;
        let links = self.lean.back.of(node as usize).iter().copied();
        links.filter(move |&(from, _)| self.finish(from) == release)
    }

    /// The first in the file of the links that came last to a node.
    fn driver(&self, node: u32) -> Option<u32> {
        let slot = &self.slots[node as usize];
        if slot.tied {
            self.drivers(node).map(|(_, link)| link).next()
        } else {
            (slot.driver != NOTHING).then_some(slot.driver)
        }
    }

    /// Walks back from the last finish: marks what is critical, and gives the hours their causes.
    pub(super) fn explain(&mut self, part: &mut Outcomes) {
        self.mark_critical();
        let (mut work, mut waited) = (Ticks::ZERO, Ticks::ZERO);
        let first_of_file = self.latest.iter().min_by_key(|&&node| self.lean.tasks[node as usize]);
        let mut at = first_of_file.copied();
        while let Some(node) = at {
            let slot = &self.slots[node as usize];
            if slot.place != NOBODY {
                work += slot.finish - slot.start;
                if slot.holder != NOTHING {
                    waited += slot.start - slot.release;
                    let agent = self.lean.team.agents[usize::from(slot.place)] as usize;
                    part.agent_waits[agent] += i128::from((slot.start - slot.release).0);
                }
            }
            at = self.driver(node).map(|link| self.lean.sources[link as usize]);
        }
        debug_assert_eq!(work + waited, self.makespan);
        part.causes[Cause::Work as usize] += i128::from(work.0);
        part.causes[Cause::Agent as usize] += i128::from(waited.0);
    }

    fn mark_critical(&mut self) {
        self.seen.fill(false);
        self.stack.extend(&self.latest);
        while let Some(node) = self.stack.pop() {
            let slot = self.slots[node as usize];
            // Milestones that many paths reach are walked once, as tasks are.
            if std::mem::replace(&mut self.seen[node as usize], true) {
                continue;
            }
            if let Some(counts) = self.counts.get_mut(node as usize) {
                if slot.set_by == DONE_BEFORE {
                    continue;
                }
                counts.critical += 1;
                if slot.holder != NOTHING {
                    self.stack.push(slot.holder);
                    continue;
                }
            }
            if slot.tied {
                let mut stack = std::mem::take(&mut self.stack);
                stack.extend(self.drivers(node).map(|(from, _)| from));
                self.stack = stack;
            } else if slot.driver != NOTHING {
                self.stack.push(self.lean.sources[slot.driver as usize]);
            }
        }
    }

    /// Adds what an iteration has only one of.
    pub(super) fn add(&mut self, part: &mut Outcomes) {
        let program: &Program = self.lean.program;
        part.iterations += 1;
        part.makespan.push(self.makespan);
        let mut time = [Ticks::ZERO; MOST];
        for (&agent, &busy) in self.lean.team.agents.iter().zip(&self.busy) {
            time[agent as usize] = busy;
        }
        part.cost.push(program.cost(|agent| time[agent]));
        for (sum, busy) in part.agents.iter_mut().zip(time) {
            sum.busy += i128::from(busy.0);
        }
        let others = self.lean.tasks.len()..;
        for (&node, slot) in self.lean.nodes[others.clone()].iter().zip(&self.slots[others]) {
            match program.nodes[node as usize] {
                Node::PhaseFinish(phase) => part.phases[phase.index()].push(slot.finish),
                Node::Milestone(id) => part.milestones[id.index()].push(slot.finish),
                _ => {}
            }
        }
        let mut all_met = true;
        for &(node, due) in &self.lean.dues {
            let met = self.finish(node) <= due;
            all_met &= met;
            if let Some(&task) = self.lean.tasks.get(node as usize) {
                part.tasks[task as usize].due_met += u64::from(met);
            }
        }
        part.all_due_met += u64::from(all_met);
        // Links that came last together with others were left out when they came.
        for place in 0..self.tied.len() {
            if let Some(link) = self.driver(self.tied[place]) {
                self.drives[link as usize] += 1;
            }
        }
    }

    /// Adds the tasks' times of a batch.
    pub(super) fn add_batch(&mut self, count: u32, part: &mut Outcomes) {
        for (&task, counts) in self.lean.tasks.iter().zip(&mut self.counts) {
            let task = &mut part.tasks[task as usize];
            task.finished += u64::from(count);
            task.start_total += i128::from(counts.start.0);
            task.finish_total += i128::from(counts.finish.0);
            (counts.start, counts.finish) = (Ticks::ZERO, Ticks::ZERO);
        }
    }

    /// Keeps the tasks' times of the leading iterations of a batch.
    pub(super) fn keep(&self, place: usize, kept: usize, times: &mut Kept) {
        let tasks = self.counts.len();
        for (slot, &task) in self.lean.tasks.iter().enumerate() {
            let Some([starts, finishes]) = times.get_mut(task as usize) else { return };
            for row in 0..kept {
                starts[place + row] = self.starts[row * tasks + slot];
                finishes[place + row] = self.finishes[row * tasks + slot];
            }
        }
    }
}
