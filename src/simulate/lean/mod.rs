//! The lean path: plans in which tasks wait for tasks and for free agents, and for nothing else.
//!
//! The same rules as the engine's, and the same results to the last bit (a test compares the two), for plans
//! without calendars, resources, crews, lags, handoffs, risks and whatever goes wrong. What makes it fast:
//! - eight iterations run in lockstep: which of them can start something, and which have something end next, is found
//!   out for all of them at once, in columns with a lane for each;
//! - what they know of a node lies side by side, and tasks stand in the order of dispatch: of a large plan, a line of the
//!   cache that one of them waits for serves all, and one walk over the nodes adds up a batch and sets out the next;
//! - efforts are drawn for a batch at a time, which the compiler turns into vector code;
//! - events are the running jobs alone, few enough to be kept sorted in one short column;
//! - agents stand in order of pace, so that the best idle one is a trailing zero;
//! - nothing is logged: starts, finishes, who held what and which link came last tell everything; the walks
//!   back read only the chains that matter.

mod engine;
mod outcome;
mod program;
mod ready;
mod row;
mod turn;

pub(crate) use engine::LeanEngine;
pub(crate) use program::LeanProgram;

/// No task, no link, no wait.
const NOTHING: u32 = u32::MAX;

/// Links that the end of a job follows at once.
const NEXT: usize = 3;

/// Numbers from the first of those of a slot to the first of the next.
const STRIDE: u32 = 4;

/// Number of one of those links of a slot. The other links come after those of all slots.
#[inline(always)]
fn number(slot: u32, place: usize) -> u32 {
    slot * STRIDE + place as u32
}
