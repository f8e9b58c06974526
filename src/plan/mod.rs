//! Plan files: reads text, checks it, and lowers it to a `model::Instance`.
