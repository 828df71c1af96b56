/// How many characters a generated token has: `kaa.cm.ep-token.length`.
///
/// The characters are letters and digits, so each of them is worth nearly six bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenLength(u8);

impl TokenLength {
    /// The fewest characters: about 47 bits.
    pub const MIN: u8 = 8;
    /// The most characters.
    pub const MAX: u8 = 128;

    /// A length from [`TokenLength::MIN`] to [`TokenLength::MAX`].
    ///
    /// # Errors
    ///
    /// [`InvalidTokenLength`] for any other.
    pub fn new(characters: u8) -> Result<Self, InvalidTokenLength> {
        if (Self::MIN..=Self::MAX).contains(&characters) { Ok(Self(characters)) } else { Err(InvalidTokenLength(())) }
    }

    /// The number of characters.
    pub fn characters(self) -> usize {
        usize::from(self.0)
    }
}

/// 10, as in Kaa.
impl Default for TokenLength {
    fn default() -> Self {
        Self(10)
    }
}

/// A length is out of bounds.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected from {} to {} characters", TokenLength::MIN, TokenLength::MAX)]
pub struct InvalidTokenLength(());
