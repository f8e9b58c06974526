//! The way from texts to a plan.

use std::collections::BTreeSet;

use super::estimate::{Usage, sentences};
use super::format::document::Document;
use super::format::field::{Context, Field, PROBLEM_LIMIT, shortened};
use super::format::header::{header, zone};
use super::import;
use super::lower::{self, Entity, Places};
use super::patch::{apply_set, merge};
use super::source::{Place, Problem, Source, Sources, Span};
use super::tree::{self, Node, Value};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::model::{EstimateSource, Instance, Status, TaskId};

/// What is changed in a plan before it is read; applied in the order of the fields.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// Id of one of the plan's options, whose patch is applied.
    pub option: Option<String>,
    /// JSON Merge Patches (RFC 7396), as YAML or JSON.
    pub patches: Vec<Source>,
    /// Single values, each as `path=value`.
    pub sets: Vec<String>,
}

/// A what-if that a plan offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanOption {
    /// Id in the plan file.
    pub id: String,
    /// Name to show.
    pub name: String,
}

/// A plan that is sound.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What is simulated.
    pub instance: Instance,
    /// What runs but looks wrong, as far as it shows without a schedule; see [`Plan::advice`] for the rest.
    pub warnings: Vec<Diagnostic>,
    /// The what-ifs that it offers, in file order.
    pub options: Vec<PlanOption>,
    /// Ids of its agents, in file order, those of whom there is nobody (`count: 0`) too.
    pub agent_ids: Vec<String>,
    /// How numbers whose meaning the plan decides were read, in sentences for a report.
    pub readings: Vec<String>,
    /// Tasks, not done, that have no estimate of their own.
    pub without_estimate: Vec<TaskId>,
    /// Fingerprint of the plan with its overrides: 16 hexadecimal digits. Comments and layout do not count.
    pub hash: String,
    pub(super) sources: Sources,
    pub(super) places: Places,
}

impl Plan {
    /// Where the id of an entity stands.
    #[must_use]
    pub fn place(&self, entity: Entity) -> Place {
        self.sources.place(self.places.span(entity))
    }
}

/// Reads a plan and everything that changes it.
///
/// ```
/// use plancast::plan::{Overrides, Source, read};
///
/// let text = "plan: Hello\nagents: { ada: {} }\ntasks: { write: { effort: 2-3h }, read: { effort: 1h, after: write } }";
/// let plan = read(Source::new("hello.yaml", text), &Overrides::default()).expect("a sound plan");
/// assert_eq!(plan.instance.tasks.len(), 2);
///
/// let text = "agents: { ada: {} }\ntasks: { write: { efort: 2h } }";
/// let problems = read(Source::new("hello.yaml", text), &Overrides::default()).expect_err("a misspelt field");
/// assert_eq!(problems[0].help.as_deref(), Some("did you mean `effort`?"));
/// ```
///
/// # Errors
/// Every problem that was found, in the order of the texts.
pub fn read(source: Source, overrides: &Overrides) -> Result<Plan, Vec<Diagnostic>> {
    let Text { file_name, mut tree, mut sources, mut problems } = text(source)?;
    apply(&mut tree, overrides, &mut sources, &mut problems);
    let (understood, problems) = understand(&tree, stem(&file_name), problems);
    conclude(understood, problems, &tree, sources)
}

/// Reads a plan as it is written, and as it is with each of its options: what somebody asks who wants to know
/// whether all of it is sound. Warnings are those of the plan as it is written.
///
/// # Errors
/// Every problem of the plan, and what errors each option adds to them, with the option in the message.
pub fn read_with_options(source: Source) -> Result<Plan, Vec<Diagnostic>> {
    let Text { file_name, tree, sources, problems: flawed_text } = text(source)?;
    let (understood, mut problems) = understand(&tree, stem(&file_name), flawed_text.clone());
    let known = |problem: &Problem| (problem.span, problem.code, problem.message.clone());
    let own: BTreeSet<_> = problems.iter().map(known).collect();
    for option in option_ids(&tree) {
        if problems.len() >= PROBLEM_LIMIT {
            break;
        }
        let mut changed = tree.clone();
        let mut found = flawed_text.clone();
        if let Ok(patch) = option_patch(&tree, option) {
            merge(&mut changed, patch, &mut found);
        }
        let (_, found) = understand(&changed, stem(&file_name), found);
        let is_new = |problem: &Problem| problem.is_error() && !own.contains(&known(problem));
        problems.extend(found.into_iter().filter(is_new).map(|problem| Problem {
            message: format!("with the option `{}`: {}", shortened(option), problem.message),
            ..problem
        }));
    }
    conclude(understood, problems, &tree, sources)
}

/// The text of a plan as a tree, and its problems.
struct Text {
    file_name: String,
    tree: Node,
    sources: Sources,
    problems: Vec<Problem>,
}

fn text(source: Source) -> Result<Text, Vec<Diagnostic>> {
    let (mut sources, mut problems) = (Sources::default(), Vec::new());
    let file_name = source.name.clone();
    let id = sources.add(source);
    match text_to_tree(&file_name, id, &sources, &mut problems) {
        Some(tree) => Ok(Text { file_name, tree, sources, problems }),
        None => Err(diagnostics(problems, &sources)),
    }
}

/// What a tree says.
struct Understood {
    instance: Instance,
    places: Places,
    options: Vec<PlanOption>,
    agent_ids: Vec<String>,
    readings: Vec<String>,
}

/// The meaning of a tree, and its problems after those of its text. With errors among them the meaning is of no use.
fn understand(tree: &Node, file: &str, problems: Vec<Problem>) -> (Understood, Vec<Problem>) {
    let mut context = Context::new(header(tree), Usage::default(), problems);
    let document = Document::read(tree, &mut context).unwrap_or_default();
    if let Some(name) = &document.timezone {
        zone(name, "timezone", &mut context);
    }
    let options = options(&document);
    let Context { reading, usage, problems, .. } = context;
    let mut context = Context::new(reading, usage, problems);
    let name = document.plan.clone().unwrap_or_else(|| file.to_owned());
    let (instance, places) = lower::lower(&document, &name, &mut context);
    let readings = sentences(&context.usage, &context.reading);
    let agent_ids =
        document.agents.iter().flat_map(|agents| &agents.entries).map(|(id, _)| id.value.clone()).collect();
    (Understood { instance, places, options, agent_ids, readings }, context.problems)
}

/// The plan, if none of the problems is an error.
fn conclude(
    understood: Understood,
    problems: Vec<Problem>,
    tree: &Node,
    sources: Sources,
) -> Result<Plan, Vec<Diagnostic>> {
    let is_sound = !problems.iter().any(Problem::is_error);
    let warnings = diagnostics(problems, &sources);
    if !is_sound {
        return Err(warnings);
    }
    let Understood { instance, places, options, agent_ids, readings } = understood;
    let unsure = |task: &crate::model::Task| task.source != EstimateSource::Own && task.status != Status::Done;
    let without_estimate =
        instance.tasks.iter().enumerate().filter(|(_, task)| unsure(task)).map(|(i, _)| TaskId::from(i)).collect();
    let hash = tree::fingerprint(tree);
    Ok(Plan { instance, warnings, options, agent_ids, readings, without_estimate, hash, sources, places })
}

/// The tree of the plan's own text, which must be a map.
fn text_to_tree(name: &str, id: u32, sources: &Sources, problems: &mut Vec<Problem>) -> Option<Node> {
    if let Some(read) = import::reader(name) {
        return read(sources.text(id), id, problems);
    }
    let span = Span::new(id, 0, 0);
    let refuse = |span: Span, message: &str| Problem {
        code: Code::E103,
        span,
        message: message.to_owned(),
        help: Some("start with `plan: name`, `agents:` and `tasks:`".to_owned()),
    };
    let (node, flaws) = tree::read(sources.text(id), id, 0);
    let sound = flaws.is_empty();
    problems.extend(flaws);
    match node {
        Some(node) if matches!(node.value, Value::Map(_)) => return Some(node),
        Some(node) if !node.is_null() => {
            problems.push(refuse(node.span, &format!("a plan is a map of fields, but this is {}", node.kind())));
        }
        _ if sound => problems.push(refuse(span, "the text is empty")),
        _ => {}
    }
    None
}

/// Applies the overrides to the tree.
fn apply(tree: &mut Node, overrides: &Overrides, sources: &mut Sources, problems: &mut Vec<Problem>) {
    if let Some(option) = &overrides.option {
        match option_patch(tree, option) {
            Ok(patch) => merge(tree, patch, problems),
            Err(help) => {
                let source = Source::new("--option", option.clone());
                let span = Span::new(sources.add(source), 0, option.len());
                let message = format!("the plan has no option `{option}`");
                problems.push(Problem { code: Code::E131, span, message, help: Some(help) });
            }
        }
    }
    for patch in &overrides.patches {
        let id = sources.add(patch.clone());
        let (node, flaws) = tree::read(sources.text(id), id, 0);
        let sound = flaws.is_empty();
        problems.extend(flaws);
        match node {
            Some(patch) if matches!(patch.value, Value::Map(_)) => merge(tree, patch, problems),
            node if sound => {
                let span = node.map_or(Span::new(id, 0, 0), |node| node.span);
                let message = "a patch is a map: the parts of the plan that change".to_owned();
                let help = Some("write it like the plan, with `null` for what is removed".to_owned());
                problems.push(Problem { code: Code::E131, span, message, help });
            }
            _ => {}
        }
    }
    for set in &overrides.sets {
        let id = sources.add(Source { name: "--set".to_owned(), text: set.clone() });
        apply_set(tree, set, id, problems);
    }
}

/// The patch of an option, or which options there are.
fn option_patch(tree: &Node, id: &str) -> Result<Node, String> {
    let options = tree.get("options");
    if let Some(option) = options.and_then(|options| options.get(id)) {
        let empty = Node { span: option.span, value: Value::Map(Vec::new()) };
        // A patch that is no map is reported when the document is read.
        return Ok(option
            .get("patch")
            .filter(|patch| matches!(patch.value, Value::Map(_)))
            .cloned()
            .unwrap_or(empty));
    }
    let known = option_ids(tree);
    Err(match nearest(id, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => "add it under `options`".to_owned(),
        None => format!("its options are {}", super::format::field::listed(&known)),
    })
}

/// Ids of the options, as far as they can be told from the tree.
fn option_ids(tree: &Node) -> Vec<&str> {
    match tree.get("options").map(|options| &options.value) {
        Some(Value::Map(entries)) => entries.iter().map(|entry| &*entry.key.text).collect(),
        _ => Vec::new(),
    }
}

fn options(document: &Document) -> Vec<PlanOption> {
    let entries = document.options.iter().flat_map(|m| &m.entries);
    entries
        .map(|(id, option)| PlanOption {
            id: id.value.clone(),
            name: option.name.clone().unwrap_or_else(|| id.value.clone()),
        })
        .collect()
}

/// The name of a file without folders and ending.
fn stem(name: &str) -> &str {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    file.split_once('.').map_or(file, |(stem, _)| stem)
}

/// Problems in the order of the texts, each once.
fn diagnostics(mut problems: Vec<Problem>, sources: &Sources) -> Vec<Diagnostic> {
    problems.sort_by(|a, b| (a.span, a.code).cmp(&(b.span, b.code)).then_with(|| a.message.cmp(&b.message)));
    problems.dedup_by(|a, b| a.span == b.span && a.code == b.code && a.message == b.message);
    problems.iter().map(|problem| sources.diagnostic(problem)).collect()
}
