//! Time zones by name, and their offsets over time.

use jiff::Timestamp;
use jiff::tz::{TimeZone, TimeZoneDatabase};

use super::DateError;

/// A time zone of the built-in IANA database.
#[derive(Clone, Debug)]
pub struct Zone {
    name: String,
    pub(super) rules: TimeZone,
}

/// A stretch of time in which a zone's clocks do not change, half open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Steady {
    /// First moment [microseconds since 1970].
    pub(super) start: i64,
    /// End [microseconds since 1970].
    pub(super) finish: i64,
    /// Local clock less UTC [microseconds].
    pub(super) offset: i64,
}

impl Zone {
    /// Coordinated universal time.
    #[must_use]
    pub fn utc() -> Self {
        Self { name: "UTC".to_owned(), rules: TimeZone::UTC }
    }

    /// The zone of an IANA name such as `Europe/London`, in upper or lower case.
    ///
    /// # Errors
    /// [`DateError`] when there is none, with the nearest name there is.
    pub fn find(name: &str) -> Result<Self, DateError> {
        let database = TimeZoneDatabase::bundled();
        if let Ok(rules) = database.get(name) {
            // The database's own spelling, so that equal zones are shown alike.
            let name = rules.iana_name().unwrap_or(name).to_owned();
            return Ok(Self { name, rules });
        }
        // Whoever writes `London` means the name that ends in it.
        let lower = name.to_ascii_lowercase();
        let city = lower.rsplit('/').next().unwrap_or(&lower).replace(' ', "_");
        let near = database
            .available()
            .find(|known| !city.is_empty() && known.as_str().to_ascii_lowercase().ends_with(&format!("/{city}")));
        let help = near.map_or_else(
            || "write `UTC` or a region and a city, such as `America/New_York`".to_owned(),
            |known| format!("did you mean `{known}`?"),
        );
        Err(DateError {
            what: "a time zone",
            given: name.to_owned(),
            allowed: "an IANA name such as `Europe/London`, or `UTC`",
            help,
        })
    }

    /// IANA name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Local clock less UTC at a moment [microseconds].
    #[must_use]
    pub fn offset(&self, unix_micros: i64) -> i64 {
        i64::from(self.rules.to_offset(timestamp(unix_micros)).seconds()) * 1_000_000
    }

    /// The midnight with which the local day of a moment begins, or of the day so many `days_later`. Where
    /// clocks skip midnight, the first moment of that day; absent beyond all dates.
    #[must_use]
    pub fn day_start(&self, unix_micros: i64, days_later: i32) -> Option<i64> {
        let date = self.rules.to_datetime(Timestamp::from_microsecond(unix_micros).ok()?).date();
        let date = date.checked_add(jiff::Span::new().try_days(days_later).ok()?).ok()?;
        Some(date.to_zoned(self.rules.clone()).ok()?.timestamp().as_microsecond())
    }

    /// The stretches of steady offset from `start` to `finish`, in order and without gaps.
    pub(super) fn steady(&self, start: i64, finish: i64) -> Vec<Steady> {
        let mut stretches = Vec::new();
        let mut at = start;
        let mut offset = self.offset(start);
        for change in self.rules.following(timestamp(start)) {
            let moment = change.timestamp().as_microsecond();
            if moment >= finish {
                break;
            }
            stretches.push(Steady { start: at, finish: moment, offset });
            at = moment;
            offset = i64::from(change.offset().seconds()) * 1_000_000;
        }
        stretches.push(Steady { start: at, finish, offset });
        stretches
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Zone {}

/// The date library's moment; the nearest it has for those out of its range (years -9999 to 9999).
pub(super) fn timestamp(unix_micros: i64) -> Timestamp {
    let end = if unix_micros < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_microsecond(unix_micros).unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dates::{DAY, Day, parse_moment};

    #[test]
    fn zones_are_found_in_any_case_and_missing_ones_get_a_hint() {
        assert_eq!(Zone::find("europe/london").unwrap().name(), "Europe/London");
        assert_eq!(Zone::find("UTC").unwrap().name(), "UTC");
        let hint = |name: &str| Zone::find(name).unwrap_err().help;
        assert_eq!(hint("London"), "did you mean `Europe/London`?");
        assert_eq!(hint("Europe/New York"), "did you mean `America/New_York`?");
        assert!(hint("Atlantis").starts_with("write `UTC`"));
        assert!(Zone::find("").is_err() && Zone::find("/").is_err());
    }

    #[test]
    fn offsets_change_when_the_clocks_do() {
        let london = Zone::find("Europe/London").unwrap();
        let at = |text: &str| parse_moment(text, &Zone::utc(), Day::Start).unwrap();
        let stretches = london.steady(at("2025-01-01"), at("2026-01-01"));
        let changes: Vec<_> = stretches.iter().skip(1).map(|s| s.start).collect();
        assert_eq!(changes, [at("2025-03-30T01:00Z"), at("2025-10-26T01:00Z")]);
        let hours: Vec<_> = stretches.iter().map(|s| s.offset / 3_600_000_000).collect();
        assert_eq!(hours, [0, 1, 0]);
    }

    #[test]
    fn days_begin_at_local_midnight() {
        let london = Zone::find("Europe/London").unwrap();
        let at = |text: &str| parse_moment(text, &london, Day::Start).unwrap();
        let change = at("2025-03-30 15:00");
        assert_eq!(london.day_start(change, 0), Some(at("2025-03-30")));
        assert_eq!(london.day_start(change, 1), Some(at("2025-03-30") + DAY / 24 * 23), "a day of 23 hours");
        // Clocks in Sao Paulo went from 24:00 to 01:00 on 2018-11-04.
        let paulo = Zone::find("America/Sao_Paulo").unwrap();
        let noon = parse_moment("2018-11-04 12:00", &paulo, Day::Start).unwrap();
        assert_eq!(paulo.day_start(noon, 0), Some(noon - 11 * 3_600_000_000));
        for (moment, days_later) in [(i64::MAX, 0), (at("9999-12-30"), 1), (noon, i32::MAX), (noon, i32::MIN)] {
            assert_eq!(london.day_start(moment, days_later), None, "beyond all dates");
        }
    }
}
