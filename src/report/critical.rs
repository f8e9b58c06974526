//! Which tasks views show where they have no room for all.

use crate::analyse::TaskForecast;

/// True of what is critical in most iterations.
pub(super) fn is_mostly_critical(criticality: f64) -> bool {
    criticality >= 0.5
}

/// Places of all tasks, the most critical first; of equal ones that listed first.
pub(super) fn by_criticality(tasks: &[TaskForecast]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..tasks.len()).collect();
    places.sort_by(|a, b| tasks[*b].criticality.total_cmp(&tasks[*a].criticality));
    places
}

/// Places of the `most` most critical tasks, in file order.
pub(super) fn most_critical(tasks: &[TaskForecast], most: usize) -> Vec<usize> {
    let mut places = by_criticality(tasks);
    places.truncate(most);
    places.sort_unstable();
    places
}
