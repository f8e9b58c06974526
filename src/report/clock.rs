//! Hours from the start of a plan as dates, where the plan has a start.

use crate::dates::{Style, Zone, format_moment};
use crate::model::Origin;
use crate::units::{TICKS_PER_HOUR, Ticks};

use super::number::hours_text;

/// A minute [hours].
pub(super) const MINUTE: f64 = 1.0 / 60.0;

/// Turns hours from the start into dates.
#[derive(Clone, Debug)]
pub struct Clock {
    start: Option<(i64, Zone)>,
}

impl Clock {
    /// The clock of a plan.
    #[must_use]
    pub fn new(origin: Option<&Origin>) -> Self {
        let start = origin.map(|origin| {
            // The plan was read with this zone, so that it exists; a hand-made one that does not is shown in UTC.
            (origin.unix_micros, Zone::find(&origin.zone).unwrap_or_else(|_| Zone::utc()))
        });
        Self { start }
    }

    /// True if the plan has a start.
    #[must_use]
    pub fn has_dates(&self) -> bool {
        self.start.is_some()
    }

    /// Name of the zone in which dates are shown.
    #[must_use]
    pub fn zone(&self) -> Option<&str> {
        self.start.as_ref().map(|(_, zone)| zone.name())
    }

    /// The date after so many hours; absent without a start, or beyond all dates.
    #[must_use]
    pub fn date(&self, hours: f64, style: Style) -> Option<String> {
        let (start, zone) = self.start.as_ref()?;
        // A tick is a microsecond.
        let ticks = Ticks::from_hours(hours);
        let moment = start.checked_add(ticks.0).filter(|_| !ticks.is_never())?;
        format_moment(moment, zone, style)
    }

    /// The midnight with which the day of an hour begins, or of the day so many `days_later`, in hours from the
    /// start; absent without a start, or beyond all dates.
    #[must_use]
    pub fn day_start(&self, hours: f64, days_later: i32) -> Option<f64> {
        let (start, zone) = self.start.as_ref()?;
        let moment = zone.day_start(start.checked_add(Ticks::from_hours(hours).0)?, days_later)?;
        Some(Ticks(moment.checked_sub(*start)?).hours())
    }

    /// A due date as people read it: the end of a day is that day's, at 24:00.
    #[must_use]
    pub fn due_text(&self, hours: f64, style: Style) -> String {
        match self.date(hours - MINUTE, style) {
            Some(before) if self.is_day_end(hours) => format!("{} 24:00", before.trim_end_matches(" 23:59")),
            _ => self.text(Some(hours), style),
        }
    }

    /// True for the midnight with which a day ends, which is shown as 24:00 where it is due.
    #[must_use]
    pub fn is_day_end(&self, hours: f64) -> bool {
        let ends = |hours: f64, time: &str| self.date(hours, Style::Minute).is_some_and(|at| at.ends_with(time));
        ends(hours, " 00:00") && ends(hours - MINUTE, " 23:59")
    }

    /// The date to the second, as files carry it.
    #[must_use]
    pub fn iso(&self, hours: Option<f64>) -> Option<String> {
        self.date(hours?, Style::Iso)
    }

    /// The local date to the second without its zone, for formats that know none.
    #[must_use]
    pub fn local_iso(&self, hours: f64) -> Option<String> {
        Some(self.iso(Some(hours.max(0.0)))?.chars().take("2000-01-01T00:00:00".len()).collect())
    }

    /// The date as people read it, or the hours if there is none; `never` for what is infinite.
    #[must_use]
    pub fn text(&self, hours: Option<f64>, style: Style) -> String {
        let Some(hours) = hours else { return "never".to_owned() };
        self.date(hours, style).unwrap_or_else(|| hours_text(hours))
    }
}

// The ticks of a clock are microseconds; `date` adds them to a moment as they are.
const _: () = assert!(TICKS_PER_HOUR == 3_600_000_000);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_become_dates_in_the_zone_of_the_plan() {
        // 2025-01-06T09:00:00Z.
        let origin = Origin { unix_micros: 1_736_154_000_000_000, zone: "Europe/Paris".to_owned() };
        let clock = Clock::new(Some(&origin));
        assert_eq!(clock.iso(Some(1.5)).as_deref(), Some("2025-01-06T11:30:00+01:00"));
        assert_eq!(clock.local_iso(1.5).as_deref(), Some("2025-01-06T11:30:00"));
        assert_eq!(clock.text(Some(0.0), Style::Minute), "Mon 6 Jan 10:00");
        assert_eq!(clock.text(None, Style::Minute), "never");
        assert_eq!(clock.iso(Some(1e12)), None, "beyond all dates");
        assert_eq!(clock.due_text(14.0, Style::Minute), "Mon 6 Jan 24:00");
        assert_eq!(clock.due_text(13.5, Style::Minute), "Mon 6 Jan 23:30");
    }

    #[test]
    fn a_plan_without_a_start_shows_hours() {
        let clock = Clock::new(None);
        assert_eq!(clock.text(Some(12.34), Style::Full), "12.3 h");
        assert_eq!(clock.iso(Some(1.0)), None);
    }
}
