//! Reading the `summary.json` of an earlier run as a baseline.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::failure::{Failure, reason};
use crate::analyse::{Kind, Objective, Reading, Stored, StoredTask};
use crate::dates::{Day, Zone, parse_moment};
use crate::model::Origin;
use crate::report::{SCHEMA_VERSION, SUMMARY_PERCENTS};
use crate::simulate::Settings;
use crate::stats;

/// Numbers of an earlier run, and what a reader should know about them.
pub(super) struct Baseline {
    pub(super) stored: Stored,
    pub(super) notes: Vec<String>,
}

/// Reads a baseline for the plan of this name.
///
/// # Errors
/// [`Failure`] when it cannot be read, is no summary of this version, or is of another plan.
pub(super) fn read(path: &Path, plan: &str, objective: Objective, run: &Settings) -> Result<Baseline, Failure> {
    let refuse = |what: String| Failure::Unreadable {
        message: format!("cannot use baseline `{}`: {what}", path.display()),
        help: "make it with `plancast simulate PLAN --out DIR`, which writes summary.json".to_owned(),
    };
    let text = fs::read_to_string(path).map_err(|error| refuse(reason(&error)))?;
    let json: Value = serde_json::from_str(&text).map_err(|error| refuse(format!("it is not JSON: {error}")))?;
    match json["schema_version"].as_u64() {
        Some(version) if version == u64::from(SCHEMA_VERSION) => {}
        Some(version) => {
            return Err(refuse(format!(
                "its schema version is {version}, and this program reads {SCHEMA_VERSION}"
            )));
        }
        None => return Err(refuse("it is no summary.json: it has no `schema_version`".to_owned())),
    }
    match json["plan"]["name"].as_str() {
        Some(name) if name == plan => {}
        Some(name) => return Err(refuse(format!("it is of the plan `{name}`, not of `{plan}`"))),
        None => return Err(refuse("it is no summary.json: it has no `plan.name`".to_owned())),
    }
    let lacks = format!("it has no `{}`", objective.word());
    if matches!(objective, Objective::Percentile(percent) if !SUMMARY_PERCENTS.contains(&percent)) {
        let words = SUMMARY_PERCENTS.map(|percent| format!("`p{percent}`")).join(", ");
        return Err(Failure::Unreadable {
            message: format!("cannot use baseline `{}`: {lacks}, as no summary.json has", path.display()),
            help: format!("ask for `mean` or one of {words}; or compare with a revision or a plan with --against"),
        });
    }
    let stored =
        stored(&json, objective).ok_or_else(|| refuse(format!("{lacks} of the finish with its interval")))?;
    let mut notes = notes(&stored, run);
    if !json["run"]["sampling"].is_null() {
        notes.push(
            "The baseline drew by Latin hypercubes, this run does not: they share less of their luck.".into(),
        );
    }
    Ok(Baseline { stored, notes })
}

/// What makes the comparison less sharp.
fn notes(stored: &Stored, run: &Settings) -> Vec<String> {
    let mut notes = Vec::new();
    if stored.seed != run.seed {
        notes.push(format!(
            "The baseline ran with seed {}, this run with seed {}: they do not share their luck, so that only larger \
             differences show.",
            stored.seed, run.seed
        ));
    }
    if stored.iterations != run.iterations {
        notes.push(format!("The baseline ran {} iterations.", stored.iterations));
    }
    notes
}

/// Absent if fields are missing that every summary has.
fn stored(json: &Value, objective: Objective) -> Option<Stored> {
    let iterations = u32::try_from(json["run"]["iterations"].as_u64()?).ok()?;
    let mut readings = vec![
        reading(Kind::Finish, "finish", &json["finish"], objective, iterations)?,
        reading(Kind::Cost, "cost", &json["cost"], objective, iterations)?,
    ];
    for (id, milestone) in json["milestones"].as_object()? {
        readings.push(reading(Kind::Milestone, id, &milestone["finish"], objective, iterations)?);
    }
    let tasks = json["tasks"].as_object()?.iter().map(|(id, task)| {
        let [start, finish] = ["start", "finish"].map(|end| task[end]["mean"].as_f64());
        StoredTask {
            id: id.clone(),
            criticality: task["criticality"].as_f64().unwrap_or(0.0),
            hours: finish.zip(start).map(|(finish, start)| finish - start),
        }
    });
    let seed = json["run"]["seed"].as_u64()?;
    Some(Stored { iterations, seed, start: start(json), tasks: tasks.collect(), readings })
}

/// The start of the plan, which summaries tell with its offset.
fn start(json: &Value) -> Option<Origin> {
    let zone = Zone::utc();
    let unix_micros = parse_moment(json["plan"]["start"].as_str()?, &zone, Day::Start).ok()?;
    Some(Origin { unix_micros, zone: zone.name().to_owned() })
}

/// Absent if the number is not among those that a summary holds; its value is absent if it is `null`.
fn reading(kind: Kind, id: &str, spread: &Value, objective: Objective, iterations: u32) -> Option<Reading> {
    let value = spread.get(objective.word())?.as_f64();
    let (low, high) = match objective {
        Objective::Percentile(_) => {
            let interval = spread.get(format!("{}_interval", objective.word()))?;
            (interval[0].as_f64(), interval[1].as_f64())
        }
        Objective::Mean => {
            // A summary has no interval of the mean: the normal one, of thousands of iterations.
            let known = value.zip(spread["sd"].as_f64());
            let known = known.map(|(mean, sd)| stats::normal_mean_estimate(mean, sd, iterations));
            (known.map(|mean| mean.low), known.map(|mean| mean.high))
        }
    };
    Some(Reading { kind, id: id.to_owned(), value, low, high })
}
