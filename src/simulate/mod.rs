//! Simulated runs: what one iteration does, and many of them in parallel.
