//! The public origin: the one name under which browsers know the box, hence the passkeys' party.

use std::fmt;
use std::str::FromStr;

use url::{Host, Url};

/// Why a text is no usable origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadOrigin {
    /// It is not `scheme://name` or `scheme://name:port`.
    #[error("origin is not of the form https://name or https://name:port")]
    Form,
    /// Passkeys need a name; an address has none.
    #[error("origin has an address instead of a name")]
    Address,
    /// Passkeys need a trusted channel; only loopback does without.
    #[error("origin is plain http on a name that is not localhost")]
    Plain,
}

/// Scheme, name and port, as a browser writes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    url: Url,
    text: String,
    name: String,
}

impl Origin {
    /// Returns the origin as browsers write it, without a trailing slash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the name alone: the relying party of the passkeys.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the name, and the port where it is not the scheme's own, as browsers write it in the
    /// `Host` header.
    pub(crate) fn authority(&self) -> &str {
        self.text
            .split_once("://")
            .map_or(self.text.as_str(), |(_, authority)| authority)
    }

    /// Returns the port of a name of loopback without TLS.
    pub(crate) fn plain_port(&self) -> Option<u16> {
        (!self.is_https()).then(|| self.url.port_or_known_default().unwrap_or(80))
    }

    /// Whether browsers reach the box over TLS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    pub(crate) fn url(&self) -> &Url {
        &self.url
    }
}

impl FromStr for Origin {
    type Err = BadOrigin;

    fn from_str(text: &str) -> Result<Self, BadOrigin> {
        let url = Url::parse(text).map_err(|_| BadOrigin::Form)?;
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let anonymous = url.username().is_empty() && url.password().is_none();
        if !bare || !anonymous || !matches!(url.scheme(), "http" | "https") {
            return Err(BadOrigin::Form);
        }
        let name = match url.host() {
            Some(Host::Domain(name)) => name.to_owned(),
            Some(_) => return Err(BadOrigin::Address),
            None => return Err(BadOrigin::Form),
        };
        let loopback = name == "localhost" || name.ends_with(".localhost");
        if url.scheme() == "http" && !loopback {
            return Err(BadOrigin::Plain);
        }
        let text = url.origin().ascii_serialization();
        Ok(Self { url, text, name })
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn localhost_may_be_plain_and_a_name_may_not() {
        let origin: Origin = "http://localhost:8420".parse().unwrap();
        assert_eq!(
            (origin.as_str(), origin.name()),
            ("http://localhost:8420", "localhost")
        );
        assert_eq!(
            "http://box.example".parse::<Origin>(),
            Err(BadOrigin::Plain)
        );
        assert_eq!(
            "https://192.168.1.2".parse::<Origin>(),
            Err(BadOrigin::Address)
        );
        assert_eq!(
            "https://box.example/app".parse::<Origin>(),
            Err(BadOrigin::Form)
        );
        assert_eq!(
            "https://box.example:443"
                .parse::<Origin>()
                .unwrap()
                .as_str(),
            "https://box.example"
        );
    }
}
