//! Codes that a person types from a terminal or from what somebody says: ten Crockford letters, 50
//! bits.

/// How many letters a code has.
pub const LETTERS: usize = 10;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Returns the code that random bytes stand for: five bits of each, without bias.
#[must_use]
pub fn from_random(random: &[u8; LETTERS]) -> String {
    let letter = |byte: &u8| char::from(ALPHABET[usize::from(byte & 31)]);
    random.iter().map(letter).collect()
}

/// Reads a code as typed: case, hyphens, white space and the letters that look like digits are
/// forgiven. Nothing if it cannot be one.
#[must_use]
pub fn read(typed: &str) -> Option<String> {
    let mut code = String::with_capacity(LETTERS);
    for letter in typed
        .chars()
        .filter(|letter| *letter != '-' && !letter.is_whitespace())
    {
        let letter = match letter.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            letter => letter,
        };
        let known = u8::try_from(letter).is_ok_and(|letter| ALPHABET.contains(&letter));
        if code.len() == LETTERS || !known {
            return None;
        }
        code.push(letter);
    }
    (code.len() == LETTERS).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_forgives_how_it_is_typed_and_nothing_else() {
        let right = read("0123456789");
        assert_eq!(right.as_deref(), Some("0123456789"));
        assert_eq!(read("o1234-56789"), right);
        assert_eq!(read("0L23456789"), right);
        assert_eq!(read(" 01234 56789 "), right);
        assert_ne!(read("0123456788"), right);
        assert_eq!(read("012345678"), None);
        assert_eq!(read("01234567890"), None);
        assert_eq!(read("0123456U89"), None);
        assert_eq!(read("012345678é"), None);
    }
}
