//! The command line: the only layer that touches files, arguments, clocks, output and exit codes.

mod arguments;
mod assign;
mod baseline;
mod bug;
mod check;
mod compare;
mod evidence;
mod exit;
mod explain;
mod export;
mod failure;
mod folder;
mod git;
mod open;
mod picture;
mod progress;
mod questions;
mod report;
mod run;
mod schedule;
mod screen;
mod simulate;
mod source;
mod staff;
mod talk;
mod trace;
mod validate;
mod vary;
mod watch;

pub use bug::report_panics;
pub use exit::Exit;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::CommandFactory as _;
use clap::error::ErrorKind;

use arguments::{Arguments, Command};
use failure::Failure;

/// Runs the program with these arguments, the program's name first.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    report_panics();
    let args: Vec<OsString> = args.into_iter().collect();
    let result = if args.len() < 2 { help() } else { parse(args) };
    let exit = match result {
        Ok(()) => Exit::Success,
        Err(failure) => {
            talk::say(&failure.text());
            failure.exit()
        }
    };
    ExitCode::from(exit.code())
}

/// The whole command line, with the exit codes at the end of its help.
fn command() -> clap::Command {
    let command = Arguments::command();
    let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    command.after_help(format!("{after}\n\n{}", exit::table())).mut_subcommands(with_negative_numbers)
}

/// The same, but a negative number after an option is its value, which the option then refuses with what it allows.
fn with_negative_numbers(command: clap::Command) -> clap::Command {
    command.mut_args(|argument| {
        let takes_values = !argument.is_positional() && argument.get_action().takes_values();
        if takes_values { argument.allow_negative_numbers(true) } else { argument }
    })
}

fn help() -> Result<(), Failure> {
    talk::print(&command().render_help().ansi().to_string())
}

fn parse(args: Vec<OsString>) -> Result<(), Failure> {
    let matches = match command().try_get_matches_from(args) {
        Ok(matches) => matches,
        Err(error) => {
            let text = plainly(&error.render().ansi().to_string());
            if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
                return talk::print(&text);
            }
            talk::say(&text);
            return Err(Failure::Reported(Exit::Usage));
        }
    };
    let arguments = <Arguments as clap::FromArgMatches>::from_arg_matches(&matches);
    // OK because the matches were made by this very command.
    execute(arguments.expect("the arguments of the command").command)
}

/// A refusal with what is wrong with a number said for people.
fn plainly(refusal: &str) -> String {
    let words = [
        ("invalid digit found in string", "not a whole number"),
        ("number too large to fit in target type", "too large"),
    ];
    words.iter().fold(refusal.to_owned(), |text, (from, to)| text.replace(from, to))
}

fn execute(command: Command) -> Result<(), Failure> {
    match command {
        Command::Assign(arguments) => assign::assign(&arguments),
        Command::Simulate(arguments) => simulate::simulate(&arguments),
        Command::Explain(arguments) => explain::explain(&arguments),
        Command::Schedule(arguments) => schedule::schedule(&arguments),
        Command::Trace(arguments) => trace::trace(&arguments),
        Command::Report(arguments) => report::report(&arguments),
        Command::Export(arguments) => export::export(&arguments),
        Command::Validate(arguments) => validate::validate(&arguments),
        Command::Compare(arguments) => compare::compare(&arguments),
        Command::Staff(arguments) => staff::staff(&arguments),
        Command::Check(arguments) => check::check(&arguments),
        Command::Schema => talk::print(&(format!("{:#}", crate::plan::schema()) + "\n")),
        Command::Completions { shell } => completions(shell),
        Command::Manual => manual(),
    }
}

fn completions(shell: clap_complete::Shell) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command(), "plancast", &mut script);
    talk::print(&String::from_utf8_lossy(&script))
}

fn manual() -> Result<(), Failure> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command()).render(&mut page).map_err(Failure::Print)?;
    talk::print(&String::from_utf8_lossy(&page))
}
