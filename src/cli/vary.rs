//! What `staff --vary` means: counts of agents, or values of any field.

use super::failure::Failure;
use crate::analyse::Axis;
use crate::diagnostic;
use crate::model::Instance;

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
/// [`Failure`] when one cannot be read, names no agent of the plan, or something is varied twice.
pub(super) fn varied(texts: &[String], instance: &Instance) -> Result<Vec<Varied>, Failure> {
    let mut all: Vec<Varied> = Vec::new();
    for text in texts {
        let varied = axis(text, instance)?;
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
fn axis(text: &str, instance: &Instance) -> Result<Varied, Failure> {
    let form = "write the count of an agent as `alpha=1..4`, any other value as `path=v1,v2`";
    let Some((name, values)) = text.split_once('=') else {
        return Err(Failure::usage(format!("`--vary {text}` has no `=`"), form));
    };
    let name = name.trim();
    let path = if instance.agents.iter().any(|agent| agent.id == name) {
        count_of(name)
    } else if name.contains('.') {
        name.to_owned()
    } else {
        let near = diagnostic::nearest(name, instance.agents.iter().map(|agent| agent.id.as_str()));
        let help = near.map_or_else(|| form.to_owned(), |near| format!("did you mean `{near}`?"));
        return Err(Failure::lacking(format!("`--vary {text}` names no agent of the plan: `{name}`"), help));
    };
    let values = match values.split_once("..") {
        Some((from, to)) => range(from, to),
        None => Some(split(values)),
    };
    let values = values.filter(|values| !values.is_empty() && values.iter().all(|value| !value.is_empty()));
    let values =
        values.ok_or_else(|| Failure::usage(format!("`--vary {text}` has no values that can be read"), form))?;
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
    // An id with letters that paths use for themselves is quoted.
    let is_plain = agent.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_');
    if is_plain { format!("agents.{agent}.count") } else { format!("agents.\"{agent}\".count") }
}

/// Whole numbers, both ends included.
fn range(from: &str, to: &str) -> Option<Vec<String>> {
    let (from, to) = (from.trim().parse::<i64>().ok()?, to.trim().parse::<i64>().ok()?);
    let sound = from <= to && to.saturating_sub(from) < MOST_VALUES;
    sound.then(|| (from..=to).map(|value| value.to_string()).collect())
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
        assert_eq!(range("1", "3"), Some(["1", "2", "3"].map(str::to_owned).to_vec()));
        assert_eq!([range("3", "1"), range("1", "1000"), range("a", "2")], [None, None, None]);
        assert_eq!(split("30m, 2h"), ["30m", "2h"]);
        assert_eq!(split("[a, b],[c]"), ["[a, b]", "[c]"]);
    }
}
