//! Whether moments, hours and limits of two versions of a plan differ that may start at different moments.

use crate::model::{Calendar, CalendarId, Instance, Limit, LimitSubject};
use crate::units::Ticks;

/// How long after the old plan the new one starts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moved(Ticks);

/// Hours of a calendar: the calendar itself where both plans count from the same moment, or else how much of each
/// half hour of eight weeks is open, from the later of the two starts.
#[derive(Debug, PartialEq)]
pub(super) enum Hours<'a> {
    Of(&'a Calendar),
    Open(Vec<Ticks>),
}

/// Half hours of eight weeks.
const STEPS: i64 = 8 * 7 * 48;

impl Moved {
    pub(super) fn between(before: &Instance, after: &Instance) -> Self {
        Self(after.starts_after(before))
    }

    /// True if a moment is another one, be it written as a date or as a length from the plan's start.
    pub(super) fn is_other(self, old: Ticks, new: Ticks) -> bool {
        old != new && self.since_new_start(old) != new
    }

    /// The same of when somebody comes: who is there when a plan starts may have come at any time before.
    pub(super) fn is_other_start(self, old: Ticks, new: Ticks) -> bool {
        let starts = Ticks(self.0.0.max(0));
        let ends = Ticks((-self.0.0).max(0));
        let is_there_at_both = old <= starts && new <= ends;
        !is_there_at_both && self.is_other(old, new)
    }

    /// The same of due dates: one that has passed by the new start may be left out.
    pub(super) fn is_other_due(self, old: Option<Ticks>, new: Option<Ticks>) -> bool {
        match (old, new) {
            (Some(old), Some(new)) => self.is_other(old, new),
            (Some(old), None) => self.since_new_start(old) >= Ticks::ZERO,
            (None, new) => new.is_some(),
        }
    }

    fn since_new_start(self, old: Ticks) -> Ticks {
        if old.is_never() { old } else { Ticks(old.0 - self.0.0) }
    }

    /// Hours of a calendar of the old plan or of the new one.
    pub(super) fn hours(self, instance: &Instance, id: Option<CalendarId>, is_old: bool) -> Hours<'_> {
        let calendar = instance.calendar(id);
        if self.0 == Ticks::ZERO {
            return Hours::Of(calendar);
        }
        let from = if is_old { self.0.0 } else { -self.0.0 }.max(0);
        let at = |step: i64| Ticks(from + step * Ticks::from_hours(0.5).0);
        Hours::Open((0..STEPS).map(|step| calendar.worked(at(step), at(step + 1))).collect())
    }

    /// True if what a check enforces is something else.
    pub(super) fn are_other_limits(self, before: &Instance, after: &Instance) -> bool {
        let is_other = |(old, new): (&Limit, &Limit)| {
            let is_time = old.subject != LimitSubject::Cost;
            let is_other_value = |old: f64, new: f64| {
                let [from, to] = [old, new].map(Ticks::from_hours);
                if is_time { self.is_other(from, to) } else { old != new }
            };
            let is_other_mean =
                old.mean.zip(new.mean).map_or(old.mean != new.mean, |(old, new)| is_other_value(old, new));
            let is_other_percentile =
                |(old, new): (&(f64, f64), &(f64, f64))| old.0 != new.0 || is_other_value(old.1, new.1);
            before.subject_id(old.subject) != after.subject_id(new.subject)
                || (old.probability, old.severity) != (new.probability, new.severity)
                || old.percentiles.len() != new.percentiles.len()
                || old.percentiles.iter().zip(&new.percentiles).any(is_other_percentile)
                || is_other_mean
        };
        before.limits.len() != after.limits.len() || before.limits.iter().zip(&after.limits).any(is_other)
    }
}
