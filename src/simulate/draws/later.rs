//! What follows the marks of a batch that many programs share: drawn once for all of them.
//!
//! It is rare and takes long to draw one by one, from tables that are at hand for nobody else. Its records stand in the
//! order of iterations and tasks, as they are asked for, more or less.

use super::luck::Luck;
use super::{BATCH, Batch, FAILS, Later, STRUCK};
use crate::rng::Iteration;
use crate::simulate::program::Program;

/// Tasks of a plan whose records have numbers, at most.
const MOST_TASKS: usize = 256;

impl Later {
    fn drawn(luck: &Luck, marks: u8, task: usize) -> Self {
        let mut later = Self::default();
        if marks & FAILS != 0 {
            (later.effort, later.fails) = (luck.effort(task, 1), luck.attempt_fails(task, 1));
        }
        if marks & STRUCK != 0 && luck.program.strikes.of(task).len() == 1 {
            let at = luck.program.strikes.offset(task);
            (later.point, later.resolve) = (luck.point(at), luck.resolve(at, 0));
            later.handling = luck.first_handling(at);
        }
        later
    }
}

impl Batch {
    /// Bytes of what follows the marks, at most.
    pub(super) fn most_later(program: &Program) -> usize {
        let may_be_marked = program.tasks.iter().filter(|task| task.has_blockers || task.backoff.is_some());
        BATCH * (program.tasks.len() + may_be_marked.count() * size_of::<Later>())
    }

    /// Draws what follows the marks, if the plan is small enough for that.
    pub(super) fn draw_later(&mut self, program: &Program) {
        let (Some(first), tasks) = (self.first, program.tasks.len()) else { return };
        if tasks > MOST_TASKS {
            return;
        }
        self.later_of = vec![0; self.marks.len()];
        for (row, marks) in self.marks.chunks(tasks.max(1)).enumerate() {
            let iteration = Iteration { number: first + row as u32, sampling: program.sampling };
            let luck = Luck { program, iteration };
            self.later_from[row] = self.later.len() as u32;
            for (task, &marks) in marks.iter().enumerate() {
                if marks & (FAILS | STRUCK) != 0 {
                    let number = self.later.len() as u32 - self.later_from[row];
                    self.later_of[row * tasks + task] = number as u8;
                    self.later.push(Later::drawn(&luck, marks, task));
                }
            }
        }
    }
}
