//! Limits of a plan against its outcomes: held, broken, or not decided by so many iterations.
//!
//! A percentile stays within a limit if at least that share of iterations does, so that percentiles and
//! probabilities are one question: is a proportion at least what is asked? Wilson's interval answers it.

use super::objective::Objective;
use super::{costs, spread};
use crate::model::{Instance, Limit, LimitSubject, Severity};
use crate::simulate::{MOST_ITERATIONS, Outcomes, kept_time};
use crate::stats::{self, Estimate};
use crate::units::Ticks;

/// More iterations than would just do, so that the next run does not end at the edge again.
const SAFETY: f64 = 1.5;

/// Whether something that is asked for holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// It holds, beyond noise.
    Held,
    /// Noise is larger than the margin.
    Unclear,
    /// It does not hold, beyond noise.
    Broken,
}

impl Status {
    /// In a word, for files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Unclear => "unclear",
            Self::Broken => "broken",
        }
    }
}

/// What a limit asks of its subject.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Aim {
    /// That this percentile is no greater than allowed.
    Percentile(f64),
    /// That the mean is no greater than allowed.
    Mean,
    /// That the due date or budget is met at least this often.
    Probability,
}

/// One thing that a limit asks for, and what the run says about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Requirement {
    /// Place of the limit in the instance's list.
    pub limit: usize,
    /// `finish`, `cost`, or the id of a task, phase or milestone.
    pub id: String,
    /// True for hours, false for money.
    pub is_time: bool,
    /// Whether breaking it fails a check; never [`Severity::Off`].
    pub severity: Severity,
    /// What is asked.
    pub aim: Aim,
    /// Greatest value allowed, or least probability.
    pub allowed: f64,
    /// The due date or budget that a probability is about.
    pub due: Option<f64>,
    /// What the run says; absent for what is infinite.
    pub value: Option<f64>,
    /// Lower end of its 95 % interval.
    pub low: Option<f64>,
    /// Upper end of its 95 % interval.
    pub high: Option<f64>,
    /// What it comes to.
    pub status: Status,
    /// Iterations that would decide, if these do not; absent if no number would.
    pub decided_by: Option<u64>,
    /// True if it is about a task whose times are kept of the leading iterations only: more would tell no more.
    pub is_capped: bool,
}

/// All that the plan's limits ask for, in file order; limits that are off are left out.
#[must_use]
pub fn requirements(instance: &Instance, outcomes: &Outcomes) -> Vec<Requirement> {
    let limits = instance.limits.iter().enumerate().filter(|(_, limit)| limit.severity != Severity::Off);
    limits
        .flat_map(|(place, limit)| {
            let subject = Subject::new(instance, outcomes, limit);
            let percentiles = limit.percentiles.iter().map(|(p, allowed)| (Aim::Percentile(*p), *allowed));
            let mean = limit.mean.map(|allowed| (Aim::Mean, allowed));
            let probability = limit.probability.map(|p| (Aim::Probability, p.value()));
            let aims: Vec<(Aim, f64)> = percentiles.chain(mean).chain(probability).collect();
            aims.into_iter().map(move |(aim, allowed)| subject.requirement(place, limit, aim, allowed))
        })
        .collect()
}

/// What a limit is on, with its values in rising order.
struct Subject {
    id: String,
    is_time: bool,
    due: Option<f64>,
    sorted: Vec<f64>,
    /// How many iterations there were, if the values are single precision's, as the times of tasks are.
    kept_of: Option<usize>,
}

impl Subject {
    fn new(instance: &Instance, outcomes: &Outcomes, limit: &Limit) -> Self {
        let mut sorted: Vec<f64> = match limit.subject {
            LimitSubject::Finish => spread::hours(&outcomes.makespan),
            LimitSubject::Cost => costs(outcomes),
            LimitSubject::Task(id) => outcomes.times.finish(id.index()).into_iter().map(f64::from).collect(),
            LimitSubject::Phase(id) => spread::hours(&outcomes.phases[id.index()]),
            LimitSubject::Milestone(id) => spread::hours(&outcomes.milestones[id.index()]),
        };
        sorted.sort_unstable_by(f64::total_cmp);
        let is_task = matches!(limit.subject, LimitSubject::Task(_));
        Self {
            id: instance.subject_id(limit.subject).to_owned(),
            is_time: limit.subject != LimitSubject::Cost,
            due: instance.subject_due(limit.subject),
            sorted,
            kept_of: is_task.then_some(outcomes.makespan.len()),
        }
    }

    /// An allowed value as precise as those that it is compared with: a task that takes 16.1 h meets a limit of 16.1 h.
    fn as_kept(&self, allowed: f64) -> f64 {
        if self.kept_of.is_some() { f64::from(kept_time(Ticks::from_hours(allowed))) } else { allowed }
    }

    fn is_capped(&self) -> bool {
        self.kept_of.is_some_and(|iterations| self.sorted.len() < iterations)
    }

    fn requirement(&self, place: usize, limit: &Limit, aim: Aim, allowed: f64) -> Requirement {
        let finite = |value: f64| spread::finite(value);
        let (shown, status, decided_by) = match aim {
            Aim::Mean => self.mean(allowed),
            Aim::Percentile(percent) => {
                let p = percent / 100.0;
                let (low, high) = stats::quantile_interval(&self.sorted, p);
                let value = stats::quantile(&self.sorted, p);
                let (_, status, decided_by) = self.share_within(allowed, p);
                (Estimate { value, low, high }, status, decided_by)
            }
            // Without a date the plan would not have been read, unless all of it is done.
            Aim::Probability => self.share_within(self.due.unwrap_or(f64::INFINITY), allowed),
        };
        Requirement {
            limit: place,
            id: self.id.clone(),
            is_time: self.is_time,
            severity: limit.severity,
            aim,
            allowed,
            due: self.due.filter(|_| aim == Aim::Probability),
            value: finite(shown.value),
            low: finite(shown.low),
            high: finite(shown.high),
            status,
            decided_by: decided_by.filter(|_| !self.is_capped()),
            is_capped: self.is_capped(),
        }
    }

    /// The share of iterations within `due`, against the share that is `asked` for.
    fn share_within(&self, due: f64, asked: f64) -> (Estimate, Status, Option<u64>) {
        let count = self.sorted.len();
        let due = self.as_kept(due);
        let hits = self.sorted.partition_point(|value| *value <= due);
        let share = stats::proportion(hits, count);
        let status = match () {
            // No number of iterations proves a certainty: it holds until one iteration breaks it.
            () if asked >= 1.0 => {
                if hits == count {
                    Status::Held
                } else {
                    Status::Broken
                }
            }
            () if share.low >= asked => Status::Held,
            () if share.high < asked => Status::Broken,
            () => Status::Unclear,
        };
        (share, status, decided_by(status, count, (share.high - share.low, 0.0), share.value - asked))
    }

    fn mean(&self, allowed: f64) -> (Estimate, Status, Option<u64>) {
        let allowed = self.as_kept(allowed);
        let never = Estimate { value: f64::INFINITY, low: f64::INFINITY, high: f64::INFINITY };
        let Some(mean) = stats::mean_estimate(&self.sorted) else {
            // A single iteration says nothing of a mean; an unfinished one makes it infinite.
            let unknown = Objective::Mean.of(&self.sorted).is_some();
            return (never, if unknown { Status::Unclear } else { Status::Broken }, None);
        };
        let status = match () {
            () if mean.high <= allowed => Status::Held,
            () if mean.low > allowed => Status::Broken,
            () => Status::Unclear,
        };
        (mean, status, decided_by(status, self.sorted.len(), (mean.high - mean.low, 0.0), allowed - mean.value))
    }
}

/// Iterations that make an interval, of this width now, narrower than twice the margin; so much of the width, put
/// together with the rest as for independent runs, stays however many there are. Absent for what is decided, and where
/// no run may have as many.
pub(super) fn decided_by(status: Status, count: usize, (width, fixed): (f64, f64), margin: f64) -> Option<u64> {
    if status != Status::Unclear {
        return None;
    }
    let square = |width: f64| width * width / 4.0;
    let room = margin * margin / SAFETY - square(fixed);
    let needed = (count as f64 * (square(width) - square(fixed)) / room).ceil();
    // What so many have not decided takes more, whatever the width says.
    let needed = if needed > count as f64 { needed } else { 2.0 * count as f64 };
    (room > 0.0 && needed <= f64::from(MOST_ITERATIONS)).then_some(needed as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(count: u32) -> Subject {
        let sorted = (1..=count).map(f64::from).collect();
        Subject { id: "finish".to_owned(), is_time: true, due: None, sorted, kept_of: None }
    }

    #[test]
    fn a_share_is_held_broken_or_hidden_by_noise() {
        let thousand = subject(1000);
        let status = |due: f64, asked: f64| thousand.share_within(due, asked).1;
        assert_eq!(status(900.0, 0.8), Status::Held);
        assert_eq!(status(700.0, 0.8), Status::Broken);
        assert_eq!(status(805.0, 0.8), Status::Unclear);
        assert_eq!((status(1000.0, 1.0), status(999.0, 1.0)), (Status::Held, Status::Broken));
    }

    #[test]
    fn the_iterations_it_asks_for_would_decide() {
        let (_, _, needed) = subject(1000).share_within(810.0, 0.8);
        let needed = needed.expect("a margin of one percent");
        let larger = subject(needed as u32);
        let (_, status, _) = larger.share_within(0.81 * needed as f64, 0.8);
        assert_eq!(status, Status::Held, "{needed}");
        assert_eq!(subject(1000).share_within(800.0, 0.8).2, None, "no margin, no number");
    }

    #[test]
    fn what_does_not_shrink_leaves_less_to_gain() {
        let needed =
            |width: f64, fixed: f64, margin: f64| decided_by(Status::Unclear, 1000, (width, fixed), margin);
        assert_eq!(needed(4.0, 0.0, 1.0), Some(6000));
        // 1.5 / 2^2 - 0.5^2 of room for the 2^2 - 0.5^2 that shrink.
        assert_eq!(needed(4.0, 1.0, 1.0), Some(9000));
        assert_eq!(needed(4.0, 2.0, 1.0), None, "it alone is as wide as the margin");
        assert_eq!(needed(4.0, 0.0, 0.01), None, "60 million");
        assert_eq!(needed(1.0, 0.0, 1.0), Some(2000), "more than there were");
    }

    #[test]
    fn a_limit_is_as_precise_as_the_times_of_tasks_that_are_kept() {
        let kept = f64::from(16.1_f32);
        assert!(kept > 16.1, "single precision rounds it up");
        let task = Subject { sorted: vec![kept; 100], kept_of: Some(100), ..subject(0) };
        assert_eq!(task.share_within(16.1, 0.8).1, Status::Held);
        assert_eq!(task.share_within(16.09, 0.8).1, Status::Broken);
        assert!(!task.is_capped());
    }

    #[test]
    fn more_iterations_are_not_asked_for_where_no_more_times_are_kept() {
        let capped = Subject { kept_of: Some(5000), ..subject(1000) };
        let limit = Limit {
            subject: LimitSubject::Finish,
            percentiles: Vec::new(),
            mean: None,
            probability: None,
            severity: Severity::Error,
        };
        let found = |subject: &Subject| subject.requirement(0, &limit, Aim::Percentile(80.0), 810.0);
        assert!(found(&subject(1000)).decided_by.is_some());
        let of_task = found(&capped);
        assert_eq!((of_task.status, of_task.decided_by, of_task.is_capped), (Status::Unclear, None, true));
    }

    #[test]
    fn a_mean_over_unfinished_iterations_breaks_its_limit() {
        let mut subject = subject(10);
        assert_eq!(subject.mean(20.0).1, Status::Held);
        subject.sorted.push(f64::INFINITY);
        assert_eq!(subject.mean(20.0).1, Status::Broken);
    }
}
