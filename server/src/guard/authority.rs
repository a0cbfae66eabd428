//! `host` or `host:port`, as the headers `Host` and `Origin` name a server.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

/// A name of a server.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum HostName {
    /// A literal address. Nobody else can make a browser resolve it to another machine.
    Address(IpAddr),
    /// A name in lower case. Whoever owns its domain decides what it resolves to.
    Name(String),
}

/// A name of a server with the port, if one is given.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Authority {
    /// The name.
    pub host: HostName,
    /// The port; `None` means the scheme's own.
    pub port: Option<u16>,
}

/// A text that is no `host` and no `host:port`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not a host name or address with an optional port")]
pub struct ParseAuthorityError;

impl Authority {
    /// The port that is meant when the scheme's own is `default`.
    pub fn port_or(&self, default: u16) -> u16 {
        self.port.unwrap_or(default)
    }
}

impl FromStr for Authority {
    type Err = ParseAuthorityError;

    /// Reads the strict form only: no user, no path, no spaces, no zone, no trailing dot.
    fn from_str(text: &str) -> Result<Authority, ParseAuthorityError> {
        let (host, port) = match text.strip_prefix('[') {
            Some(rest) => {
                let (address, rest) = rest.split_once(']').ok_or(ParseAuthorityError)?;
                let address = address.parse::<Ipv6Addr>().map_err(|_| ParseAuthorityError)?;
                let port = match rest {
                    "" => None,
                    _ => Some(rest.strip_prefix(':').ok_or(ParseAuthorityError)?),
                };
                (HostName::Address(IpAddr::V6(address)), port)
            }
            None => match text.split_once(':') {
                Some((host, port)) => (name(host)?, Some(port)),
                None => (name(text)?, None),
            },
        };
        Ok(Authority { host, port: port.map(number).transpose()? })
    }
}

fn name(text: &str) -> Result<HostName, ParseAuthorityError> {
    if let Ok(address) = text.parse::<Ipv4Addr>() {
        return Ok(HostName::Address(IpAddr::V4(address)));
    }
    let valid = (1..=253).contains(&text.len())
        && !text.starts_with('.')
        && !text.ends_with('.')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
    if valid { Ok(HostName::Name(text.to_ascii_lowercase())) } else { Err(ParseAuthorityError) }
}

fn number(text: &str) -> Result<u16, ParseAuthorityError> {
    // `u16::from_str` would take a sign.
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten().filter(|port| *port != 0).ok_or(ParseAuthorityError)
}

impl fmt::Display for Authority {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.host {
            HostName::Address(IpAddr::V6(address)) => write!(formatter, "[{address}]")?,
            HostName::Address(IpAddr::V4(address)) => write!(formatter, "{address}")?,
            HostName::Name(name) => formatter.write_str(name)?,
        }
        match self.port {
            Some(port) => write!(formatter, ":{port}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_addresses_and_ports_are_told_apart() {
        for text in ["localhost", "localhost:3000", "127.0.0.1:3000", "[::1]", "[::1]:3000", "chat.example.org:8443"] {
            assert_eq!(text.parse::<Authority>().unwrap().to_string(), text);
        }
        assert_eq!("LocalHost:3000".parse::<Authority>().unwrap().to_string(), "localhost:3000");
        assert_eq!("10.0.0.1".parse::<Authority>().unwrap().host, HostName::Address("10.0.0.1".parse().unwrap()));
    }

    #[test]
    fn what_is_no_authority_is_refused() {
        for text in [
            "",
            ":3000",
            "localhost:",
            "localhost:+1",
            "localhost:0",
            "localhost:65536",
            "a b",
            "user@localhost",
            "localhost/",
            "localhost.",
            ".localhost",
            "::1",
            "[::1",
            "[::1]3000",
            "[localhost]",
            "[fe80::1%eth0]",
            "localhost:3000:3000",
            "lo\u{441}alhost",
        ] {
            assert_eq!(text.parse::<Authority>(), Err(ParseAuthorityError), "{text}");
        }
    }
}
