//! What the command line accepts.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use super::picture::{ChartArguments, ChartFormat, LookArguments};
use super::questions::{Check, Compare, Staff, ValidateFormat};
use super::source::STDIN;
use crate::optimise::Objective;
use crate::plan::Spread;
use crate::simulate;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// As argument ranges have it.
const MOST_ITERATIONS: i64 = simulate::MOST_ITERATIONS as i64;

/// When will a plan of agents really finish, and why?
///
/// Reads a plan file, simulates it many times with its uncertain estimates, risks, blockers, reviews and
/// escalations, and says when the work will finish, what drives that date, and what each agent does.
#[derive(Debug, Parser)]
#[command(
    name = "plancast",
    version,
    styles = STYLES,
    max_term_width = 100,
    disable_help_subcommand = true,
    after_help = "Start with a forecast of one of the scenarios:\n  \
                  plancast simulate scenarios/proto-refactor.yaml\n\n\
                  `plancast COMMAND --help` says more about a command."
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Simulate(Simulate),
    Assign(Assign),
    Explain(Explain),
    Schedule(Schedule),
    Trace(Trace),
    Report(Report),
    Export(Export),
    Validate(Validate),
    Compare(Compare),
    Staff(Staff),
    Check(Check),
    /// Print the JSON Schema of plan files, for editors and other tools
    #[command(after_help = "Example:\n  plancast schema > plan.schema.json\n\n\
                            Editors that know YAML check a plan that begins with\n  \
                            # yaml-language-server: $schema=plan.schema.json")]
    Schema,
    /// Print shell completions
    #[command(
        after_help = "Example:\n  plancast completions bash > ~/.local/share/bash-completion/completions/plancast"
    )]
    Completions {
        /// The shell to print them for
        shell: Shell,
    },
    /// Print the manual page
    #[command(after_help = "Example:\n  plancast manual > plancast.1")]
    Manual,
}

/// Forecast a plan: simulate it many times
///
/// Prints a summary, and writes summary.json, tasks.csv, agents.csv, milestones.csv and percentiles.csv.
/// The same plan, seed and number of iterations give the same bytes on any number of threads.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    plancast simulate scenarios/quickstart.yaml\n  \
    plancast simulate plan.yaml --set agents.alpha.capacity=2\n  \
    plancast simulate plan.yaml --until 0.5%\n  \
    plancast simulate plan.yaml --option docs-now --json | jq .finish.p80")]
pub(super) struct Simulate {
    #[command(flatten)]
    pub(super) plan: PlanArguments,
    #[command(flatten)]
    pub(super) run: RunArguments,
    /// Stop as soon as the P80 is known to this share of itself, such as 1%; --iterations is then the most
    /// [default: 1000000]
    #[arg(long, value_name = "SHARE", value_parser = precision, allow_hyphen_values = true, help_heading = "Simulation")]
    pub(super) until: Option<f64>,
    /// How iterations draw: each for itself, or by Latin hypercubes of 256
    #[arg(long, value_name = "HOW", value_enum, default_value_t = Draws::Random, help_heading = "Simulation")]
    pub(super) sampling: Draws,
    #[command(flatten)]
    pub(super) output: OutputArguments,
    /// Spread all durations about their means: u1, u2 or exp
    #[arg(long, value_name = "SPREAD", help_heading = "What if")]
    pub(super) durations: Option<Spread>,
    /// Also write iterations.csv, one row per iteration
    #[arg(long, help_heading = "Output")]
    pub(super) csv_iterations: bool,
}

/// Recommend who does what in which order
///
/// Searches agents for the tasks and an order of dispatch that make the objective small, and compares the best
/// with the plan as written on iterations that the search never saw. With `--evaluations` and `--seed` the
/// answer is the same on any number of threads.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    plancast assign scenarios/proto-refactor.yaml\n  \
    plancast assign plan.yaml --objective mean --write better.json\n  \
    plancast assign j301_1.sm --deterministic --evaluations 5000 --json")]
pub(super) struct Assign {
    #[command(flatten)]
    pub(super) plan: PlanArguments,
    /// What is to be small: p80, p50 or another percentile, mean, lateness, cost, or p80+cost:W with W hours per
    /// unit of cost
    #[arg(
        long,
        value_name = "WHAT",
        default_value = "p80",
        conflicts_with = "deterministic",
        help_heading = "Search"
    )]
    pub(super) objective: Objective,
    /// Time to search, such as 10s or 2m [default: 10s unless --evaluations is given]
    #[arg(long, value_name = "TIME", value_parser = duration, allow_hyphen_values = true, help_heading = "Search")]
    pub(super) time: Option<Duration>,
    /// Number of schedules to generate, on mean durations or in simulated iterations; a first look takes up
    /// to 2,500 whatever is asked for
    #[arg(long, value_name = "N", help_heading = "Search",
          value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) evaluations: Option<u64>,
    /// Leave tasks for which the plan names one agent to that agent, not to all with the skill
    #[arg(long, help_heading = "Search")]
    pub(super) keep_fixed: bool,
    /// Seed of the search and of all random draws
    #[arg(long, value_name = "N", default_value_t = 1, help_heading = "Search")]
    pub(super) seed: u64,
    /// Number of threads [default: one per processor]
    #[arg(long, value_name = "N", help_heading = "Search",
          value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) threads: Option<u16>,
    /// Iterations of the comparison with the plan as written
    #[arg(long, value_name = "N", default_value_t = 4_000, conflicts_with = "deterministic", help_heading = "Search",
          value_parser = clap::value_parser!(u32).range(250..=MOST_ITERATIONS))]
    pub(super) iterations: u32,
    /// Schedule on mean durations, for the earliest finish: no risks, blockers, failures and reviews
    #[arg(long, help_heading = "Search")]
    pub(super) deterministic: bool,
    /// Spread all durations about their means: u1, u2 or exp
    #[arg(long, value_name = "SPREAD", help_heading = "What if")]
    pub(super) durations: Option<Spread>,
    /// Show what each agent allowed for this task would change
    #[arg(long, value_name = "TASK", conflicts_with = "deterministic", help_heading = "Output")]
    pub(super) why: Option<String>,
    /// Write the recommendation as a patch of the plan
    #[arg(long, value_name = "FILE", value_parser = patch_file, help_heading = "Output")]
    pub(super) write: Option<PathBuf>,
    /// Print JSON instead of text
    #[arg(long, help_heading = "Output")]
    pub(super) json: bool,
}

/// Rank what makes a plan late: each risk, blocker, wait and limit switched off in turn
///
/// Simulates the plan again and again under the same draws, each time without one risk, blocker, wait for an
/// escalation level, or with one more of an agent or a resource, and tells how much earlier it would finish.
/// Writes explain.json and explain.md.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    plancast explain scenarios/week-one-demo.yaml\n  \
    plancast explain plan.yaml --iterations 2000 --json | jq '.effects[0]'")]
pub(super) struct Explain {
    #[command(flatten)]
    pub(super) plan: PlanArguments,
    #[command(flatten)]
    pub(super) run: RunArguments,
    #[command(flatten)]
    pub(super) output: OutputArguments,
}

/// Print the plan's own schedule, on mean durations
///
/// The critical path with as many agents as one likes, and the schedule with the agents and resources of the
/// plan. Nothing goes wrong in it, and nothing is reviewed. Writes schedule.json and schedule.csv.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  plancast schedule scenarios/proto-refactor.yaml")]
pub(super) struct Schedule {
    #[command(flatten)]
    pub(super) plan: PlanArguments,
    #[command(flatten)]
    pub(super) output: OutputArguments,
}

/// Print one iteration: who did what when, and what each task waited for
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    plancast trace scenarios/proto-refactor.yaml --quantile 0.8\n  \
    plancast trace scenarios/proto-refactor.yaml --iteration 17 --json")]
pub(super) struct Trace {
    #[command(flatten)]
    pub(super) plan: PlanArguments,
    #[command(flatten)]
    pub(super) run: RunArguments,
    #[command(flatten)]
    pub(super) which: Which,
    /// Print JSON instead of text
    #[arg(long, help_heading = "Output")]
    pub(super) json: bool,
    #[command(flatten)]
    pub(super) chart: ChartArguments,
}

/// Which iteration.
#[derive(Args, Debug)]
#[group(required = false, multiple = false)]
pub(super) struct Which {
    /// The iteration whose finish is nearest to this quantile, such as 0.8 or 80% [default: 0.5]
    #[arg(long, value_name = "Q", value_parser = quantile)]
    pub(super) quantile: Option<f64>,
    /// The iteration of this number, from 0
    #[arg(long, value_name = "K")]
    pub(super) iteration: Option<u32>,
}

/// Write a page with charts that shows the forecast to others
///
/// report.html is one file that needs no network: options of the plan side by side, charts, tables that sort and
/// filter, and a slider for how sure one wants to be. Beside it the charts as SVG or PNG, and report.md, which links
/// them.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    plancast report scenarios/proto-refactor.yaml\n  \
    plancast report plan.yaml --option docs-now --option more-hands\n  \
    plancast report plan.yaml --format svg,png --theme dark --out review")]
pub(super) struct Report {
    /// Plan file (YAML or JSON); `-` reads standard input
    #[arg(value_name = "PLAN")]
    pub(super) path: PathBuf,
    /// Show this option of the plan as well, beside the plan as it is; may be given several times
    #[arg(long, value_name = "ID", help_heading = "What if")]
    pub(super) option: Vec<String>,
    /// Begin with this option in place of the plan as it is
    #[arg(long, value_name = "ID", help_heading = "What if")]
    pub(super) base: Option<String>,
    /// Change one value first, in all that is shown; may be given several times, `null` removes
    #[arg(long, value_name = "PATH=VALUE", value_parser = change, help_heading = "What if")]
    pub(super) set: Vec<String>,
    /// Apply a JSON Merge Patch first, in all that is shown; may be given several times
    #[arg(long, value_name = "FILE", help_heading = "What if")]
    pub(super) patch: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) run: RunArguments,
    /// Folder for the files [default: output/ and the plan file's name]
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub(super) out: Option<PathBuf>,
    /// Also show what drives the date: simulates the plan once more for each thing that can be changed in it
    #[arg(long, help_heading = "Output")]
    pub(super) explain: bool,
    /// Formats of the charts beside the page
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        default_value = "svg",
        value_name = "FORMAT,..",
        help_heading = "Charts"
    )]
    pub(super) format: Vec<ChartFormat>,
    #[command(flatten)]
    pub(super) look: LookArguments,
}

/// Print the plan, with dates of the forecast, in the format of another tool
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    plancast export scenarios/proto-refactor.yaml --format mermaid\n  \
    plancast export plan.yaml --format ics --percentile 90 > milestones.ics")]
pub(super) struct Export {
    #[command(flatten)]
    pub(super) plan: PlanArguments,
    #[command(flatten)]
    pub(super) run: RunArguments,
    /// Format
    #[arg(long, value_enum, help_heading = "Output")]
    pub(super) format: Format,
    /// Percentile of the dates
    #[arg(long, value_name = "P", default_value_t = 80, help_heading = "Output",
          value_parser = clap::value_parser!(u8).range(1..=99))]
    pub(super) percentile: u8,
}

/// Formats of other tools.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Format {
    /// Gantt chart of Mermaid
    Mermaid,
    /// Flowchart of Mermaid: what waits for what
    MermaidFlow,
    /// Graphviz
    Dot,
    /// iCalendar, of milestones and the finish
    Ics,
    /// XML of Microsoft Project
    Msproject,
    /// Table of phases, tasks and milestones
    Csv,
}

/// Check plan files and report every problem in them
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  plancast validate scenarios/*.yaml")]
pub(super) struct Validate {
    /// Plan files; `-` reads standard input
    #[arg(value_name = "PLAN", required = true)]
    pub(super) plans: Vec<PathBuf>,
    /// How to print what is found
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT", help_heading = "Output")]
    pub(super) format: ValidateFormat,
}

/// The plan, and what to change in it first.
#[derive(Args, Debug)]
pub(super) struct PlanArguments {
    /// Plan file (YAML or JSON); `-` reads standard input
    #[arg(value_name = "PLAN")]
    pub(super) path: PathBuf,
    /// Apply one of the plan's options first
    #[arg(long, value_name = "ID", help_heading = "What if")]
    pub(super) option: Option<String>,
    /// Change one value first; may be given several times, `null` removes
    #[arg(long, value_name = "PATH=VALUE", value_parser = change, help_heading = "What if")]
    pub(super) set: Vec<String>,
    /// Apply a JSON Merge Patch first: a file like the plan, with what changes; may be given several times
    #[arg(long, value_name = "FILE", help_heading = "What if")]
    pub(super) patch: Vec<PathBuf>,
}

/// How iterations draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Draws {
    Random,
    Lhs,
}

/// How to simulate.
#[derive(Args, Debug)]
pub(super) struct RunArguments {
    /// Number of iterations [default: 10000]
    #[arg(long, value_name = "N", help_heading = "Simulation",
          value_parser = clap::value_parser!(u32).range(1..=MOST_ITERATIONS))]
    pub(super) iterations: Option<u32>,
    /// Seed of all random draws
    #[arg(long, value_name = "N", default_value_t = 1, help_heading = "Simulation")]
    pub(super) seed: u64,
    /// Number of threads; the result does not depend on it [default: one per processor]
    #[arg(long, value_name = "N", help_heading = "Simulation",
          value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) threads: Option<u16>,
}

/// Where results go.
#[derive(Args, Debug)]
pub(super) struct OutputArguments {
    /// Print JSON instead of text
    #[arg(long, help_heading = "Output")]
    pub(super) json: bool,
    /// Folder for the files [default: output/ and the plan file's name]
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub(super) out: Option<PathBuf>,
}

/// Reads `0.8` or `80%`.
fn quantile(text: &str) -> Result<f64, String> {
    share(text).ok_or_else(|| "a number above 0 and below 1, or such a percentage".to_owned())
}

/// Reads `10s`, `500ms` or `2m`.
fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || "a time such as 10s, 500ms or 2m".to_owned();
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or_else(wrong)?;
    let (number, unit) = text.split_at(digits);
    let seconds = number.parse::<f64>().map_err(|_| wrong())?
        * match unit {
            "ms" => 0.001,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3600.0,
            _ => return Err(wrong()),
        };
    Duration::try_from_secs_f64(seconds).map_err(|_| wrong())
}

/// A share such as `1%` or `0.01`, above 0 and below 1.
fn precision(text: &str) -> Result<f64, String> {
    share(text).ok_or_else(|| "a share such as 1% or 0.01".to_owned())
}

/// Reads a number above 0 and below 1, or such a percentage.
fn share(text: &str) -> Option<f64> {
    let number = |text: &str| text.trim().parse::<f64>().ok();
    let share = text.strip_suffix('%').map_or_else(|| number(text), |percent| Some(number(percent)? / 100.0));
    share.filter(|share| *share > 0.0 && *share < 1.0)
}

/// Refuses standard output, which has the recommendation for people or as JSON.
fn patch_file(text: &str) -> Result<PathBuf, String> {
    if text == STDIN { Err("a file, such as better.json".to_owned()) } else { Ok(PathBuf::from(text)) }
}

/// Refuses what has no `=` after a path.
pub(super) fn change(text: &str) -> Result<String, String> {
    match text.split_once('=') {
        Some((path, _)) if !path.trim().is_empty() => Ok(text.to_owned()),
        _ => Err("a path, `=` and a value, such as `agents.alpha.capacity=2`".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_quantile_lies_between_0_and_1() {
        assert_eq!([quantile("0.8"), quantile("80%")], [Ok(0.8), Ok(0.8)]);
        for bad in ["0", "1", "100%", "-0.1", "nan", "p80", ""] {
            assert!(quantile(bad).is_err(), "{bad}");
        }
    }
}
