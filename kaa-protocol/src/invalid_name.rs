/// A text that is not a name of the asked kind.
///
/// Says which kind of name it should have been, the first thing that is wrong with it, and what would be right. The
/// text itself is not repeated: endpoint tokens are secrets.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid {kind}: {problem}, expected {expected}")]
pub struct InvalidName {
    kind: &'static str,
    problem: Problem,
    expected: &'static str,
}

impl InvalidName {
    pub(crate) fn new(kind: &'static str, problem: Problem, expected: &'static str) -> Self {
        Self { kind, problem, expected }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Problem {
    #[error("empty")]
    Empty,
    #[error("{character:?} at byte {offset}")]
    Character { character: char, offset: usize },
    #[error("not such a number")]
    Number,
}

impl Problem {
    /// Finds the first thing wrong with a text that must be non-empty and consist of `allowed` characters.
    pub(crate) fn find(text: &str, allowed: impl Fn(char) -> bool) -> Option<Self> {
        if text.is_empty() {
            return Some(Self::Empty);
        }
        let (offset, character) = text.char_indices().find(|&(_, character)| !allowed(character))?;
        Some(Self::Character { character, offset })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem_of(text: &str) -> Option<String> {
        Problem::find(text, char::is_alphabetic).map(|problem| problem.to_string())
    }

    #[test]
    fn problem_names_the_first_character_and_its_byte_offset() {
        assert_eq!(problem_of("ab"), None);
        assert_eq!(problem_of("").as_deref(), Some("empty"));
        assert_eq!(problem_of("é-+").as_deref(), Some("'-' at byte 2"));
    }

    #[test]
    fn problem_escapes_control_characters() {
        assert_eq!(problem_of("a\n").as_deref(), Some(r"'\n' at byte 1"));
        assert_eq!(problem_of("\0").as_deref(), Some(r"'\0' at byte 0"));
    }
}
