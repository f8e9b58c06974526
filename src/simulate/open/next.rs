//! The links that the end of a small plan's job follows at once, and what waits for them.

use super::super::columns::Rows;
use super::super::program::{Out, Program};
use super::NOTHING;
use super::program::OpenTask;
use super::small::{Jobs, MOST_JOBS, Waiting};
use crate::model::Status;

/// Links that a job's end follows at once.
pub(super) const NEXT: usize = 3;

/// In place of a first attempt, where a job's end follows fewer links.
pub(super) const NO_ATTEMPT: u8 = Jobs::BITS as u8;

/// A link from the end of an attempt or its review to the first attempt of a task.
#[derive(Clone, Copy, Debug)]
pub(super) struct Next {
    pub(super) link: u32,
    /// That attempt, beyond all where there is none, and the node of its task.
    pub(super) attempt: u8,
    pub(super) node: u8,
}

/// By task, the links that its end follows: some, if it has an attempt, that lead to attempts which wait for nothing but
/// finishes, and the rest.
pub(super) fn links(
    program: &Program,
    tasks: &[OpenTask],
    task_of: &[u32],
    attempts: &[Option<u8>],
) -> (Vec<[Next; NEXT]>, Rows<Out>) {
    let has_lag =
        |node: u32| program.incoming.of(node as usize).iter().any(|&l| program.lags[l as usize].is_some());
    let next = |out: &Out| {
        let attempt = (*attempts.get(task_of[out.to as usize] as usize)?)?;
        (!has_lag(out.to)).then_some(Next { attempt, node: out.to as u8, link: out.link })
    };
    // What is done or active waits for nothing.
    let is_begun = |out: &&Out| {
        let task = program.instance.tasks.get(task_of[out.to as usize] as usize);
        task.is_some_and(|task| task.status != Status::Todo)
    };
    let nowhere = Next { attempt: NO_ATTEMPT, node: program.nodes.len() as u8, link: NOTHING };
    let mut firsts = vec![[nowhere; NEXT]; tasks.len()];
    let rest = Rows::new(tasks.iter().zip(&mut firsts).zip(attempts).map(|((task, first), attempt)| {
        let places = if attempt.is_some() { NEXT } else { 0 };
        let (mut free, mut rest) = (first[..places].iter_mut(), Vec::new());
        for out in program.on_finish.of(task.node as usize).iter().filter(|out| !is_begun(out)) {
            match next(out).and_then(|next| Some((free.next()?, next))) {
                Some((place, next)) => *place = next,
                None => rest.push(*out),
            }
        }
        rest
    }));
    (firsts, rest)
}

/// By first attempt, those that have a next link to it: low words, high words; beyond all attempts are all. `next`: by
/// task; `waits`: links that each node waits for, from which these are taken.
pub(super) fn before(attempts: &[Waiting], next: &[[Next; NEXT]], waits: &mut [u32]) -> Box<[i64; 2 * MOST_JOBS]> {
    let mut before = Box::new([-1; 2 * MOST_JOBS]);
    before[..2 * attempts.len()].fill(0);
    for (attempt, job) in attempts.iter().enumerate() {
        for next in next[job.task].iter().filter(|next| next.attempt != NO_ATTEMPT) {
            before[2 * usize::from(next.attempt) + attempt / 64] |= 1 << (attempt % 64);
            waits[usize::from(next.node)] -= 1;
        }
    }
    before
}

/// Nodes that wait for some of these links, or that have none of these attempts.
pub(super) fn changing_nodes(attempts: &[Waiting], tasks: &[OpenTask], waits: &[u32]) -> Vec<u8> {
    let mut changes = vec![true; waits.len()];
    for attempt in attempts {
        let node = tasks[attempt.task].node as usize;
        changes[node] = waits[node] != 0;
    }
    (0..waits.len()).filter(|&node| changes[node]).map(|node| node as u8).collect()
}
