//! Paths into a plan: keys with dots between; keys with dots stand in quotes.

/// The keys of a path and the bytes that each takes.
pub(super) type Keys = Vec<(String, std::ops::Range<usize>)>;

/// Splits `path=value` into the keys of the path and the place where the value begins. Absent if there is no
/// `=`, a key is empty, or a quote is not closed.
pub(super) fn split(text: &str) -> Option<(Keys, usize)> {
    let mut keys = Vec::new();
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
        let (key, range) = if let Some(quote) = quote {
            let length = rest[1..].find(quote)?;
            (&rest[1..=length], at..at + length + 2)
        } else {
            let length = rest.find(['.', '='])?;
            (rest[..length].trim(), at..at + length)
        };
        if key.is_empty() {
            return None;
        }
        at = range.end;
        keys.push((key.to_owned(), range));
        match text[at..].chars().next()? {
            '.' => at += 1,
            '=' => return Some((keys, at + 1)),
            _ => return None,
        }
    }
}

/// A key as paths write it: in quotes if it has letters that paths use for themselves.
pub(crate) fn quoted(key: &str) -> String {
    let is_plain = key.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_');
    if is_plain { key.to_owned() } else { format!("\"{key}\"") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_with_dots_stand_in_quotes() {
        let keys =
            |text: &str| split(text).map(|(keys, at)| (keys.into_iter().map(|k| k.0).collect::<Vec<_>>(), at));
        assert_eq!(
            keys("agents.alpha.capacity=2"),
            Some((vec!["agents".into(), "alpha".into(), "capacity".into()], 22))
        );
        assert_eq!(
            keys("tasks.\"v1.2\".effort=a=b"),
            Some((vec!["tasks".into(), "v1.2".into(), "effort".into()], 20))
        );
        for bad in ["", "a", "a.=1", ".a=1", "=1", "\"a=1", "\"a\"b=1", "a..b=1"] {
            assert_eq!(keys(bad), None, "{bad}");
        }
    }
}
