//! The parts that several fields of `summary.json` share.

use serde::{Serialize, Serializer};

use super::super::clock::Clock;
use super::super::number::rounded;
use crate::analyse::{Moment, Outlook, Spread};
use crate::simulate::{ByCause, Cause};

/// Percentiles with a field of their own in a summary.
pub const SUMMARY_PERCENTS: [u8; 8] = [5, 10, 25, 50, 75, 80, 90, 95];

/// A number to the precision of files; `null` if there is none.
pub(super) fn number(value: Option<f64>) -> Option<f64> {
    value.map(rounded)
}

/// A JSON object with its keys in the order given.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entries<T>(pub(super) Vec<(String, T)>);

impl<T: Serialize> Serialize for Entries<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

impl<T> FromIterator<(String, T)> for Entries<T> {
    fn from_iter<I: IntoIterator<Item = (String, T)>>(entries: I) -> Self {
        Self(entries.into_iter().collect())
    }
}

/// A value of an object whose fields have several types.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub(super) enum Field {
    Number(Option<f64>),
    Interval([Option<f64>; 2]),
    Dates(Entries<Option<String>>),
}

/// Moments and percentiles of a quantity, in the quantity's unit.
fn spread_fields(spread: &Spread) -> Vec<(String, Field)> {
    let mut fields = vec![
        ("mean".to_owned(), Field::Number(number(spread.mean))),
        ("sd".to_owned(), Field::Number(number(spread.sd))),
    ];
    for percent in SUMMARY_PERCENTS {
        let value = spread.percentile(percent).value;
        fields.push((format!("p{percent}"), Field::Number(number(value))));
    }
    for percent in SUMMARY_PERCENTS {
        let percentile = spread.percentile(percent);
        let interval = [number(percentile.low), number(percentile.high)];
        fields.push((format!("p{percent}_interval"), Field::Interval(interval)));
    }
    fields.push(("unfinished".to_owned(), Field::Number(Some(rounded(spread.unfinished)))));
    fields
}

/// A quantity and the probability that it stays within what is wanted.
pub(super) fn outlook(outlook: &Outlook, limit: &str) -> Entries<Field> {
    let mut fields = spread_fields(&outlook.spread);
    fields.push((limit.to_owned(), Field::Number(number(outlook.due))));
    fields.push(("probability".to_owned(), Field::Number(number(outlook.probability))));
    Entries(fields)
}

/// A time and the probability that it is early enough, with dates if the plan has a start.
pub(super) fn finish(when: &Outlook, clock: &Clock) -> Entries<Field> {
    let mut fields = outlook(when, "due");
    if clock.has_dates() {
        let percents =
            SUMMARY_PERCENTS.map(|percent| (format!("p{percent}"), when.spread.percentile(percent).value));
        let mut dates: Vec<(String, Option<f64>)> = vec![("mean".to_owned(), when.spread.mean)];
        dates.extend(percents);
        dates.push(("due".to_owned(), when.due));
        let dates = dates.into_iter().map(|(key, hours)| (key, clock.iso(hours))).collect();
        fields.0.push(("dates".to_owned(), Field::Dates(dates)));
    }
    fields
}

/// When something happens to a task, with dates if the plan has a start.
pub(super) fn moment(moment: &Moment, clock: &Clock) -> Entries<Field> {
    let values = [("mean", moment.mean), ("p10", moment.p10), ("p50", moment.p50), ("p90", moment.p90)];
    let mut fields: Vec<(String, Field)> =
        values.iter().map(|(key, value)| ((*key).to_owned(), Field::Number(number(*value)))).collect();
    if clock.has_dates() {
        let dates = values.iter().map(|(key, value)| ((*key).to_owned(), clock.iso(*value))).collect();
        fields.push(("dates".to_owned(), Field::Dates(dates)));
    }
    Entries(fields)
}

/// Hours by cause.
pub(super) fn causes(hours: &ByCause<f64>) -> Entries<f64> {
    Cause::ALL.iter().zip(hours).map(|(cause, hours)| (cause.word().to_owned(), rounded(*hours))).collect()
}
