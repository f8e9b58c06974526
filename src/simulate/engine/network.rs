//! Rule 2, ready: links are set off by starts, finishes and progress, and release what waits for them.
//!
//! Nothing here calls itself: a long chain of nodes without length must not use up the stack.

use super::Engine;
use super::life::NEW_TASK;
use super::state::{ALREADY_BEGUN, NO_LINK};
use crate::model::Node;
use crate::simulate::program::{JobKind, Out};
use crate::simulate::queue::EventKind;

impl Engine<'_> {
    /// Deals with the nodes that have been released, until none is left.
    pub(super) fn settle(&mut self) {
        while let Some(node) = self.state.released.pop() {
            match self.program.nodes[node as usize] {
                Node::Task(task) => {
                    self.state.tasks[task.index()] = NEW_TASK;
                    self.make_ready(task.index(), JobKind::New);
                }
                _ => self.start_and_finish(node as usize),
            }
        }
    }

    /// A node without length, or a done task, starts and finishes now.
    pub(super) fn start_and_finish(&mut self, node: usize) {
        let now = self.state.now;
        let state = &mut self.state.nodes[node];
        (state.start, state.finish) = (now, now);
        self.set_off(node, true);
        self.set_off(node, false);
        if let Node::Task(task) = self.program.nodes[node] {
            let program = self.program;
            for trigger in program.triggers.of(task.index()) {
                self.follow(trigger.out);
            }
        }
    }

    /// Follows the links that a node's start, or its finish, sets off.
    #[inline]
    pub(super) fn set_off(&mut self, node: usize, start: bool) {
        let program = self.program;
        let links = if start { program.on_start.of(node) } else { program.on_finish.of(node) };
        for &out in links {
            self.follow(out);
        }
    }

    /// A link is set off now.
    #[inline]
    pub(super) fn follow(&mut self, out: Out) {
        let link = out.link as usize;
        let now = self.state.now;
        self.state.link_moments[link] = now;
        let arrival = match &self.program.lags[link] {
            None => now,
            Some(lag) => {
                let lag = lag.ticks(self.draws.iteration());
                self.state.lags[link] = lag;
                now.plus(lag)
            }
        };
        let node = &mut self.state.nodes[out.to as usize];
        if !out.bounds && node.waits == ALREADY_BEGUN {
            return;
        }
        // Of links that hold at the same instant, the first in the file counts as the one that set it.
        let (at, driver) = if out.bounds {
            (&mut node.bound, &mut node.bound_driver)
        } else {
            (&mut node.release, &mut node.driver)
        };
        if arrival > *at || *driver == NO_LINK || (arrival == *at && out.link < *driver) {
            *at = arrival;
            *driver = out.link;
        }
        if out.bounds {
            node.bounds -= 1;
            if node.bounds == 0 && node.complete {
                let at = node.bound.max(now);
                self.push_finish(at, out.to as usize);
            }
        } else {
            node.waits -= 1;
            if node.waits == 0 {
                if node.release <= now {
                    self.state.released.push(out.to);
                } else {
                    let at = node.release;
                    self.state.queue.push(at, EventKind::Release, out.to as usize);
                }
            }
        }
    }

    fn push_finish(&mut self, at: crate::units::Ticks, node: usize) {
        if let Node::Task(task) = self.program.nodes[node] {
            self.state.queue.push(at, EventKind::Finish, task.index());
        }
    }

    /// The work of a task is done and approved: it finishes when its bounds hold.
    pub(super) fn complete(&mut self, task: usize) {
        let node = self.program.task_nodes[task] as usize;
        let now = self.state.now;
        let state = &mut self.state.nodes[node];
        state.complete = true;
        if state.bounds > 0 {
            return;
        }
        if state.bound <= now {
            self.finish_task(task);
        } else {
            let at = state.bound;
            self.push_finish(at, node);
        }
    }

    /// A task finishes now.
    pub(super) fn finish_task(&mut self, task: usize) {
        let node = self.program.task_nodes[task] as usize;
        self.state.nodes[node].finish = self.state.now;
        self.state.unfinished -= 1;
        self.set_off(node, false);
    }
}
