//! The Host allow-list: the answer to DNS rebinding.
//!
//! A page of another site can make its own name resolve to this machine, and the browser then takes this server for a part of that site.
//! The one thing that gives it away is the header `Host`. So names are allowed one by one; a literal address is safe as far as it is ours.

use super::{
    authority::{Authority, HostName},
    refusal,
};
use crate::contract::Origin;
use axum::{
    extract::{Request, State},
    http::{StatusCode, header},
    middleware::Next,
    response::Response,
};
use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
};

/// The names that this server answers to.
#[derive(Clone, Debug)]
pub struct AllowedHosts {
    listening: SocketAddr,
    listed: Vec<Authority>,
    origins: Vec<Origin>,
}

impl AllowedHosts {
    /// The names of a server that listens on `listening` and was told the names `listed`.
    ///
    /// Always allowed with the port that is listened on: `localhost`, `127.0.0.1`, `[::1]` and the address listened on itself. Listening on
    /// every address (`0.0.0.0`, `[::]`) adds literal private addresses and no name. A listed name is allowed with the port it is listed with;
    /// listed without a port, with its scheme's own port and the one that is listened on.
    pub fn new(listening: SocketAddr, listed: Vec<Authority>) -> AllowedHosts {
        AllowedHosts { listening, listed, origins: Vec::new() }
    }

    /// Lets pages of these origins use the contract.
    #[must_use]
    pub fn with_origins(self, origins: Vec<Origin>) -> AllowedHosts {
        AllowedHosts { origins, ..self }
    }

    /// The origins whose pages may use the contract.
    pub(crate) fn origins(&self) -> &[Origin] {
        &self.origins
    }

    /// Whether a request may name this host.
    pub fn allows(&self, host: &Authority) -> bool {
        self.is_loopback(host) || self.is_listed(host, 80) || self.is_listed(host, 443) || self.is_address(host)
    }

    /// Whether a request to this path may name this host, because a page of a listed origin sends it: the development server of AI OS's web
    /// client passes websockets on with its own name in `Host`.
    fn allows_client(&self, host: &Authority, path: &str) -> bool {
        crate::contract::origins::is_open(path) && self.origins.iter().any(|origin| origin.is_at(host))
    }

    /// `localhost`, `127.0.0.1` or `[::1]` with the port that is listened on.
    pub(super) fn is_loopback(&self, host: &Authority) -> bool {
        let loopback = match &host.host {
            HostName::Name(name) => name == "localhost",
            HostName::Address(address) => {
                *address == IpAddr::V4(Ipv4Addr::LOCALHOST) || *address == IpAddr::V6(Ipv6Addr::LOCALHOST)
            }
        };
        loopback && self.is_own_port(host)
    }

    /// A name that was listed, for a scheme whose own port is `default`.
    pub(super) fn is_listed(&self, host: &Authority, default: u16) -> bool {
        self.listed.iter().filter(|listed| listed.host == host.host).any(|listed| match listed.port {
            Some(port) => host.port_or(default) == port,
            None => host.port_or(default) == default || self.is_own_port(host),
        })
    }

    fn is_address(&self, host: &Authority) -> bool {
        let HostName::Address(address) = host.host else { return false };
        let ours =
            if self.listening.ip().is_unspecified() { is_private(address) } else { address == self.listening.ip() };
        ours && self.is_own_port(host)
    }

    fn is_own_port(&self, host: &Authority) -> bool {
        host.port_or(80) == self.listening.port()
    }
}

/// Addresses of one's own network: RFC 1918, shared address space (RFC 6598), link-local, unique local (RFC 4193).
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let [first, second, ..] = address.octets();
            address.is_private() || address.is_link_local() || (first == 100 && second & 0b1100_0000 == 64)
        }
        IpAddr::V6(address) => address.is_unique_local() || address.is_unicast_link_local(),
    }
}

/// The host that a request names; only after [`check`] let it through.
#[derive(Clone, Debug)]
pub(super) struct RequestHost(pub Authority);

/// Refuses a request that names another host than ours.
pub(super) async fn check(State(hosts): State<Arc<AllowedHosts>>, mut request: Request, next: Next) -> Response {
    let named = match named_host(&request) {
        Ok(named) => named,
        Err(sentence) => return refusal(StatusCode::BAD_REQUEST, sentence),
    };
    if !hosts.allows(&named) && !hosts.allows_client(&named, request.uri().path()) {
        tracing::warn!(host = %named, "refused a request to a host that is not allowed");
        return refusal(
            StatusCode::FORBIDDEN,
            format!("This server does not answer to {named}. If that is its name, start it with --allow-host {named}"),
        );
    }
    request.extensions_mut().insert(RequestHost(named));
    next.run(request).await
}

fn named_host(request: &Request) -> Result<Authority, &'static str> {
    let mut headers = request.headers().get_all(header::HOST).iter();
    let (Some(header), None) = (headers.next(), headers.next()) else {
        return Err("A request names its host in exactly one Host header.");
    };
    let header = header.to_str().ok().and_then(|text| text.parse::<Authority>().ok());
    let header = header.ok_or("The Host header is not a host name or address with an optional port.")?;
    // `GET http://elsewhere/ HTTP/1.1`: what the line names and what the header names must agree.
    match request.uri().authority().map(|line| line.as_str().parse::<Authority>()) {
        Some(line) if line.as_ref() != Ok(&header) => Err("The request line and the Host header name different hosts."),
        _ => Ok(header),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(listening: &str, listed: &[&str], host: &str) -> bool {
        let listed = listed.iter().map(|name| name.parse().unwrap()).collect();
        AllowedHosts::new(listening.parse().unwrap(), listed).allows(&host.parse().unwrap())
    }

    #[test]
    fn on_loopback_only_its_names_with_its_port_are_allowed() {
        for host in ["127.0.0.1:3000", "localhost:3000", "LOCALHOST:3000", "[::1]:3000"] {
            assert!(allowed("127.0.0.1:3000", &[], host), "{host}");
        }
        for host in [
            "localhost",
            "localhost:3001",
            "127.0.0.2:3000",
            "evil.example:3000",
            "localhost.evil.example:3000",
            "192.168.1.5:3000",
            "0.0.0.0:3000",
            "2130706433:3000",
        ] {
            assert!(!allowed("127.0.0.1:3000", &[], host), "{host}");
        }
    }

    #[test]
    fn listening_everywhere_adds_private_addresses_and_no_name() {
        for host in ["192.168.1.5:3000", "10.1.2.3:3000", "172.16.0.1:3000", "100.64.0.1:3000", "[fd00::1]:3000"] {
            assert!(allowed("0.0.0.0:3000", &[], host), "{host}");
        }
        for host in ["evil.example:3000", "8.8.8.8:3000", "100.128.0.1:3000", "[2001:db8::1]:3000", "192.168.1.5:80"] {
            assert!(!allowed("0.0.0.0:3000", &[], host), "{host}");
        }
    }

    #[test]
    fn an_address_that_is_listened_on_is_allowed_and_its_neighbours_are_not() {
        assert!(allowed("192.168.1.5:3000", &[], "192.168.1.5:3000"));
        assert!(allowed("8.8.8.8:3000", &[], "8.8.8.8:3000"));
        assert!(!allowed("192.168.1.5:3000", &[], "192.168.1.6:3000"));
    }

    #[test]
    fn a_listed_name_is_allowed_with_its_port_and_is_no_suffix() {
        for host in ["chat.example.org", "chat.example.org:443", "chat.example.org:80", "chat.example.org:3000"] {
            assert!(allowed("127.0.0.1:3000", &["chat.example.org"], host), "{host}");
        }
        assert!(!allowed("127.0.0.1:3000", &["chat.example.org"], "chat.example.org:8443"));
        assert!(!allowed("127.0.0.1:3000", &["chat.example.org"], "evil.chat.example.org"));
        assert!(allowed("127.0.0.1:3000", &["chat.example.org:8443"], "chat.example.org:8443"));
        assert!(!allowed("127.0.0.1:3000", &["chat.example.org:8443"], "chat.example.org"));
        assert!(allowed("127.0.0.1:3000", &["chat.example.org:443"], "chat.example.org"));
    }

    #[test]
    fn the_host_of_a_listed_origin_is_allowed_for_the_contract_alone() {
        let hosts = AllowedHosts::new("127.0.0.1:8000".parse().unwrap(), Vec::new())
            .with_origins(vec!["http://localhost:5173".parse().unwrap(), "https://chat.example.org".parse().unwrap()]);
        let allows = |host: &str, path: &str| hosts.allows_client(&host.parse().unwrap(), path);
        for host in ["localhost:5173", "chat.example.org", "chat.example.org:443"] {
            assert!(allows(host, "/ws") && allows(host, "/api/models"), "{host}");
            assert!(!allows(host, "/") && !allows(host, "/api/fn/rename") && !allows(host, "/sign-in"), "{host}");
        }
        for host in ["localhost:5174", "localhost", "127.0.0.1:5173", "chat.example.org:80"] {
            assert!(!allows(host, "/ws"), "{host}");
        }
    }

    #[test]
    fn on_port_80_the_port_may_be_left_out() {
        assert!(allowed("127.0.0.1:80", &[], "localhost"));
        assert!(!allowed("127.0.0.1:443", &[], "localhost"));
    }
}
