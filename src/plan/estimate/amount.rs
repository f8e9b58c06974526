//! Lengths of time and plain numbers as text: `90m`, `1d 4h`, `1.5h`, `120%`, and the dashes and slashes
//! between them.

use crate::diagnostic::Code;
use crate::plan::format::scalar::number;

/// Greatest length of time: 114 years [hours].
pub(crate) const MOST_HOURS: f64 = 1e6;

/// What a number counts, and how long a day of it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Unit {
    /// Hours of work: a day has the plan's working hours, a week five days.
    Work { hours_per_day: f64 },
    /// Hours on the clock: a day has 24, a week seven days.
    Clock,
    /// A number without unit.
    Plain,
}

/// Why a text is no amount.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Flaw {
    pub(crate) code: Code,
    /// Follows the text that was given.
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

impl Flaw {
    pub(crate) fn new(code: Code, message: &str, help: impl Into<Option<String>>) -> Self {
        Self { code, message: message.to_owned(), help: help.into() }
    }
}

/// What a text says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Form {
    /// `4h`
    Point(f64),
    /// `2-3d`
    Range(f64, f64),
    /// `2h/4h/9h`
    Three(f64, f64, f64),
}

impl Unit {
    /// Hours in one of the unit that a word names.
    fn hours(self, word: &str) -> Option<f64> {
        let (day, week) = match self {
            Self::Work { hours_per_day } => (hours_per_day, 5.0 * hours_per_day),
            Self::Clock | Self::Plain => (24.0, 168.0),
        };
        Some(match word {
            "s" | "sec" | "secs" | "second" | "seconds" => 1.0 / 3600.0,
            "m" | "min" | "mins" | "minute" | "minutes" => 1.0 / 60.0,
            "h" | "hr" | "hrs" | "hour" | "hours" => 1.0,
            "d" | "day" | "days" => day,
            "w" | "wk" | "wks" | "week" | "weeks" => week,
            _ => return None,
        })
    }

    fn example(self) -> &'static str {
        match self {
            Self::Work { .. } | Self::Clock => "`4h`, `90m`, `1d 4h`, `2-3d` or `2h/4h/9h`",
            Self::Plain => "`1.2`, `1.1-1.3` or `1.1/1.3/2.0`",
        }
    }
}

/// Reads a point, a range or three points.
pub(crate) fn form(text: &str, unit: Unit) -> Result<Form, Flaw> {
    let text = lowered(text, unit)?;
    let text = text.replace(['–', '—'], "-").replace(" to ", "-").replace("..", "-");
    points(&text, unit).map_err(|flaw| if flaw.code == Code::E112 { with_unit(&text, unit, flaw) } else { flaw })
}

/// The text in small letters, which mean the same; all but `M`, which others write for months.
fn lowered(text: &str, unit: Unit) -> Result<String, Flaw> {
    let letters: Vec<char> = text.trim().chars().collect();
    let is_bare = |at: usize| {
        let before = letters[..at].iter().rev().find(|c| **c != ' ');
        let after = letters.get(at + 1);
        before.is_some_and(char::is_ascii_digit) && !after.is_some_and(char::is_ascii_alphabetic)
    };
    if unit != Unit::Plain && (0..letters.len()).any(|at| letters[at] == 'M' && is_bare(at)) {
        let help = "write `m` for minutes, or months as weeks".to_owned();
        return Err(Flaw::new(Code::E112, "has the unit `M`, which may be minutes or months", help));
    }
    Ok(text.trim().to_ascii_lowercase())
}

/// The flaw of a range or of three points to which only the unit is missing, with help that keeps all of them; the
/// same `flaw` for everything else.
fn with_unit(text: &str, unit: Unit, flaw: Flaw) -> Flaw {
    let meant = if text.contains('/') {
        let hours = |part: &str| if first_unit(part).is_empty() { format!("{part}h") } else { part.to_owned() };
        text.split('/').map(hours).collect::<Vec<_>>().join("/")
    } else if let Some((low, high)) = text.split_once('-') {
        if !first_unit(high).is_empty() {
            return flaw;
        }
        let own = first_unit(low);
        format!("{text}{}", if own.is_empty() { "h" } else { own })
    } else {
        return flaw;
    };
    match points(&meant, unit) {
        _ if unit == Unit::Plain => flaw,
        Ok(_) => no_unit(&meant),
        Err(other) if other.code != Code::E112 => other,
        Err(_) => flaw,
    }
}

/// The same of text with one dash for all kinds of it.
fn points(text: &str, unit: Unit) -> Result<Form, Flaw> {
    if text.contains('/') {
        let parts: Vec<&str> = text.split('/').collect();
        let [low, mode, high] = parts[..] else {
            let help = "write optimistic/likely/pessimistic, such as `2h/4h/9h`".to_owned();
            return Err(Flaw::new(Code::E112, "must have three points with `/` between", help));
        };
        let shared = first_unit(high);
        let [low, mode, high] = [low, mode, high].map(|text| one(text, unit, shared));
        let [low, mode, high] = [low?, mode?, high?];
        if low > mode || mode > high {
            let help = "order them: optimistic/likely/pessimistic".to_owned();
            return Err(Flaw::new(Code::E114, "must rise from point to point", help));
        }
        return Ok(Form::Three(low, mode, high));
    }
    if text.starts_with('-') {
        return Err(negative());
    }
    let Some((low, high)) = text.split_once('-') else { return Ok(Form::Point(one(text, unit, "")?)) };
    // The higher end first: its unit is the other's, so that a flaw of it must not be laid to the other.
    let shared = first_unit(high);
    let high = one(high, unit, "")?;
    let low = one(low, unit, shared)?;
    if low > high {
        return Err(Flaw::new(Code::E113, "must go from the lower to the higher end", "swap the two".to_owned()));
    }
    Ok(Form::Range(low, high))
}

/// Reads a single amount.
pub(crate) fn amount(text: &str, unit: Unit) -> Result<f64, Flaw> {
    let text = lowered(text, unit)?;
    if text.starts_with('-') {
        return Err(negative());
    }
    one(&text, unit, "")
}

/// The unit of the first number of an amount: of `2h30m` it is `h`.
fn first_unit(text: &str) -> &str {
    let (_, after) = leading_number(text.trim());
    after.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or("")
}

/// The number that a text begins with, and what follows it.
fn leading_number(text: &str) -> (&str, &str) {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').len();
    let (value, after) = text.split_at(digits + exponent_length(&text[digits..]));
    (value, after.trim_start())
}

/// One amount; a number without unit takes `default`.
fn one(text: &str, unit: Unit, default: &str) -> Result<f64, Flaw> {
    let text = text.trim();
    if matches!(text.trim_start_matches(['.', '+']), "inf" | "infinity" | "nan") {
        let help = format!("write one of at most 1e6, such as {}", unit.example());
        return Err(Flaw::new(Code::E111, "must be a finite number", help));
    }
    if text.starts_with('-') {
        return Err(negative());
    }
    let value = if unit == Unit::Plain { plain(text)? } else { time(text, unit, default)? };
    let most = MOST_HOURS;
    if value.is_finite() && value <= most {
        Ok(value)
    } else {
        let what = if unit == Unit::Plain { "must be at most 1e6" } else { "must be at most 1e6 h (114 years)" };
        Err(Flaw::new(Code::E111, what, "look for a unit or a power of ten too many".to_owned()))
    }
}

fn negative() -> Flaw {
    Flaw::new(Code::E111, "must not be negative", "write 0 or more, without `-` before it".to_owned())
}

fn plain(text: &str) -> Result<f64, Flaw> {
    let percent = text.strip_suffix('%');
    match percent.map_or_else(|| number(text), |text| number(text).map(|x| x / 100.0)) {
        Some(value) => Ok(value),
        None => Err(Flaw::new(Code::E112, "is not a number", format!("write {}", Unit::Plain.example()))),
    }
}

/// The sum of parts such as `1d 4h`.
fn time(text: &str, unit: Unit, default: &str) -> Result<f64, Flaw> {
    let mut rest = text;
    let mut hours = 0.0;
    let mut parts = 0;
    while !rest.is_empty() {
        let (value, after) = leading_number(rest);
        let letters = after.len() - after.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
        let (word, after) = after.split_at(letters);
        let Some(value) = number(value) else { return Err(not_a_time(unit)) };
        let alone = word.is_empty() && parts == 0 && after.is_empty();
        let word = if alone { default } else { word };
        hours += match unit.hours(word) {
            Some(each) => value * each,
            None if alone && value == 0.0 => 0.0,
            None if alone => return Err(no_unit(&format!("{text}h"))),
            None if matches!(word, "mo" | "month" | "months" | "y" | "year" | "years") => {
                let weeks = value * if word.starts_with('m') { 52.0 / 12.0 } else { 52.0 };
                let help = format!("write weeks, here about `{:.0}w`", weeks.max(1.0));
                return Err(Flaw::new(Code::E112, "has a unit of no fixed length", help));
            }
            None => return Err(not_a_time(unit)),
        };
        parts += 1;
        rest = after.trim_start().trim_start_matches(',').trim_start();
    }
    if parts == 0 { Err(not_a_time(unit)) } else { Ok(hours) }
}

/// Bytes of `e300` or `e+300`, so that an absurd number is called too large and not misspelt.
fn exponent_length(text: &str) -> usize {
    let Some(after) = text.strip_prefix('e') else { return 0 };
    let sign = usize::from(after.starts_with('+'));
    let digits = after[sign..].bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 { 0 } else { 1 + sign + digits }
}

fn no_unit(meant: &str) -> Flaw {
    let help = format!("did you mean `{meant}`? units are `s`, `m`, `h`, `d`, `w`");
    Flaw::new(Code::E112, "has no unit", help)
}

fn not_a_time(unit: Unit) -> Flaw {
    Flaw::new(Code::E112, "is not a length of time", format!("write {}", unit.example()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WORK: Unit = Unit::Work { hours_per_day: 8.0 };

    #[test]
    fn lengths_of_time_are_read_as_people_write_them() {
        let cases = [
            ("4h", 4.0),
            ("90m", 1.5),
            ("1d 4h", 12.0),
            ("1d4h", 12.0),
            ("1.5h", 1.5),
            ("1w", 40.0),
            ("0", 0.0),
            ("2 hours", 2.0),
            ("1 day, 30 min", 8.5),
            ("36s", 0.01),
            (" 1h ", 1.0),
            ("1H", 1.0),
            (".5h", 0.5),
        ];
        for (text, hours) in cases {
            assert_eq!(form(text, WORK), Ok(Form::Point(hours)), "{text}");
        }
        assert_eq!(form("1d", Unit::Clock), Ok(Form::Point(24.0)));
        assert_eq!(form("1w", Unit::Clock), Ok(Form::Point(168.0)));
    }

    #[test]
    fn the_unit_of_the_last_point_serves_all() {
        assert_eq!(form("2-3d", WORK), Ok(Form::Range(16.0, 24.0)));
        assert_eq!(form("2d-3d", WORK), Ok(Form::Range(16.0, 24.0)));
        assert_eq!(form("30m – 6h", WORK), Ok(Form::Range(0.5, 6.0)));
        assert_eq!(form("4h to 1d", WORK), Ok(Form::Range(4.0, 8.0)));
        assert_eq!(form("0-4h", Unit::Clock), Ok(Form::Range(0.0, 4.0)));
        assert_eq!(form("2/4/9h", WORK), Ok(Form::Three(2.0, 4.0, 9.0)));
        // Of several units it is the first.
        assert_eq!(form("1-2h30m", WORK), Ok(Form::Range(1.0, 2.5)));
        assert_eq!(form("1-2d 4h", WORK), Ok(Form::Range(8.0, 20.0)));
        assert_eq!(form("1/2/3h30m", WORK), Ok(Form::Three(1.0, 2.0, 3.5)));
        assert_eq!(form("30m/1h/3h", WORK), Ok(Form::Three(0.5, 1.0, 3.0)));
        assert_eq!(form("1.1/1.3/200%", Unit::Plain), Ok(Form::Three(1.1, 1.3, 2.0)));
    }

    #[test]
    fn what_is_no_estimate_says_why() {
        let code = |text: &str| form(text, WORK).map_err(|flaw| flaw.code);
        for text in [
            "4x", "4", "about 4h", "h", "", "4h 3", "1mo", "2h/4h", "1/2/3/4h", "1..2..3h", "é", "1M", "2 M",
            "1-2M",
        ] {
            assert_eq!(code(text), Err(Code::E112), "{text}");
        }
        for text in ["-4h", "1e300h", "nan", ".inf", "inf", "1000001h", "2--3h", "2-nan"] {
            assert_eq!(code(text), Err(Code::E111), "{text}");
        }
        assert_eq!(code("3-2d"), Err(Code::E113));
        assert_eq!(code("4h/2h/9h"), Err(Code::E114));
    }

    #[test]
    fn help_with_a_missing_unit_keeps_all_points() {
        let help = |text: &str| form(text, WORK).unwrap_err().help.unwrap_or_default();
        let cases = [
            ("4", "4h"),
            ("1-2", "1-2h"),
            ("1h to 2", "1h-2h"),
            ("0-4", "0-4h"),
            ("2/4/9", "2h/4h/9h"),
            ("2/4h/9", "2h/4h/9h"),
            ("1d-2", "1d-2d"),
        ];
        for (text, meant) in cases {
            assert!(help(text).starts_with(&format!("did you mean `{meant}`?")), "{text}: {}", help(text));
        }
        assert_eq!(help("3-2"), "swap the two");
        assert_eq!(help("9/4/2"), "order them: optimistic/likely/pessimistic");
        for text in ["2-x", "1-2h30", "1h-2d 4"] {
            assert!(help(text).starts_with("write "), "{text}: {}", help(text));
        }
        assert!(form("0-0", WORK).is_ok() && form("1-2", Unit::Plain).is_ok());
    }

    proptest! {
        #[test]
        fn any_text_is_an_estimate_or_a_flaw(text in "[0-9a-z./ %+–-]{0,20}|\\PC{0,20}") {
            for unit in [WORK, Unit::Clock, Unit::Plain] {
                let _ = form(&text, unit);
                let _ = amount(&text, unit);
            }
        }

        #[test]
        fn minutes_are_read_exactly(minutes in 0..1_000_000_u32) {
            prop_assert_eq!(form(&format!("{minutes}m"), WORK), Ok(Form::Point(f64::from(minutes) * (1.0 / 60.0))));
        }
    }
}
