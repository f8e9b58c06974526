//! "Did you mean": the nearest of the known words.
//!
//! Distance: optimal string alignment (Damerau 1964): insertions, deletions, substitutions, and swaps of
//! neighbours count one each.

/// Number of single-letter edits between two words, upper and lower case alike.
#[must_use]
pub fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().flat_map(char::to_lowercase).collect();
    let b: Vec<char> = b.chars().flat_map(char::to_lowercase).collect();
    let mut before: Vec<usize> = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let same = usize::from(a[i - 1] != b[j - 1]);
            row[j] = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + same);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

/// The known word that was probably meant: at most a third of its letters differ, or one is the start of the
/// other; the first of the nearest. Words beyond 80 letters are not looked at.
#[must_use]
pub fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const LONGEST: usize = 80;
    if given.len() > LONGEST {
        return None;
    }
    let mut best: Option<(usize, &str)> = None;
    for word in known {
        if word.len() > LONGEST || word.len().abs_diff(given.len()) > LONGEST / 4 {
            continue;
        }
        let longer = word.chars().count().max(given.chars().count());
        let edits = distance(given, word);
        let starts = given.len() >= 3 && word.len() >= 3 && (word.starts_with(given) || given.starts_with(word));
        let near = edits * 3 <= longer || (edits == 1 && longer > 1) || starts;
        if near && best.is_none_or(|(least, _)| edits < least) {
            best = Some((edits, word));
        }
    }
    best.map(|(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_swap_counts_one() {
        assert_eq!(distance("build", "biuld"), 1);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("Alpha", "alpha"), 0);
    }

    #[test]
    fn only_what_is_near_is_suggested() {
        assert_eq!(nearest("biuld", ["deploy", "build"]), Some("build"));
        assert_eq!(nearest("prio", ["phase", "priority"]), Some("priority"));
        assert_eq!(nearest("1C", ["1A", "2B"]), Some("1A"));
        assert_eq!(nearest("xyz", ["build", "deploy"]), None);
    }
}
