//! Checks a timeline against the plan. Written apart from the engine that made it.
