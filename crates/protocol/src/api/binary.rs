//! Bytes in JSON: base64url without padding (RFC 4648 §5).

use core::fmt;

use data_encoding::BASE64URL_NOPAD;

use crate::codec::{DecodeError, Wire};

/// Bytes that travel as base64url text.
#[derive(Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(type = "string"))]
pub struct Binary(pub Vec<u8>);

impl Binary {
    /// Encodes a wire object.
    #[must_use]
    pub fn of(object: &impl Wire) -> Self {
        Self(object.to_bytes())
    }

    /// Decodes a wire object that fills the bytes.
    ///
    /// # Errors
    /// [`DecodeError`].
    pub fn decode<T: Wire>(&self) -> Result<T, DecodeError> {
        T::from_bytes(&self.0)
    }

    /// Returns the text.
    #[must_use]
    pub fn to_text(&self) -> String {
        BASE64URL_NOPAD.encode(&self.0)
    }

    /// Reads the text; padding is refused.
    ///
    /// # Errors
    /// [`DecodeError::Invalid`].
    pub fn from_text(text: &str) -> Result<Self, DecodeError> {
        BASE64URL_NOPAD
            .decode(text.as_bytes())
            .map(Self)
            .map_err(|_| DecodeError::Invalid { what: "base64url" })
    }
}

impl From<Vec<u8>> for Binary {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl AsRef<[u8]> for Binary {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// Prints the length alone: it may be a secret half or a sealed name.
impl fmt::Debug for Binary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Binary({} bytes)", self.0.len())
    }
}

impl serde::Serialize for Binary {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_text())
    }
}

impl<'de> serde::Deserialize<'de> for Binary {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
        Self::from_text(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Binary {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::schema::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some("base64url without padding"))
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Binary {}
