//! `plancast check`.

use std::collections::BTreeMap;
use std::path::Path;

use anstream::adapter::strip_str;
use clap::ValueEnum as _;

use super::exit::Exit;
use super::failure::Failure;
use super::folder::{self, Product};
use super::questions::{Check, CheckFormat};
use super::{baseline, git, open, run, source, talk};
use crate::analyse::{self, Baseline, Checked, Reading, Rule, Status, Stored, Variant};
use crate::diagnostic::Diagnostic;
use crate::model::{Instance, MilestoneId, TaskId};
use crate::plan::{Entity, Overrides, Plan};
use crate::report::{self, CheckReport, Line, Places};
use crate::simulate::{self, Settings};

/// Most iterations that `--auto` goes up to.
const MOST_AUTO: u32 = 400_000;

/// What the plan is compared with.
struct Base {
    name: String,
    plan: Option<Plan>,
    stored: Option<Stored>,
    notes: Vec<String>,
}

/// The same without what cannot go to another thread.
#[derive(Clone, Copy)]
enum Against<'a> {
    Nothing,
    Plan(&'a str, &'a Instance),
    Stored(&'a Stored),
}

/// What a run says.
struct Found {
    settings: Settings,
    readings: Vec<Reading>,
    checked: Checked,
}

/// Evaluates limits and regressions, prints and writes them, and ends with the code that says which.
///
/// # Errors
/// [`Failure::Reported`] with [`Exit::LimitBroken`] or [`Exit::Inconclusive`]; others when a plan has errors.
pub(super) fn check(arguments: &Check) -> Result<(), Failure> {
    let (plan, warnings) = open_plan(arguments)?;
    if let Some(folder) = &arguments.out {
        folder::check(folder)?;
    }
    let settings = run::settings(&arguments.run);
    let base = base(arguments, &plan, &settings)?;
    let rule = Rule { objective: arguments.objective, threshold: arguments.threshold };
    let (instance, against) = (&plan.instance, base.against());
    let places = places(&plan);
    let about = open::about(&arguments.plan, &plan);
    let mut iterations = settings.iterations;
    let found = loop {
        let settings = Settings { iterations, ..settings.clone() };
        let found = run::with_threads(&arguments.run, || evaluate(instance, &settings, against, rule))?;
        let is_settled = found.checked.status() != Status::Unclear || !found.checked.would_learn();
        if !arguments.auto || is_settled || iterations >= MOST_AUTO {
            break found;
        }
        let needed = found.checked.decided_by().and_then(|needed| u32::try_from(needed).ok()).unwrap_or(MOST_AUTO);
        iterations = needed.max(iterations.saturating_mul(2)).min(MOST_AUTO);
    };
    let report = view(&plan, &found, &base, rule, (&places, &about));
    show(arguments, &report, &warnings)?;
    match found.checked.status() {
        Status::Held => Ok(()),
        Status::Broken => Err(Failure::Reported(Exit::LimitBroken)),
        Status::Unclear => Err(Failure::Reported(Exit::Inconclusive)),
    }
}

/// The plan; its errors are written in those of the formats that can hold them.
fn open_plan(arguments: &Check) -> Result<(Plan, Vec<Diagnostic>), Failure> {
    let path = &arguments.plan.path;
    let opened = open::read(path, &open::overrides(&arguments.plan)?);
    if let Err(Failure::Plan(problems)) = &opened {
        let text = |format: CheckFormat| match format {
            CheckFormat::Github => Some(report::annotations(problems)),
            CheckFormat::Sarif => Some(report::sarif(problems, env!("CARGO_PKG_VERSION"))),
            CheckFormat::Markdown => Some(report::problems_markdown(problems, &path.display().to_string())),
            CheckFormat::Junit => Some(report::problems_junit(problems, &path.display().to_string())),
            _ => None,
        };
        let formats = formats(arguments);
        if let Some(folder) = &arguments.out {
            let product = |&format: &CheckFormat| Some(Product::text(file(format), text(format)?));
            let products: Vec<Product> = formats.iter().filter_map(product).collect();
            write(folder, &products)?;
        }
        if let Some(text) = text(formats[0]) {
            talk::print(&text)?;
        }
    }
    opened
}

impl Base {
    fn against(&self) -> Against<'_> {
        match (&self.plan, &self.stored) {
            (Some(plan), _) => Against::Plan(&self.name, &plan.instance),
            (_, Some(stored)) => Against::Stored(stored),
            _ => Against::Nothing,
        }
    }
}

/// Reads the baseline of the arguments.
fn base(arguments: &Check, plan: &Plan, settings: &Settings) -> Result<Base, Failure> {
    let mut base = Base { name: String::new(), plan: None, stored: None, notes: Vec::new() };
    if let Some(path) = &arguments.baseline {
        let read = baseline::read(path, &plan.instance.name, arguments.objective, settings)?;
        base.name = path.display().to_string();
        base.notes = read.notes;
        base.stored = Some(read.stored);
    } else if let Some(name) = &arguments.against {
        base.name.clone_from(name);
        if Path::new(name).is_file() {
            base.plan = Some(open::read_text(source::read(Path::new(name))?, &Overrides::default())?.0);
        } else if arguments.plan.path == Path::new(source::STDIN) {
            return Err(Failure::usage(
                format!("a plan from standard input has no version at `{name}`"),
                "give the path of the plan, or another plan file with --against",
            ));
        } else {
            match git::show(&arguments.plan.path, name)?.map(|text| open::read_text(text, &Overrides::default())) {
                Some(Ok((plan, _))) => base.plan = Some(plan),
                // Whoever repairs a plan should not be stopped by how it was before.
                Some(Err(Failure::Plan(_))) => {
                    base.notes.push(format!("The plan has errors in {name}: nothing to compare with."));
                }
                Some(Err(failure)) => return Err(failure),
                None => base.notes.push(format!("There is no such plan in {name}: nothing to compare with.")),
            }
        }
    }
    Ok(base)
}

fn evaluate(instance: &Instance, settings: &Settings, against: Against, rule: Rule) -> Found {
    let before = if let Against::Plan(name, instance) = against { Some((name, instance)) } else { None };
    let runs = 1 + u64::from(before.is_some());
    let (outcomes, old) = run::with_progress(runs * u64::from(settings.iterations), |progress| {
        let run = |instance, settings: &Settings| simulate::run(instance, settings, progress);
        let quick = settings.clone().without_samples();
        (run(instance, settings), before.map(|(_, instance)| run(instance, &quick)))
    });
    let plan = Variant { name: "the plan", instance, outcomes: &outcomes };
    let baseline = match (against, before, &old) {
        (Against::Stored(stored), ..) => Some(Baseline::Stored(stored)),
        (_, Some((name, instance)), Some(outcomes)) => Some(Baseline::Plan(Variant { name, instance, outcomes })),
        _ => None,
    };
    let regressions = baseline.map(|baseline| analyse::regressions(&plan, &baseline, rule));
    Found {
        settings: settings.clone(),
        readings: analyse::readings(&plan, rule.objective),
        checked: Checked { requirements: analyse::requirements(instance, &outcomes), regressions },
    }
}

fn view<'a>(
    plan: &'a Plan,
    found: &'a Found,
    base: &'a Base,
    rule: Rule,
    (places, about): (&'a Places, &'a report::About),
) -> CheckReport<'a> {
    CheckReport {
        instance: &plan.instance,
        iterations: found.settings.iterations,
        seed: found.settings.seed,
        readings: &found.readings,
        checked: &found.checked,
        against: (!base.name.is_empty()).then_some(base.name.as_str()),
        rule,
        notes: &base.notes,
        places,
        about,
    }
}

/// Lines of the plan that findings point at.
fn places(plan: &Plan) -> Places {
    let line = |entity: Entity| {
        let place = plan.place(entity);
        Line { file: place.source, line: place.line }
    };
    let instance = &plan.instance;
    let tasks = instance.tasks.iter().enumerate();
    let tasks = tasks.map(|(i, task)| (task.id.clone(), line(Entity::Task(TaskId::from(i)))));
    let milestones = instance.milestones.iter().enumerate();
    let milestones = milestones.map(|(i, m)| (m.id.clone(), line(Entity::Milestone(MilestoneId::from(i)))));
    let entities: BTreeMap<String, Line> = tasks.chain(milestones).collect();
    Places {
        plan: line(Entity::Plan),
        limits: (0..instance.limits.len()).map(|i| line(Entity::Limit(i))).collect(),
        entities,
    }
}

/// The formats asked for, each once, text if none is.
fn formats(arguments: &Check) -> Vec<CheckFormat> {
    let mut formats = Vec::new();
    for format in arguments.json.then_some(CheckFormat::Json).into_iter().chain(arguments.format.iter().copied()) {
        if !formats.contains(&format) {
            formats.push(format);
        }
    }
    if formats.is_empty() {
        formats.push(CheckFormat::Text);
    }
    formats
}

/// Prints the first format, and writes all to the folder if there is one.
fn show(arguments: &Check, report: &CheckReport, warnings: &[Diagnostic]) -> Result<(), Failure> {
    let formats = formats(arguments);
    let text = |format: CheckFormat| match format {
        CheckFormat::Text => report::check_text(report),
        CheckFormat::Json => report::check_json(report),
        CheckFormat::Markdown => report::check_markdown(report),
        CheckFormat::Github => report::check_annotations(report),
        CheckFormat::Junit => report::check_junit(report),
        CheckFormat::Sarif => report::sarif(warnings, env!("CARGO_PKG_VERSION")),
        CheckFormat::Bench => report::check_bench(report),
    };
    if let Some(folder) = &arguments.out {
        let product = |&format: &CheckFormat| Product::text(file(format), strip_str(&text(format)).to_string());
        let products: Vec<Product> = formats.iter().map(product).collect();
        write(folder, &products)?;
        talk::say(&folder::written(folder, &products));
    }
    talk::print(&text(formats[0]))
}

/// Writes views into a folder, in which what an earlier check said must not stay beside them.
fn write(folder: &Path, products: &[Product]) -> Result<(), Failure> {
    let all = CheckFormat::value_variants().iter().map(|&format| file(format));
    let outdated: Vec<&str> = all.filter(|name| products.iter().all(|product| product.name != *name)).collect();
    folder::write(folder, products, &outdated)
}

/// Name of the file that holds a format.
fn file(format: CheckFormat) -> &'static str {
    match format {
        CheckFormat::Text => "check.txt",
        CheckFormat::Json => "check.json",
        CheckFormat::Markdown => "check.md",
        CheckFormat::Github => "annotations.txt",
        CheckFormat::Junit => "check.xml",
        CheckFormat::Sarif => "check.sarif",
        CheckFormat::Bench => "bench.json",
    }
}
