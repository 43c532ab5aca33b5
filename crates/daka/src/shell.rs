//! Words that are pasted into a shell.

/// A word as a POSIX shell takes it: quoted where it has to be.
pub(crate) fn word(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "_-.,@:/+=%".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_shell_would_split_or_expand_is_quoted() {
        for (text, pasted) in [
            ("daka-demo/daka.db", "daka-demo/daka.db"),
            ("考勤/十月.xlsx", "考勤/十月.xlsx"),
            ("my files/a.db", "'my files/a.db'"),
            ("it's", r"'it'\''s'"),
            ("$HOME", "'$HOME'"),
            ("", "''"),
        ] {
            assert_eq!(word(text), pasted, "{text}");
        }
    }
}
