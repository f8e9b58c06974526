//! What `staff --vary` means: counts of agents, or values of any field.

use super::failure::Failure;
use crate::analyse::Axis;
use crate::diagnostic;
use crate::plan::{Plan, fields, quoted};

/// How to write it.
const FORM: &str = "write the count of an agent as `alpha=1..4`, any other value as `path=v1,v2`";
/// Most values of one range.
const MOST_VALUES: i64 = 100;

/// An axis and the path of the field that it varies.
#[derive(Debug)]
pub(super) struct Varied {
    pub(super) axis: Axis,
    pub(super) path: String,
}

/// Reads all of them.
///
/// # Errors
/// [`Failure`] when one cannot be read, names nothing of the plan, or something is varied twice.
pub(super) fn varied(texts: &[String], plan: &Plan) -> Result<Vec<Varied>, Failure> {
    let mut all: Vec<Varied> = Vec::new();
    for text in texts {
        let varied = axis(text, plan)?;
        if all.iter().any(|other| other.path == varied.path) {
            return Err(Failure::usage(
                format!("`{}` is varied twice", varied.axis.name),
                "give all its values in one --vary",
            ));
        }
        all.push(varied);
    }
    Ok(all)
}

/// Reads `alpha=1..4` and `path=v1,v2`.
fn axis(text: &str, plan: &Plan) -> Result<Varied, Failure> {
    let Some((name, values)) = text.split_once('=') else {
        return Err(Failure::usage(format!("`--vary {text}` has no `=`"), FORM));
    };
    let name = name.trim();
    let path = if plan.agent_ids.iter().any(|id| id == name) {
        count_of(name)
    } else if name.contains('.') || fields().iter().any(|field| field == name) {
        name.to_owned()
    } else {
        let (fields, agents) = (fields(), plan.agent_ids.iter().map(String::as_str));
        let near = diagnostic::nearest(name, agents.chain(fields.iter().map(String::as_str)));
        let is_resource = plan.instance.resources.iter().any(|r| r.id == name && !r.area);
        let help = match near {
            _ if is_resource => format!("did you mean `resources.{name}`?"),
            Some(near) => format!("did you mean `{near}`?"),
            None => FORM.to_owned(),
        };
        return Err(Failure::lacking(
            format!("`--vary {text}` names no agent and no field of the plan: `{name}`"),
            help,
        ));
    };
    let values = match values.split_once("..") {
        Some((from, to)) => range(text, from, to)?,
        None => split(values),
    };
    if values.iter().any(String::is_empty) {
        return Err(unreadable(text));
    }
    if let Some(twice) = values.iter().enumerate().find(|(i, value)| values[..*i].contains(value)) {
        return Err(Failure::usage(
            format!("`--vary {text}` has the value `{}` twice", twice.1),
            "give each value once",
        ));
    }
    Ok(Varied { axis: Axis { name: name.to_owned(), values }, path })
}

/// Path of the field that says how many of an agent there are.
fn count_of(agent: &str) -> String {
    format!("agents.{}.count", quoted(agent))
}

/// Whole numbers, both ends included.
fn range(text: &str, from: &str, to: &str) -> Result<Vec<String>, Failure> {
    let ends = from.trim().parse::<i64>().ok().zip(to.trim().parse::<i64>().ok());
    let (from, to) = ends.ok_or_else(|| unreadable(text))?;
    if from > to {
        return Err(Failure::usage(
            format!("`--vary {text}` goes from the greater number to the smaller"),
            format!("swap the two: `{to}..{from}`"),
        ));
    }
    if to.saturating_sub(from) >= MOST_VALUES {
        return Err(Failure::usage(
            format!("`--vary {text}` has more than {MOST_VALUES} values"),
            format!("vary it less at once, as in `{from}..{}`", from.saturating_add(MOST_VALUES - 1)),
        ));
    }
    Ok((from..=to).map(|value| value.to_string()).collect())
}

fn unreadable(text: &str) -> Failure {
    Failure::usage(format!("`--vary {text}` has no values that can be read"), FORM)
}

/// Parts between commas that stand in no brackets.
fn split(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0_i32;
    for letter in text.chars() {
        depth += match letter {
            '[' | '{' => 1,
            ']' | '}' => -1,
            _ => 0,
        };
        if letter == ',' && depth == 0 {
            parts.push(String::new());
        } else {
            parts.last_mut().expect("starts with one part").push(letter);
        }
    }
    parts.iter().map(|part| part.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_a_range_or_a_list() {
        let range = |from, to| range("a=..", from, to).map_err(|failure| failure.text());
        assert_eq!(range("1", "3"), Ok(["1", "2", "3"].map(str::to_owned).to_vec()));
        assert!(range("3", "1").is_err_and(|text| text.contains("swap the two: `1..3`")));
        assert_eq!(range("1", "100").map(|values| values.len()), Ok(100));
        assert!(range("1", "101").is_err_and(|text| text.contains("more than 100 values")));
        assert!(range("a", "2").is_err_and(|text| text.contains("can be read")));
        assert_eq!(split("30m, 2h"), ["30m", "2h"]);
        assert_eq!(split("[a, b],[c]"), ["[a, b]", "[c]"]);
    }
}
