//! Multi-skill project scheduling instances (`.def`): P. B. Myszkowski, M. E. Skowronski & K. Sikora 2015, "A
//! new benchmark dataset for multi-skill resource-constrained project scheduling problem".
//!
//! A person becomes an agent with a skill for each level held and all below (`Q3.0`, `Q3.1`), the salary its
//! cost of an hour; a task is effort for one agent with the skill at its level.

use super::lines::{Word, fixed, lines, list, map, problem, scalar};
use crate::diagnostic::Code;
use crate::plan::source::{Problem, Span};
use crate::plan::tree::Node;

type Field = (Span, String, Node);

/// The tree of the plan; absent if the text is not understood.
pub(super) fn read(text: &str, source: u32, problems: &mut Vec<Problem>) -> Option<Node> {
    match instance(text, source, problems) {
        Ok(tree) => Some(tree),
        Err(flaw) => {
            problems.push(flaw);
            None
        }
    }
}

fn instance(text: &str, source: u32, problems: &mut Vec<Problem>) -> Result<Node, Problem> {
    let whole = Span::new(source, 0, 0);
    let lines = lines(text, source);
    let rows = |table: &str| {
        let place = lines.iter().position(|line| line[0].text == table);
        let place = place.ok_or_else(|| problem(whole, format!("the table `{table}` is missing")))?;
        Ok(lines[place + 1..].iter().take_while(|line| !line[0].text.starts_with('=')))
    };
    let (mut agents, mut tasks) = (Vec::new(), Vec::new());
    for line in rows("ResourceID")? {
        agents.push((line[0].span, line[0].text.to_owned(), agent(line)?));
    }
    let mut relations = 0;
    for line in rows("TaskID")? {
        relations += line.len().saturating_sub(4);
        tasks.push((line[0].span, line[0].text.to_owned(), task(line)?));
    }
    let stated = lines.iter().find(|line| line[0].text == "Precedence").and_then(|line| line.last());
    if let Some(stated) = stated.filter(|word| word.text.parse() != Ok(relations)) {
        let message = format!("the file states {} precedence relations, but has {relations}", stated.text);
        let help = Some("the relations that it has are used".to_owned());
        problems.push(Problem { code: Code::W209, span: stated.span, message, help });
    }
    let field = |name: &str, entries| (whole, name.to_owned(), map(whole, entries));
    Ok(map(whole, vec![field("agents", agents), field("tasks", tasks)]))
}

/// `id salary Q3: 1 Q0: 2 ..`
fn agent(line: &[Word]) -> Result<Node, Problem> {
    let [id, salary, skills @ ..] = line else {
        return Err(problem(line[0].span, "a person has a number, a salary and skills".to_owned()));
    };
    let mut held = Vec::new();
    for pair in skills.chunks(2) {
        let (name, level) = skill(pair)?;
        held.extend((0..=level).map(|level| scalar(pair[0].span, format!("{name}.{level}"))));
    }
    let fields: Vec<Field> = vec![
        (id.span, "cost".to_owned(), scalar(salary.span, salary.text)),
        (id.span, "skills".to_owned(), list(id.span, held)),
    ];
    Ok(map(id.span, fields))
}

/// `id duration Q3: 1 predecessor ..`
fn task(line: &[Word]) -> Result<Node, Problem> {
    let [id, duration, name, level, before @ ..] = line else {
        return Err(problem(line[0].span, "a task has a number, a duration and a skill".to_owned()));
    };
    let (name, level) = skill(&[*name, *level])?;
    let mut fields: Vec<Field> = vec![
        (id.span, "effort".to_owned(), fixed(duration.span, duration.number("a duration")?)),
        (id.span, "skill".to_owned(), scalar(id.span, format!("{name}.{level}"))),
    ];
    if !before.is_empty() {
        let names = before.iter().map(|word| scalar(word.span, word.text)).collect();
        fields.push((id.span, "after".to_owned(), list(id.span, names)));
    }
    Ok(map(id.span, fields))
}

/// `Q3: 1` as name and level.
fn skill<'a>(pair: &[Word<'a>]) -> Result<(&'a str, u32), Problem> {
    match pair {
        [name, level] if name.text.ends_with(':') => {
            // Levels are steps of an apprenticeship: hundreds of them are a mistake.
            let value = level.number("the level of a skill")?;
            if value < 100 {
                Ok((name.text.trim_end_matches(':'), value))
            } else {
                Err(problem(level.span, format!("the level of a skill must be below 100, but is `{value}`")))
            }
        }
        _ => Err(problem(pair[0].span, format!("a skill is written `Q1: 2`, but this is `{}`", pair[0].text))),
    }
}

#[cfg(test)]
mod tests {
    use crate::plan::{Overrides, Source, read};

    const SMALL: &str = "\
====
Tasks: 2
Precedence relations: 2
====
ResourceID \t Salary \t Skills
1 \t 10.5 \t Q0: 1 \t Q1: 0
2 \t 20.0 \t Q1: 2
====
TaskID \t Duration \t Skill \t Predecessor IDs
1 \t 4 \t Q1: 0
2 \t 3 \t Q1: 1 \t 1
====
";

    #[test]
    fn a_level_of_a_skill_holds_those_below() {
        let plan = read(Source::new("small.def", SMALL), &Overrides::default()).expect("sound");
        let candidates = |task: usize| plan.instance.tasks[task].slots[0].candidates.len();
        assert_eq!((candidates(0), candidates(1)), (2, 1));
        assert_eq!(plan.instance.agents[0].cost, 10.5);
        let warnings: Vec<&str> = plan.warnings.iter().map(|w| w.code.name()).collect();
        assert_eq!(warnings, ["W209"], "a relation is stated that is not there");
    }

    #[test]
    fn what_is_not_understood_is_named_at_its_place() {
        let broken = SMALL.replace("2 \t 3 ", "2 \t many ");
        let problems = read(Source::new("small.def", broken), &Overrides::default()).expect_err("not a number");
        assert_eq!((problems[0].code.name(), problems[0].line, problems[0].column), ("E135", 11, 5));
    }
}
