//! The open path: plans whose agents are always there, with all that may go wrong.
//!
//! The same rules as the engine's, and the same results to the last bit (a test compares the two), for plans without
//! calendars, resources and crews, in which everything waits for finishes. What makes it fast:
//! - who is idle is one word of bits, and a job has one agent, so that choosing, taking and letting go of somebody are
//!   a few instructions each;
//! - what nearly every iteration asks for is drawn for a batch of iterations at a time, which the compiler turns into
//!   vector code: first efforts, first reviews, and which of those go wrong at all;
//! - a job that nothing interrupts, as its draws say beforehand, is an event and nothing more;
//! - work that waits for the agent it had before stands in a short list of its own, so that a dispatch looks past
//!   nobody else's;
//! - the log has half the size of the engine's, and nobody logs what nobody asks for;
//! - of small plans, most jobs run in steps that hardly guess: sets of jobs and of agents are words of bits, the next
//!   ends stand in a short column in which all are compared at once, and what waits for jobs is compared with the set
//!   of those that are done; what is certain to follow is told with what it follows from; and eight iterations take
//!   their steps together, of which those that nothing goes wrong in are one instruction for all, where nobody asks for
//!   more than scores.

mod columns;
mod engine;
mod entry;
mod handover;
mod job;
mod next;
mod outcome;
mod program;
mod review;
mod rework;
mod set_out;
mod small;
mod state;
mod steps;
mod struck;
mod ticket;
mod trouble;
mod turns;
mod walk;
mod wide;

pub(crate) use outcome::OpenRunner;
pub(crate) use program::OpenProgram;

/// No task, no link, no stretch.
const NOTHING: u32 = u32::MAX;

/// No agent, in place of the place of one.
const NOBODY: u8 = u8::MAX;
