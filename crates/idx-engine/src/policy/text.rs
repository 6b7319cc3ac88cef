//! Texts that look empty. Inferred: no source shows what Okta does with a name of blanks or of invisible characters.

/// Whether a text has no visible character.
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().all(is_invisible)
}

/// Blanks, control characters, and the characters that Unicode calls default ignorable or that have an empty glyph.
pub(crate) fn is_invisible(letter: char) -> bool {
    letter.is_whitespace()
        || letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_without_visible_characters_is_blank() {
        for blank in
            ["", " ", "\t\u{a0}\u{3000}", "\u{200b}\u{200d}", "\u{feff}", "\u{2800}\u{3164}"]
        {
            assert!(is_blank(blank), "{blank:?}");
        }
        for visible in ["x", " x ", "\u{200b}Zoë", "李", "-"] {
            assert!(!is_blank(visible), "{visible:?}");
        }
    }
}
