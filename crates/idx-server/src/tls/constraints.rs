//! The names and addresses that an authority can sign certificates for.
//!
//! A user who trusts the authority must not have to fear its key: it cannot sign for a site of the internet.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use rcgen::{CidrSubnet, GeneralSubtree, NameConstraints};

/// Names that no public authority signs for, with everything below them.
const PRIVATE_NAMES: &[&str] = &[
    "localhost", // RFC 6761
    "test",      // RFC 6761
    "local",     // RFC 6762
    "home.arpa", // RFC 8375
    "internal",  // reserved by ICANN in 2024
];

/// Loopback, link-local and private networks, with the length of their prefix.
const PRIVATE_NETWORKS: &[(IpAddr, u8)] = &[
    (IpAddr::V4(Ipv4Addr::new(127, 0, 0, 0)), 8),
    (IpAddr::V4(Ipv4Addr::new(10, 0, 0, 0)), 8),
    (IpAddr::V4(Ipv4Addr::new(172, 16, 0, 0)), 12),
    (IpAddr::V4(Ipv4Addr::new(192, 168, 0, 0)), 16),
    (IpAddr::V4(Ipv4Addr::new(169, 254, 0, 0)), 16),
    (IpAddr::V6(Ipv6Addr::LOCALHOST), 128),
    (IpAddr::V6(Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0)), 7),
    (IpAddr::V6(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0)), 10),
];

/// Private names and networks, and the public host for which the authority is created.
pub(super) fn private_and(public_host: Option<&str>) -> NameConstraints {
    let names = PRIVATE_NAMES.iter().map(|name| GeneralSubtree::DnsName((*name).to_owned()));
    let networks = PRIVATE_NETWORKS.iter().map(|(address, prefix)| network(*address, *prefix));
    let public_host = public_host.map(|host| match host.parse::<IpAddr>() {
        Ok(address) => network(address, if address.is_ipv4() { 32 } else { 128 }),
        Err(_) => GeneralSubtree::DnsName(host.to_owned()),
    });
    NameConstraints {
        permitted_subtrees: names.chain(networks).chain(public_host).collect(),
        excluded_subtrees: Vec::new(),
    }
}

fn network(address: IpAddr, prefix: u8) -> GeneralSubtree {
    GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(address, prefix))
}
