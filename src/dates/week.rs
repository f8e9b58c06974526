//! The parts of a working week as people write them: weekdays, hours of the day, days off.

use super::DateError;
use super::moment::parse_date;

/// A set of weekdays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weekdays(u8);

const NAMES: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

impl Weekdays {
    /// Monday to Sunday.
    pub const ALL: Self = Self(0x7f);

    /// Reads days and ranges of days with commas between, such as `mon-fri` or `mon, wed, sat-sun`; a day is
    /// three letters or its whole name. A range may run over the end of the week (`sat-mon`).
    ///
    /// # Errors
    /// [`DateError`] when a part is neither a day nor a range.
    pub fn parse(text: &str) -> Result<Self, DateError> {
        let set = text.split(',').try_fold(0, |set, part| {
            let mut ends = part.split('-').map(day_number);
            let first = ends.next()??;
            let last = ends.next().unwrap_or(Some(first))?;
            let days = (0..=(last + 7 - first) % 7).fold(0, |days, later| days | 1 << ((first + later) % 7));
            ends.next().is_none().then_some(set | days)
        });
        set.map(Self).ok_or_else(|| DateError {
            what: "a list of weekdays",
            given: text.to_owned(),
            allowed: "days and ranges of `mon`, `tue`, `wed`, `thu`, `fri`, `sat`, `sun`",
            help: "write `mon-fri`, or `mon, wed, fri`".to_owned(),
        })
    }

    /// The days of both sets.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// True if the day so many days after 1970-01-01, a Thursday, is one of these.
    pub(super) fn contain(self, day: i64) -> bool {
        self.0 >> (day + 3).rem_euclid(7) & 1 == 1
    }
}

fn day_number(text: &str) -> Option<u32> {
    let text = text.trim().to_ascii_lowercase();
    let is = |name: &str| name == text || (text.len() == 3 && name.starts_with(&text));
    NAMES.iter().position(|name| is(name)).map(|day| day as u32)
}

/// Hours of a day, half open; those that run past midnight belong to the day on which they begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayHours {
    /// Minutes after midnight, below 1440.
    pub(super) start: i64,
    /// Minutes after the same midnight, above `start` and at most 2880.
    pub(super) finish: i64,
}

impl DayHours {
    /// Midnight to midnight.
    pub const WHOLE_DAY: Self = Self { start: 0, finish: 1440 };

    /// Reads hours such as `09:00-12:30` or `22:00-06:00` (until the next morning); `24:00` is midnight at
    /// the end of the day.
    ///
    /// # Errors
    /// [`DateError`] when the text is not two times of day, or they are the same.
    pub fn parse(text: &str) -> Result<Self, DateError> {
        let error = |help: &str| DateError {
            what: "a stretch of hours",
            given: text.to_owned(),
            allowed: "two times of day such as `09:00-17:30`, or `22:00-06:00` until the next morning",
            help: help.to_owned(),
        };
        let ends = text.split_once('-').and_then(|(start, finish)| Some((minutes(start)?, minutes(finish)?)));
        match ends {
            None => {
                Err(error("write hours and minutes with a colon, from `00:00` to `24:00`, and a dash between"))
            }
            Some((1440, _)) => Err(error("write `00:00` for midnight at the beginning")),
            Some((start, finish)) if start == finish => Err(error("write `00:00-24:00` for the whole day")),
            Some((start, finish)) if start < finish => Ok(Self { start, finish }),
            Some((start, finish)) => Ok(Self { start, finish: finish + 1440 }),
        }
    }
}

fn minutes(text: &str) -> Option<i64> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let digits = |part: &str, least: usize| {
        let fits = (least..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse::<i64>().ok().filter(|_| fits)
    };
    let (hours, minutes) = (digits(hours, 1)?, digits(minutes, 2)?);
    (minutes < 60 && hours * 60 + minutes <= 1440).then_some(hours * 60 + minutes)
}

/// A day without work, or several in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DaysOff {
    /// First day, in days since 1970-01-01.
    pub(super) first: i64,
    /// Last day.
    pub(super) last: i64,
}

impl DaysOff {
    /// Reads a day such as `2025-12-25`, or the first and the last with a slash between
    /// (`2025-12-24/2026-01-01`).
    ///
    /// # Errors
    /// [`DateError`] when the text is neither, or the last day comes before the first.
    pub fn parse(text: &str) -> Result<Self, DateError> {
        let number = |part: &str| {
            let epoch = jiff::civil::date(1970, 1, 1);
            parse_date(part.trim()).map(|date| i64::from((date - epoch).get_days()))
        };
        let (first, last) = text.split_once('/').unwrap_or((text, text));
        let days = number(first).and_then(|first| Some(Self { first, last: number(last)? }));
        days.filter(|days| days.first <= days.last).ok_or_else(|| DateError {
            what: "a day off",
            given: text.to_owned(),
            allowed: "a day such as `2025-12-25`, or the first and the last as `2025-12-24/2026-01-01`",
            help: "write year-month-day, the earlier day first".to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn days(text: &str, expected: &str) {
        // 1970-01-05 was a Monday.
        let week =
            Weekdays::parse(text).map(|days| (4..11).map(|d| if days.contain(d) { 'x' } else { '.' }).collect());
        assert_eq!(week.unwrap_or_else(|_: DateError| "error".to_owned()), expected, "{text}");
    }

    #[test]
    fn weekdays_are_days_and_ranges() {
        days("mon-fri", "xxxxx..");
        days("mon,wed", "x.x....");
        days("Tue - Thu, SUN", ".xxx..x");
        days("sat-mon", "x....xx");
        days("friday", "....x..");
        days("mon-sun", "xxxxxxx");
        for bad in ["", "mo", "mon-", "mon-tue-wed", "funday", "mon;tue", "1-5"] {
            days(bad, "error");
        }
    }

    #[track_caller]
    fn hours(text: &str, expected: Option<(i64, i64)>) {
        assert_eq!(DayHours::parse(text).ok().map(|h| (h.start, h.finish)), expected, "{text}");
    }

    #[test]
    fn hours_may_run_past_midnight() {
        hours("09:00-12:30", Some((540, 750)));
        hours("9:00 - 17:00", Some((540, 1020)));
        hours("22:00-06:00", Some((1320, 1800)));
        hours("00:00-24:00", Some((0, 1440)));
        hours("18:00-00:00", Some((1080, 1440)));
        hours("18:00-24:00", Some((1080, 1440)));
        for bad in [
            "",
            "9-17",
            "09:00",
            "09:00-09:00",
            "24:00-06:00",
            "09:60-10:00",
            "25:00-26:00",
            "09:0-10:00",
            "+9:00-10:00",
        ] {
            hours(bad, None);
        }
    }

    #[test]
    fn days_off_are_single_or_in_a_row() {
        let read = |text: &str| DaysOff::parse(text).ok().map(|off| (off.first, off.last));
        assert_eq!(read("1970-01-02"), Some((1, 1)));
        assert_eq!(read("2025-01-20"), Some((20_108, 20_108)));
        assert_eq!(read("1969-12-31/1970-01-02"), Some((-1, 1)));
        for bad in ["", "2025-01-20/2025-01-19", "2025-01-20T09:00", "christmas", "2025-01-20/"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
