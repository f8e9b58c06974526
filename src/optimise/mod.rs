//! Search for policies: who does what, in which order.
