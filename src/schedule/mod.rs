//! Deterministic schedules on mean durations: critical path, and list scheduling with agents.
