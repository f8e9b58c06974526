//! Problems in a plan file: code, place, what was given, what is allowed, the next step.
