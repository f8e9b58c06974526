//! The lean path: plans in which tasks wait for tasks and for free agents, and for nothing else.
//!
//! The same rules as the engine's, and the same results to the last bit (a test compares the two), for plans
//! without calendars, resources, crews, lags, handoffs, risks and whatever goes wrong. What makes it fast:
//! - all that the loop knows of a node is one line of the cache, and tasks stand in the order of dispatch, so that
//!   large plans wait for memory but once;
//! - efforts are drawn for a batch of iterations at a time, which the compiler turns into vector code;
//! - events are the running jobs alone, few enough to be kept sorted in one short column;
//! - agents stand in order of pace, so that the best idle one is a trailing zero;
//! - nothing is logged: starts, finishes, who held what and which link came last tell everything; the walks
//!   back read only the chains that matter, and sums are made for a batch at a time.

mod engine;
mod outcome;
mod program;

pub(crate) use engine::LeanEngine;
pub(crate) use program::LeanProgram;

/// No task, no link, no wait.
const NOTHING: u32 = u32::MAX;
