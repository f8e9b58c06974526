//! Numbers as reports show them: no digit that the run cannot vouch for.

use crate::units::TICKS_PER_HOUR;

/// To the precision that files carry: a millionth of an hour, of a currency's unit, of a share.
#[must_use]
pub(crate) fn rounded(value: f64) -> f64 {
    let rounded = (value * 1e6).round() / 1e6;
    // Also turns -0 into 0.
    if rounded.is_finite() { rounded + 0.0 } else { value }
}

/// The nearest time that a simulated clock shows [hours]: a value at the edge of a step is then equal to the edge. Of
/// any size, unlike [`crate::units::Ticks::from_hours`]: a chart may reach beyond 142 years.
#[must_use]
pub(crate) fn whole_ticks(hours: f64) -> f64 {
    (hours * TICKS_PER_HOUR as f64).round() / TICKS_PER_HOUR as f64
}

/// Hours with a unit: `41.3 h`, two digits below an hour, none from 10,000 on.
#[must_use]
pub(crate) fn hours_text(hours: f64) -> String {
    format!("{} h", plain(hours))
}

/// Hours for a column of a table whose greatest value is `most`: all with the same number of digits.
#[must_use]
pub(crate) fn column_hours(hours: f64, most: f64) -> String {
    let digits = column_digits(most);
    if digits == 0 { format!("{} h", thousands(hours.round())) } else { format!("{hours:.digits$} h") }
}

/// The same with a sign, where it is not zero: `+3.2 h`.
#[must_use]
pub(crate) fn signed_hours(hours: f64, most: f64) -> String {
    let text = column_hours(hours.abs(), most);
    let is_zero = text.chars().all(|c| !('1'..='9').contains(&c));
    let sign = match hours {
        _ if is_zero => "",
        h if h < 0.0 => "-",
        _ => "+",
    };
    format!("{sign}{text}")
}

/// Digits behind the point in such a column.
fn column_digits(most: f64) -> usize {
    match most {
        m if m >= 10_000.0 => 0,
        m if m >= 10.0 => 1,
        _ => 2,
    }
}

/// False for what such a column would show as zero.
#[must_use]
pub(crate) fn shows(hours: f64, most: f64) -> bool {
    let least = [0.5, 0.05, 0.005][column_digits(most)];
    hours.abs() >= least
}

/// A number with one digit, two below 1, none from 10,000 on.
#[must_use]
pub(crate) fn plain(value: f64) -> String {
    // What is shown as zero has no sign.
    let value = if value.abs() < 0.005 { 0.0 } else { value };
    if value.abs() >= 10_000.0 {
        thousands(value.round())
    } else if value.abs() < 0.005 || value.abs() >= 0.995 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}

/// A probability in whole percent; what is neither impossible nor certain is never shown as such.
#[must_use]
pub(crate) fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if share > 0.0 && percent < 1.0 {
        "<1 %".to_owned()
    } else if share < 1.0 && percent > 99.0 {
        ">99 %".to_owned()
    } else {
        format!("{percent:.0} %")
    }
}

/// Decimals of a share in percent as somebody wrote it; beyond five nobody can tell.
fn decimals(share: f64) -> usize {
    let mut value = share * 100.0;
    let mut places = 0;
    while places < 5 && (value - value.round()).abs() > 1e-6 {
        value *= 10.0;
        places += 1;
    }
    places
}

/// A share that is asked for, with all its decimals.
#[must_use]
pub(crate) fn asked_percent(share: f64) -> String {
    format!("{:.*} %", decimals(share), share * 100.0)
}

/// A share that is found where another is asked for, with as many decimals as tell them apart.
#[must_use]
pub(crate) fn found_percent(found: f64, asked: f64) -> String {
    let least = decimals(asked);
    let written = |places: usize, share: f64| format!("{:.places$} %", share * 100.0);
    let told = (least..least + 3).find(|&places| written(places, found) != written(places, asked));
    match told {
        Some(0) | None if least == 0 => percent(found),
        places => written(places.unwrap_or(least), found),
    }
}

/// A whole number in groups of three digits: `10,000`.
#[must_use]
pub(crate) fn thousands(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    if value < 0.0 && digits != "0" { format!("-{text}") } else { text }
}

/// Money without a currency: whole from 100 on, else cents.
#[must_use]
pub(crate) fn money(value: f64) -> String {
    if value.abs() >= 100.0 || value == value.round() { thousands(value) } else { format!("{value:.2}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_carry_the_digits_that_a_run_can_vouch_for() {
        let shown: Vec<String> = [0.0, 0.254, 0.999, 9.96, 41.31, 9_999.94, 123_456.7].map(hours_text).to_vec();
        assert_eq!(shown, ["0.0 h", "0.25 h", "1.0 h", "10.0 h", "41.3 h", "9999.9 h", "123,457 h"]);
    }

    #[test]
    fn a_column_has_the_same_digits_in_every_row() {
        assert_eq!([1.0, 0.02].map(|h| column_hours(h, 388.2)), ["1.0 h", "0.0 h"]);
        assert_eq!([12_345.6, 7.0].map(|h| column_hours(h, 12_345.6)), ["12,346 h", "7 h"]);
        let signed: Vec<String> = [-3.25, 0.5, -0.001].map(|h| signed_hours(h, 9.0)).to_vec();
        assert_eq!(signed, ["-3.25 h", "+0.50 h", "0.00 h"]);
        assert!(shows(0.05, 20.0) && !shows(0.04, 20.0));
    }

    #[test]
    fn only_what_never_or_always_happened_is_0_or_100_percent() {
        let shown: Vec<String> = [0.0, 0.000_1, 0.345, 0.999, 1.0].map(percent).to_vec();
        assert_eq!(shown, ["0 %", "<1 %", "34 %", ">99 %", "100 %"]);
    }

    #[test]
    fn what_is_found_is_told_from_what_is_asked_for() {
        let shown = |asked: f64, found: f64| (asked_percent(asked), found_percent(found, asked));
        let pair = |asked: &str, found: &str| (asked.to_owned(), found.to_owned());
        assert_eq!(shown(0.8, 0.731), pair("80 %", "73 %"));
        assert_eq!(shown(0.8, 0.7996), pair("80 %", "79.96 %"));
        assert_eq!(shown(0.8, 0.8), pair("80 %", "80 %"));
        assert_eq!(shown(0.986, 0.99), pair("98.6 %", "99.0 %"));
        assert_eq!(shown(0.997, 0.9968), pair("99.7 %", "99.68 %"));
        assert_eq!(shown(0.95, 0.9999), pair("95 %", ">99 %"));
    }

    #[test]
    fn thousands_are_grouped() {
        let shown: Vec<String> = [0.0, 999.0, 1_000.0, -1_234_567.0, -0.2].map(thousands).to_vec();
        assert_eq!(shown, ["0", "999", "1,000", "-1,234,567", "0"]);
        assert_eq!([money(99.5), money(12.0), money(1234.5)], ["99.50", "12", "1,234"]);
    }

    #[test]
    fn files_carry_a_millionth_and_no_negative_zero() {
        assert_eq!(rounded(1.234_567_89), 1.234_568);
        assert!(rounded(-1e-9).is_sign_positive());
    }
}
