//! iCalendar (RFC 5545): milestones and the finish at a percentile, for calendars of people.

use std::fmt::Write as _;

use super::Export;
use crate::analyse::Outlook;
use crate::dates::{Style, Zone, format_moment};
use crate::report::number::percent;
use crate::units::Ticks;

/// The calendar; absent for a plan without a start, which has no dates.
#[must_use]
pub fn icalendar(export: &Export) -> Option<String> {
    let origin = export.origin()?;
    let moment = |hours: f64| stamp(origin.unix_micros.saturating_add(Ticks::from_hours(hours.max(0.0)).0));
    // The format asks when an event was made; the start of the plan stands in, since the same forecast must
    // give the same bytes whenever it is made.
    let made = moment(0.0)?;
    let mut lines = vec![
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//plancast//plancast//EN".to_owned(),
        "CALSCALE:GREGORIAN".to_owned(),
        format!("X-WR-CALNAME:{}", escaped(&export.forecast.plan)),
    ];
    let mut event = |id: &str, name: &str, outlook: &Outlook| {
        let Some(date) = outlook.spread.percentile(export.percent).value.and_then(moment) else { return };
        let chance =
            outlook.probability.map_or_else(String::new, |share| format!(" In time: {}.", percent(share)));
        lines.extend([
            "BEGIN:VEVENT".to_owned(),
            // The plan's name tells it from what other plans call the same.
            format!("UID:{}/{}@plancast", escaped(&export.forecast.plan), escaped(id)),
            format!("DTSTAMP:{made}"),
            format!("DTSTART:{date}"),
            "TRANSP:TRANSPARENT".to_owned(),
            format!("SUMMARY:{}", escaped(&format!("{name} (P{})", export.percent))),
            format!(
                "DESCRIPTION:{}",
                escaped(&format!("{} % of the iterations get there by then.{chance}", export.percent))
            ),
            "END:VEVENT".to_owned(),
        ]);
    };
    for goal in &export.forecast.milestones {
        event(&goal.id, &goal.name, &goal.finish);
    }
    event("finish", &format!("{}: finish", export.forecast.plan), &export.forecast.finish);
    lines.push("END:VCALENDAR".to_owned());
    Some(lines.iter().map(|line| folded(line)).collect())
}

/// `20250124T163000Z`.
fn stamp(moment: i64) -> Option<String> {
    let iso = format_moment(moment, &Zone::utc(), Style::Iso)?;
    Some(iso.replace(['-', ':'], ""))
}

fn escaped(text: &str) -> String {
    let mut safe = String::new();
    for letter in text.chars() {
        match letter {
            '\\' | ';' | ',' => {
                let _ = write!(safe, "\\{letter}");
            }
            '\n' => safe.push_str("\\n"),
            c if c.is_control() => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}

/// The line with its end, broken after at most 75 bytes, never inside a letter.
fn folded(line: &str) -> String {
    let mut out = String::new();
    let mut used = 0;
    for letter in line.chars() {
        if used + letter.len_utf8() > 75 {
            out.push_str("\r\n ");
            used = 1;
        }
        out.push(letter);
        used += letter.len_utf8();
    }
    out + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_as_the_standard_asks() {
        let line = folded(&"\u{e9}".repeat(60));
        assert!(line.split("\r\n").all(|part| part.len() <= 75), "{line}");
        assert_eq!(line.replace("\r\n ", ""), "\u{e9}".repeat(60) + "\r\n");
    }

    #[test]
    fn separators_in_names_are_text() {
        assert_eq!(escaped("a,b;c\\d\ne\rf"), "a\\,b\\;c\\\\d\\ne f");
    }
}
