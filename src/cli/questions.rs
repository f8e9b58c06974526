//! What `compare`, `staff` and `check` accept.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::arguments::{PlanArguments, RunArguments, change};
use super::picture::ChartArguments;
use crate::analyse::{Objective, Threshold, Wish};
use crate::optimise;

/// Compare options, changes or versions of a plan
///
/// All are simulated with the same luck, so that small differences show. Each `--option`, `--set` and `--patch` is
/// an alternative of its own; without any, all options of the plan are compared with the plan as it is. Several
/// plans: the first is the base.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    plancast compare scenarios/backend-hardening.yaml --option wait --option docs-now\n  \
    plancast compare plan.yaml --set agents.alpha.count=2 --set agents.beta.count=2\n  \
    plancast compare last-week.yaml this-week.yaml --threshold 2h")]
pub(super) struct Compare {
    /// Plan files; `-` reads standard input
    #[arg(value_name = "PLAN", required = true)]
    pub(super) plans: Vec<PathBuf>,
    /// One of the plan's options as an alternative
    #[arg(long, value_name = "ID", help_heading = "What if")]
    pub(super) option: Vec<String>,
    /// A changed value as an alternative; `agents.alpha={count: 2, cost: 50}` changes several
    #[arg(long, value_name = "PATH=VALUE", value_parser = change, help_heading = "What if")]
    pub(super) set: Vec<String>,
    /// A JSON Merge Patch as an alternative: a file like the plan, with what changes
    #[arg(long, value_name = "FILE", help_heading = "What if")]
    pub(super) patch: Vec<PathBuf>,
    /// The option that the others are compared with [default: the plan as it is]
    #[arg(long, value_name = "ID", help_heading = "What if")]
    pub(super) base: Option<String>,
    /// Change one value of the base and of all alternatives first
    #[arg(long, value_name = "PATH=VALUE", value_parser = change, help_heading = "What if")]
    pub(super) base_set: Vec<String>,
    /// Patch the base and all alternatives first
    #[arg(long, value_name = "FILE", help_heading = "What if")]
    pub(super) base_patch: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) rule: RuleArguments,
    #[command(flatten)]
    pub(super) run: RunArguments,
    #[command(flatten)]
    pub(super) view: ViewArguments,
    #[command(flatten)]
    pub(super) chart: ChartArguments,
}

/// Try a grid of staffings or of other values
///
/// Simulates every combination with the same luck, and prints what each is worth: the next agent of each kind,
/// the knee, the Pareto front, and where the bottleneck moves. Of very many combinations a race picks those that
/// may be best.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    plancast staff scenarios/proto-refactor.yaml --vary alpha=1..2 --vary delta=1..2\n  \
    plancast staff scenarios/week-one-demo.yaml --vary escalation.orchestrator.response=5m,30m,2h\n  \
    plancast staff plan.yaml --vary alpha=1..4 --until \"P(demo) >= 80%\"\n  \
    plancast staff scenarios/backend-hardening.yaml --vary generalist=1..3 --assign")]
pub(super) struct Staff {
    #[command(flatten)]
    pub(super) plan: PlanArguments,
    /// What to vary: the count of an agent (`alpha=1..4`), or any value (`path=v1,v2`); may be given several times
    #[arg(long, value_name = "WHAT=VALUES", required = true)]
    pub(super) vary: Vec<String>,
    /// Leave aside what costs more
    #[arg(long, value_name = "AMOUNT", value_parser = amount, allow_hyphen_values = true)]
    pub(super) budget: Option<f64>,
    /// Find the cheapest combination that reaches this, such as `P(demo) >= 80%`
    #[arg(long, value_name = "WISH", value_parser = wish)]
    pub(super) until: Option<Wish>,
    /// Combinations to simulate in full, which a race finds [default: all of up to 200, 50 of more]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) finalists: Option<u32>,
    /// Let a search recommend who does what in which order for each combination
    #[arg(long, help_heading = "Assignment")]
    pub(super) assign: bool,
    /// Schedules of each of these searches
    #[arg(long, value_name = "N", default_value_t = 6_000, requires = "assign", help_heading = "Assignment",
          value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    pub(super) evaluations: u64,
    /// Leave tasks for which the plan names one agent to that agent
    #[arg(long, requires = "assign", help_heading = "Assignment")]
    pub(super) keep_fixed: bool,
    #[command(flatten)]
    pub(super) rule: RuleArguments,
    #[command(flatten)]
    pub(super) run: RunArguments,
    #[command(flatten)]
    pub(super) view: ViewArguments,
    #[command(flatten)]
    pub(super) chart: ChartArguments,
}

/// Check a plan's limits, and that it is no worse than a baseline
///
/// For continuous integration: fails where a limit of the plan is broken, or where finish, cost or a milestone
/// became worse than the baseline by more than the threshold and beyond noise.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    plancast check plan.yaml\n  \
    plancast check plan.yaml --against origin/main --format github,markdown --out results\n  \
    plancast check plan.yaml --baseline summary.json --threshold 4h --auto")]
pub(super) struct Check {
    #[command(flatten)]
    pub(super) plan: PlanArguments,
    /// The summary.json of an earlier run
    #[arg(long, value_name = "FILE", conflicts_with = "against", help_heading = "Baseline")]
    pub(super) baseline: Option<PathBuf>,
    /// Another version of the plan: a git revision, or a plan file
    #[arg(long, value_name = "REV|PLAN", help_heading = "Baseline")]
    pub(super) against: Option<String>,
    /// Greatest loss that does not count: a length of time such as 4h, or a share such as 5%
    #[arg(long, value_name = "LIMIT", default_value = "1%", value_parser = threshold, allow_hyphen_values = true, help_heading = "Baseline")]
    pub(super) threshold: Threshold,
    /// Which number is compared with the baseline: a percentile from p1 to p99, or mean; a summary.json holds p5, p10, p25,
    /// p50, p75, p80, p90, p95 and mean
    #[arg(long, value_name = "NUMBER", default_value = "p80", value_parser = objective, help_heading = "Baseline")]
    pub(super) objective: Objective,
    #[command(flatten)]
    pub(super) run: RunArguments,
    /// Raise the number of iterations until noise hides nothing, up to 400,000
    #[arg(long, help_heading = "Simulation")]
    pub(super) auto: bool,
    /// What to print: the first; with --out all are written as files
    #[arg(long, value_enum, value_delimiter = ',', value_name = "FORMAT", help_heading = "Output")]
    pub(super) format: Vec<CheckFormat>,
    /// Print JSON; the same as --format json
    #[arg(long, conflicts_with = "format", help_heading = "Output")]
    pub(super) json: bool,
    /// Folder for the files of all formats asked for
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub(super) out: Option<PathBuf>,
}

/// A view of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum CheckFormat {
    /// For people
    Text,
    /// Everything
    Json,
    /// A comment for a pull request
    Markdown,
    /// Annotations of GitHub Actions
    Github,
    /// Test results
    Junit,
    /// The plan's warnings for code scanning
    Sarif,
    /// A series for trackers of benchmarks
    Bench,
}

/// A view of the problems in plan files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum ValidateFormat {
    /// For people
    #[default]
    Text,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of GitHub Actions
    Github,
}

/// How to compare.
#[derive(Args, Debug)]
pub(super) struct RuleArguments {
    /// The number that decides: a percentile such as p80, or mean
    #[arg(long, value_name = "NUMBER", default_value = "p80", value_parser = objective)]
    pub(super) objective: Objective,
    /// Greatest difference that does not count: a length of time such as 2h, or a share such as 1%
    #[arg(long, value_name = "LIMIT", default_value = "0%", value_parser = threshold, allow_hyphen_values = true)]
    pub(super) threshold: Threshold,
}

/// How to show tables.
#[derive(Args, Debug)]
#[group(required = false, multiple = false)]
pub(super) struct ViewArguments {
    /// Print the table only
    #[arg(long, help_heading = "Output")]
    pub(super) as_table: bool,
    /// Print JSON instead of text
    #[arg(long, help_heading = "Output")]
    pub(super) json: bool,
    /// Print CSV instead of text
    #[arg(long, help_heading = "Output")]
    pub(super) csv: bool,
}

/// Reads `p80` or `mean`.
fn objective(text: &str) -> Result<Objective, String> {
    match text.parse() {
        Ok(optimise::Objective::Mean) => Ok(Objective::Mean),
        Ok(optimise::Objective::Quantile(share)) => Ok(Objective::Percentile((share * 100.0).round() as u8)),
        _ => Err("`mean`, or a percentile from `p1` to `p99`".to_owned()),
    }
}

/// Reads `5%`, `90m`, `2h` or `1d`, a day of 24 hours.
fn threshold(text: &str) -> Result<Threshold, String> {
    let allowed = "a share such as `5%`, or a length of time such as `30m`, `2h` or `1d` (24 h)";
    let units = [('%', None), ('m', Some(1.0 / 60.0)), ('h', Some(1.0)), ('d', Some(24.0))];
    let found = units.iter().find_map(|(unit, hours)| Some((text.strip_suffix(*unit)?, hours)));
    let (number, hours) = found.ok_or(allowed)?;
    let number = number.trim().parse::<f64>().ok().filter(|n| n.is_finite() && *n >= 0.0).ok_or(allowed)?;
    Ok(match hours {
        None => Threshold::Share(number / 100.0),
        Some(hours) => Threshold::Hours(number * hours),
    })
}

/// Reads an amount of money.
fn amount(text: &str) -> Result<f64, String> {
    let number = text.trim().parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0);
    number.ok_or_else(|| "an amount in the currency of the plan, from 0 up".to_owned())
}

/// Reads `P(demo) >= 80%`.
fn wish(text: &str) -> Result<Wish, String> {
    let read = || {
        let (id, share) = text.trim().strip_prefix("P(")?.split_once(')')?;
        let share = share.trim().strip_prefix(">=")?.trim();
        let at_least = match share.strip_suffix('%') {
            Some(percent) => percent.trim().parse::<f64>().ok()? / 100.0,
            None => share.parse().ok()?,
        };
        Some(Wish { id: id.trim().to_owned(), at_least })
    };
    match read() {
        Some(wish) if wish.at_least > 0.0 && wish.at_least <= 1.0 => Ok(wish),
        Some(_) => Err("a probability above 0 % and up to 100 %".to_owned()),
        None => Err("of the form `P(demo) >= 80%`, with a milestone, a phase, `finish` or `cost`".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_are_lengths_of_time_or_shares() {
        assert_eq!(threshold("5%"), Ok(Threshold::Share(0.05)));
        let hours = ["90m", "2h", "1d"].map(|text| threshold(text).unwrap());
        assert_eq!(hours, [1.5, 2.0, 24.0].map(Threshold::Hours));
        for bad in ["", "5", "-1h", "nan%", "2 weeks"] {
            assert!(threshold(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_wish_is_a_probability_of_something() {
        let demo = Wish { id: "demo".to_owned(), at_least: 0.8 };
        assert_eq!([wish("P(demo) >= 80%"), wish("P( demo )>=0.8")], [Ok(demo.clone()), Ok(demo)]);
        for bad in ["demo >= 80%", "P(demo) > 80%", "P(demo) >= 180%", "P(demo)"] {
            assert!(wish(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_objective_is_a_percentile_or_the_mean() {
        assert_eq!([objective("p80"), objective("mean")], [Ok(Objective::Percentile(80)), Ok(Objective::Mean)]);
        for bad in ["80", "p0", "p100", "median"] {
            assert!(objective(bad).is_err(), "{bad}");
        }
    }
}
