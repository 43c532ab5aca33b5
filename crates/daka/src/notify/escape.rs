//! Text that strangers wrote, made harmless where it is shown.

/// Characters of a name or department that are shown.
const SHOWN: usize = 64;

/// One line without control characters, and without those that turn the direction of writing.
pub(super) fn plain(text: &str) -> String {
    let invisible = |c: &char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    let line =
        |c: char| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c };
    let mut shown: String = text.chars().filter(|c| !invisible(c)).map(line).take(SHOWN).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

/// The same for a chat: what its markup or a mention is made of becomes the wide character that
/// looks like it. None of them documents a way to escape it.
pub(super) fn chat(text: &str) -> String {
    let wide = |c: char| match c {
        '<' | '>' | '[' | ']' | '(' | ')' | '*' | '`' | '#' | '@' | '~' | '!' | '|' | '\\'
        | '&' => char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c),
        c => c,
    };
    plain(text).replace("://", "：//").chars().map(wide).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_mentions_and_new_lines_stay_text() {
        for (name, shown) in [
            ("张三", "张三"),
            ("zhang_san-2", "zhang_san-2"),
            ("<@all>", "＜＠all＞"),
            ("<at user_id=\"all\">x</at>", "＜at user_id=\"all\"＞x＜/at＞"),
            ("[x](http://evil)", "［x］（http：//evil）"),
            ("# **a**\n> b\r\u{202e}c", "＃ ＊＊a＊＊ ＞ b c"),
        ] {
            assert_eq!(chat(name), shown);
        }
        assert_eq!(chat(&"长".repeat(1_000)).chars().count(), 65);
        assert_eq!(plain("a\u{0}b<c>"), "a b<c>");
    }
}
