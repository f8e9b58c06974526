//! Addressed random draws: every random quantity has its own stream, keyed by who it belongs to and what
//! it is for, so that a draw depends on nothing else in the plan.

mod draw;

pub use draw::{
    GOLDEN_32, Iteration, Owner, Purpose, STRATA, Sampling, Seed, Shared, Stream, entity_key, mix_word, pair_key,
    unit,
};
