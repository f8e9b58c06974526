//! Moments as text: reading what people write, and the forms that reports show.

use jiff::civil::Date;
use jiff::fmt::temporal::DateTimeParser;

use super::zone::timestamp;
use super::{DateError, Zone};

/// What a bare day stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Day {
    /// Its first moment.
    Start,
    /// Its end, which is the first moment of the next day.
    End,
}

/// How a moment is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `Fri 24 Jan 2025 16:30`, to the nearest minute.
    Full,
    /// `Fri 24 Jan 16:30`, to the nearest minute.
    Minute,
    /// `24 Jan`.
    Short,
    /// `2025-01-24`.
    IsoDay,
    /// `2025-01-24T16:30:00Z` or with `+01:00`, to the nearest second.
    Iso,
}

static PARSER: DateTimeParser = DateTimeParser::new();

/// Reads a moment [microseconds since 1970]: a day (`2025-01-06`), or a day and a time of day, with or
/// without seconds, with `T` or a space between, with or without a zone (`Z`, `+01:00`, `[Europe/London]`).
/// Without a zone it is a local time of `zone`; one that clocks skip is moved on by what they skip, one that
/// they repeat is the first of the two.
///
/// # Errors
/// [`DateError`] when the text is nothing of this kind.
pub fn parse_moment(text: &str, zone: &Zone, day: Day) -> Result<i64, DateError> {
    let trimmed = text.trim();
    let moment = if trimmed.contains(':') {
        parse_time(trimmed, zone)
    } else {
        parse_date(trimmed).and_then(|date| match day {
            Day::Start => midnight(date, zone),
            // The last day has no end, and yet people mean by it a date that is late enough.
            Day::End => date
                .tomorrow()
                .ok()
                .and_then(|next| midnight(next, zone))
                .or(Some(timestamp(i64::MAX).as_microsecond())),
        })
    };
    moment.ok_or_else(|| DateError {
        what: "a date",
        given: text.to_owned(),
        allowed: "a day such as `2025-01-06`, or a moment such as `2025-01-06T09:00:00Z` or `2025-01-06 09:00`",
        help: "write year-month-day with two digits for month and day, and hours from 00:00 to 23:59".to_owned(),
    })
}

/// The first moment of a day; absent beyond all dates.
fn midnight(date: Date, zone: &Zone) -> Option<i64> {
    Some(date.to_zoned(zone.rules.clone()).ok()?.timestamp().as_microsecond())
}

fn parse_time(text: &str, zone: &Zone) -> Option<i64> {
    if let Ok(zoned) = PARSER.parse_zoned(text) {
        return Some(zoned.timestamp().as_microsecond());
    }
    if let Ok(moment) = PARSER.parse_timestamp(text) {
        return Some(moment.as_microsecond());
    }
    // A text whose zone could not be read must not fall back to the plan's zone.
    let local = text.bytes().all(|byte| byte.is_ascii_digit() || b"-:.Tt ".contains(&byte));
    let time_is_last = text.matches('-').count() == 2;
    let datetime = PARSER.parse_datetime(text).ok().filter(|_| local && time_is_last)?;
    Some(datetime.to_zoned(zone.rules.clone()).ok()?.timestamp().as_microsecond())
}

/// Reads a bare day, written with dashes.
pub(super) fn parse_date(text: &str) -> Option<Date> {
    let dashed = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    PARSER.parse_date(text).ok().filter(|_| dashed)
}

/// The moment as people read it in `zone`; absent beyond the year 9999.
#[must_use]
pub fn format_moment(unix_micros: i64, zone: &Zone, style: Style) -> Option<String> {
    let (unit, pattern) = match style {
        Style::Full => (60_000_000, "%a %-d %b %Y %H:%M"),
        Style::Minute => (60_000_000, "%a %-d %b %H:%M"),
        Style::Short => (1, "%-d %b"),
        Style::IsoDay => (1, "%Y-%m-%d"),
        Style::Iso => (1_000_000, "%Y-%m-%dT%H:%M:%S"),
    };
    // Zones are offset by whole minutes since the middle of the last century, so that a whole UTC minute is
    // one on local clocks too.
    let rounded = unix_micros.checked_add(unit / 2)?.div_euclid(unit).checked_mul(unit)?;
    let moment = timestamp(rounded);
    if moment.as_microsecond() != rounded {
        return None;
    }
    let zoned = moment.to_zoned(zone.rules.clone());
    let text = zoned.strftime(pattern).to_string();
    Some(match style {
        Style::Iso if zone.offset(rounded) == 0 => text + "Z",
        Style::Iso => text + &zoned.strftime("%:z").to_string(),
        _ => text,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str, zone: &str) -> Option<i64> {
        parse_moment(text, &Zone::find(zone).unwrap(), Day::Start).ok()
    }

    /// 2025-01-06T09:00:00Z, from `date -u -d 2025-01-06T09:00:00Z +%s`.
    const NINE: i64 = 1_736_154_000_000_000;

    #[test]
    fn every_way_to_write_a_moment_is_read_alike() {
        let same = [
            "2025-01-06T09:00:00Z",
            "2025-01-06T09:00Z",
            "2025-01-06 09:00:00.000Z",
            "2025-01-06T10:00+01:00",
            "2025-01-06T10:00:00+01:00[Europe/Paris]",
            "2025-01-06T10:00[Europe/Paris]",
            "2025-01-06 09:00",
            " 2025-01-06t09:00:00 ",
        ];
        for text in same {
            assert_eq!(read(text, "Europe/London"), Some(NINE), "{text}");
        }
        assert_eq!(read("2025-01-06 04:00", "America/New_York"), Some(NINE));
    }

    #[test]
    fn a_bare_day_is_its_beginning_or_its_end() {
        let paris = Zone::find("Europe/Paris").unwrap();
        assert_eq!(parse_moment("2025-01-06", &paris, Day::Start).unwrap(), NINE - 10 * 3_600_000_000);
        assert_eq!(parse_moment("2025-01-06", &paris, Day::End).unwrap(), NINE + 14 * 3_600_000_000);
        // The day on which clocks go forward has 23 hours.
        let [start, end] = [Day::Start, Day::End].map(|day| parse_moment("2025-03-30", &paris, day).unwrap());
        assert_eq!(end - start, 23 * 3_600_000_000);
        let [day, last] = ["9999-12-29", "9999-12-31"].map(|day| parse_moment(day, &paris, Day::End).unwrap());
        assert!(last > day && timestamp(last).as_microsecond() == last, "the last moment there is");
    }

    #[test]
    fn local_times_that_clocks_skip_or_repeat_have_one_meaning() {
        let utc = |text: &str| read(text, "UTC");
        assert_eq!(read("2025-03-30 01:30", "Europe/London"), utc("2025-03-30T01:30Z"), "shown as 02:30");
        assert_eq!(read("2025-10-26 01:30", "Europe/London"), utc("2025-10-26T00:30Z"), "the first of two");
    }

    #[test]
    fn what_is_not_a_date_is_refused() {
        let bad = [
            "",
            "soon",
            "2025-13-01",
            "2025-02-30",
            "06/01/2025",
            "2025-1-6",
            "20250106",
            "2025-01-06Z",
            "09:00",
            "2025-01-06T25:00",
            "2025-01-06 09:00 Europe/London",
            "2025-01-06T09:00+99:00",
            "2025-01-06T09",
            "2025-01-06T09:00[Nowhere/Land]",
            "2025-W02-1",
            "9999-12-31T23:59:60.999Z extra",
        ];
        for text in bad {
            assert_eq!(read(text, "UTC"), None, "{text}");
        }
        let error = parse_moment("soon", &Zone::utc(), Day::End).unwrap_err();
        assert!(error.to_string().starts_with("`soon` is not a date; allowed: a day such as `2025-01-06`"));
        assert!(parse_moment("9999-12-31", &Zone::utc(), Day::Start).is_err(), "beyond all dates");
    }

    #[test]
    fn reports_show_moments_to_the_nearest_minute() {
        let zone = Zone::find("Europe/Paris").unwrap();
        let show = |style| format_moment(NINE + 29_999_999, &zone, style).unwrap();
        assert_eq!(show(Style::Full), "Mon 6 Jan 2025 10:00");
        assert_eq!(show(Style::Minute), "Mon 6 Jan 10:00");
        assert_eq!(show(Style::Short), "6 Jan");
        assert_eq!(show(Style::IsoDay), "2025-01-06");
        assert_eq!(show(Style::Iso), "2025-01-06T10:00:30+01:00");
        assert_eq!(format_moment(NINE, &Zone::utc(), Style::Iso).unwrap(), "2025-01-06T09:00:00Z");
        assert_eq!(format_moment(NINE + 30_000_000, &zone, Style::Full).unwrap(), "Mon 6 Jan 2025 10:01");
        for beyond in [i64::MAX, i64::MIN, i64::MAX / 4] {
            assert_eq!(format_moment(beyond, &zone, Style::Full), None);
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_back(seconds in -2_000_000_000_i64..20_000_000_000) {
            let zone = Zone::find("America/New_York").unwrap();
            let shown = format_moment(seconds * 1_000_000, &zone, Style::Iso).unwrap();
            prop_assert_eq!(parse_moment(&shown, &Zone::utc(), Day::Start).unwrap(), seconds * 1_000_000);
        }

        #[test]
        fn any_text_is_a_date_or_an_error(text in "[0-9TtZ:+. \\[\\]/a-z-]{0,40}|\\PC{0,20}") {
            let _ = parse_moment(&text, &Zone::utc(), Day::End);
        }
    }
}
