//! How long a task takes on mean values if the best of its candidates do it.

use crate::model::{Candidate, Slot, Task, Work, can_fill};
use crate::units::Ticks;

/// Mean work left divided by the pace of the fastest candidates; the mean itself for an elapsed task.
/// [`Ticks::NEVER`] if nobody may do it.
pub(super) fn best_duration(task: &Task) -> Ticks {
    match task.work {
        Work::Elapsed => Ticks::from_hours(task.mean_hours()),
        Work::Effort => at_pace(task, best_pace(&task.slots)),
    }
}

/// Mean work left at this pace.
pub(super) fn at_pace(task: &Task, pace: f64) -> Ticks {
    let hours = task.mean_hours();
    if hours == 0.0 { Ticks::ZERO } else { Ticks::from_hours(hours / pace) }
}

/// The greatest pace at which the slots can be filled, a different agent in each: that of the slowest slot.
/// Where there are too few agents to fill them all, each slot's best counts.
fn best_pace(slots: &[Slot]) -> f64 {
    let best = |slot: &Slot| slot.candidates.iter().map(|c| c.pace).fold(0.0, f64::max);
    let bound = slots.iter().map(best).fold(f64::INFINITY, f64::min);
    if slots.len() < 2 {
        return bound;
    }
    let mut paces: Vec<f64> = slots.iter().flat_map(|s| s.candidates.iter().map(|c| c.pace)).collect();
    paces.retain(|&pace| pace <= bound);
    paces.sort_unstable_by(f64::total_cmp);
    paces.dedup();
    let slots: Vec<&[Candidate]> = slots.iter().map(|slot| slot.candidates.as_slice()).collect();
    let feasible = paces.partition_point(|&pace| can_fill(&slots, pace));
    if feasible == 0 { bound } else { paces[feasible - 1] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Builder, Status};

    fn hours(plan: Builder) -> f64 {
        best_duration(&plan.build().tasks[0]).hours()
    }

    fn team() -> Builder {
        let mut plan = Builder::new();
        plan.agent("fast", &[("core", 4.0), ("docs", 2.0)]);
        plan.agent("slow", &[("core", 1.0)]);
        plan.agent("writer", &[("docs", 1.5)]);
        plan
    }

    #[test]
    fn the_fastest_agent_sets_the_duration_and_progress_shortens_it() {
        let mut plan = team();
        plan.task("t", 8.0, "core").progress = 0.25;
        assert_eq!(hours(plan), 1.5);
        let mut plan = team();
        plan.elapsed("t", 8.0).progress = 0.25;
        assert_eq!(hours(plan), 6.0);
        let mut plan = team();
        plan.task("t", 8.0, "core").status = Status::Done;
        assert_eq!(hours(plan), 0.0);
    }

    #[test]
    fn a_crew_needs_a_different_agent_in_each_slot() {
        let mut plan = team();
        plan.crew("t", 6.0, &["docs", "core"]);
        assert_eq!(hours(plan), 4.0, "writer and fast, at 1.5, not fast and slow, at 1");
        let mut plan = team();
        plan.crew("t", 6.0, &["core", "core"]);
        assert_eq!(hours(plan), 6.0, "fast and slow");
        let mut plan = team();
        plan.crew("t", 6.0, &["core", "core", "docs"]);
        assert_eq!(hours(plan), 6.0, "fast, slow and writer");
    }

    #[test]
    fn what_nobody_can_do_never_ends() {
        let mut plan = team();
        plan.task("t", 1.0, "law");
        assert!(best_duration(&plan.build().tasks[0]).is_never());
    }
}
