//! From weekdays, hours, a zone and days off to a calendar in ticks.
//!
//! The rule is that a moment is working time if and only if the local clock shows one of the hours: where
//! clocks skip an hour of a shift the shift is an hour shorter, where they repeat one it is an hour longer.

use super::zone::Steady;
use super::{DAY, DayHours, DaysOff, Weekdays, Zone};
use crate::model::{Calendar, Span};
use crate::units::Ticks;

/// When somebody works, in local time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkingTime {
    /// Days on which shifts begin.
    pub days: Weekdays,
    /// Shifts of such a day; they may overlap.
    pub hours: Vec<DayHours>,
    /// Where the clock hangs.
    pub zone: Zone,
    /// Days on which no shift begins.
    pub off: Vec<DaysOff>,
}

/// Days after the origin for which a calendar follows clock changes and days off: five years. After them the
/// week repeats, with the clock as it is then and without days off.
const EXACT_DAYS: i64 = 5 * 366;
const MINUTE: i64 = 60_000_000;

impl WorkingTime {
    /// The calendar whose tick 0 is the moment `origin` [microseconds since 1970].
    #[must_use]
    pub fn calendar(&self, origin: i64) -> Calendar {
        // Far from every date there is, so that sums below stay in range.
        let origin = origin.clamp(i64::MIN / 8, i64::MAX / 8);
        let last_day = (origin + self.zone.offset(origin)).div_euclid(DAY) + EXACT_DAYS;
        let offset = self.zone.offset(last_day * DAY - self.zone.offset(origin));
        let repeat_from = last_day * DAY - offset;
        let mut spans = Vec::new();
        for stretch in self.zone.steady(origin, repeat_from) {
            self.add_open(stretch, &self.off, &mut spans);
        }
        let week = Steady { start: repeat_from, finish: repeat_from + Calendar::WEEK.0, offset };
        self.add_open(week, &[], &mut spans);
        for span in &mut spans {
            span.start -= Ticks(origin);
            span.finish -= Ticks(origin);
        }
        Calendar::weekly(spans, Ticks(repeat_from - origin))
    }

    /// Adds the working time of a stretch without clock changes.
    fn add_open(&self, stretch: Steady, off: &[DaysOff], spans: &mut Vec<Span>) {
        // From the day before on, whose shifts may run into the stretch.
        let first = (stretch.start + stretch.offset).div_euclid(DAY) - 1;
        let last = (stretch.finish + stretch.offset).div_euclid(DAY);
        let working = |day: i64| self.days.contain(day) && !off.iter().any(|o| o.first <= day && day <= o.last);
        for day in (first..=last).filter(|&day| working(day)) {
            let midnight = day * DAY - stretch.offset;
            for hours in &self.hours {
                let start = (midnight + hours.start * MINUTE).max(stretch.start);
                let finish = (midnight + hours.finish * MINUTE).min(stretch.finish);
                if start < finish {
                    spans.push(Span { start: Ticks(start), finish: Ticks(finish) });
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::dates::{Day, parse_moment};

    fn working(days: &str, hours: &[&str], zone: &str, off: &[&str]) -> WorkingTime {
        WorkingTime {
            days: Weekdays::parse(days).unwrap(),
            hours: hours.iter().map(|text| DayHours::parse(text).unwrap()).collect(),
            zone: Zone::find(zone).unwrap(),
            off: off.iter().map(|text| DaysOff::parse(text).unwrap()).collect(),
        }
    }

    /// Work begun at `from` for so many hours ends at `to`; both as local times of the calendar's zone.
    #[track_caller]
    fn ends(time: &WorkingTime, from: &str, hours: f64, to: &str) {
        let at = |text: &str| parse_moment(text, &time.zone, Day::Start).unwrap();
        let origin = at("2025-01-01");
        let calendar = time.calendar(origin);
        let end = calendar.advance(Ticks(at(from) - origin), Ticks::from_hours(hours));
        assert_eq!(end, Ticks(at(to) - origin), "{hours} h from {from} end {} h later", end.hours());
    }

    #[test]
    fn weekends_and_days_off_pass_without_work() {
        let office = working("mon-fri", &["09:00-12:00", "13:00-17:00"], "Europe/London", &["2025-01-20"]);
        ends(&office, "2025-01-10 16:00", 2.0, "2025-01-13 10:00");
        ends(&office, "2025-01-17 16:00", 2.0, "2025-01-21 10:00");
        ends(&office, "2025-01-06 11:00", 2.0, "2025-01-06 14:00");
        ends(&office, "2025-01-06 09:00", 35.0, "2025-01-10 17:00");
    }

    #[test]
    fn office_hours_follow_the_clock_through_both_changes() {
        let london = working("mon-fri", &["09:00-17:00"], "Europe/London", &[]);
        // London: 2025-03-30 forward, 2025-10-26 back. New York: 2025-03-09 and 2025-11-02.
        ends(&london, "2025-03-28 16:00", 2.0, "2025-03-31 10:00");
        ends(&london, "2025-10-24 16:00", 2.0, "2025-10-27 10:00");
        let york = working("mon-fri", &["09:00-17:00"], "America/New_York", &[]);
        ends(&york, "2025-03-07 16:00", 2.0, "2025-03-10 10:00");
        ends(&york, "2025-10-31 16:00", 2.0, "2025-11-03 10:00");
    }

    #[test]
    fn a_night_shift_has_seven_or_nine_hours_when_clocks_change() {
        for (zone, forward, back) in
            [("Europe/London", "2025-03-29", "2025-10-25"), ("America/New_York", "2025-03-08", "2025-11-01")]
        {
            let night = working("sat", &["22:00-06:00"], zone, &[]);
            let at = |day: &str| parse_moment(day, &night.zone, Day::Start).unwrap();
            let calendar = night.calendar(at("2025-01-01"));
            let hours = |day: &str| {
                let noon = Ticks(at(day) + DAY / 2 - at("2025-01-01"));
                calendar.worked(noon, noon + Ticks(DAY)).hours()
            };
            assert_eq!((hours(forward), hours(back), hours("2025-02-01")), (7.0, 9.0, 8.0), "{zone}");
        }
    }

    #[test]
    fn a_day_off_drops_the_night_shift_that_begins_on_it() {
        let night = working("mon-sun", &["22:00-06:00"], "UTC", &["2025-01-07/2025-01-08"]);
        ends(&night, "2025-01-06 22:00", 8.0, "2025-01-07 06:00");
        ends(&night, "2025-01-06 22:00", 9.0, "2025-01-09 23:00");
    }

    #[test]
    fn after_five_years_the_week_repeats() {
        let office =
            working("mon-fri", &["09:00-17:00"], "Europe/London", &["2025-01-02", "2060-01-01/2060-12-31"]);
        let origin = parse_moment("2025-07-01", &office.zone, Day::Start).unwrap();
        let calendar = office.calendar(origin);
        let later = |years: i64| Ticks(years * 365 * DAY);
        assert_eq!(calendar.weekly_work(), Ticks::from_hours(40.0));
        let weeks =
            |years: i64| calendar.worked(later(years), later(years) + Ticks(520 * 7 * DAY)).hours() / 520.0;
        assert_eq!((weeks(6), weeks(30)), (40.0, 40.0));
    }

    #[test]
    fn hours_round_the_clock_are_never_closed() {
        let all = working("mon-sun", &["00:00-24:00"], "America/New_York", &[]).calendar(0);
        assert_eq!(all.advance(Ticks::ZERO, Ticks(20 * 365 * DAY)), Ticks(20 * 365 * DAY));
        let none = working("mon", &["09:00-10:00"], "UTC", &["2020-01-01/2090-01-01"]);
        let from_2025 = none.calendar(parse_moment("2025-01-01", &none.zone, Day::Start).unwrap());
        assert!(from_2025.next_open(Ticks::ZERO) > Ticks(5 * 365 * DAY), "days off end with the exact years");
        assert!(working("mon", &[], "UTC", &[]).calendar(0).next_open(Ticks::ZERO).is_never());
        for far in [i64::MIN, i64::MAX] {
            let _ = none.calendar(far);
        }
    }

    proptest! {
        /// The definition, minute by minute, over the weeks of clock changes.
        #[test]
        fn open_means_that_the_local_clock_shows_working_hours(
            start in 0..1440_i64, long in 1..1440_i64, days in 1..128_u8, zone in 0..4_usize, minute in 0..525_600_i64,
        ) {
            let zone = ["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"][zone];
            let finish = (start + long) % 1440;
            let text = format!("{:02}:{:02}-{:02}:{:02}", start / 60, start % 60, finish / 60, finish % 60);
            let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
            let list: Vec<_> = (0..7).filter(|d| days >> d & 1 == 1).map(|d| names[d]).collect();
            let time = working(&list.join(","), &[&text], zone, &[]);
            let origin = parse_moment("2025-01-01", &time.zone, Day::Start).unwrap();
            let calendar = time.calendar(origin);
            for minute in minute..minute + 300 {
                let local = (origin + minute * MINUTE + time.zone.offset(origin + minute * MINUTE)).div_euclid(MINUTE);
                let (day, of_day) = (local.div_euclid(1440), local.rem_euclid(1440));
                let today = time.days.contain(day) && (start..start + long).contains(&of_day);
                let yesterday = time.days.contain(day - 1) && (start..start + long).contains(&(of_day + 1440));
                prop_assert_eq!(calendar.is_open(Ticks(minute * MINUTE)), today || yesterday);
            }
        }
    }
}
