//! Tells public IP addresses from private, local and reserved ones, by IANA's registries of special
//! addresses for [IPv4](https://www.iana.org/assignments/iana-ipv4-special-registry/) and
//! [IPv6](https://www.iana.org/assignments/iana-ipv6-special-registry/).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

/// Whether the address is globally reachable.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    !SPECIAL_V4.iter().any(|net| net.contains(&address))
}

/// Other IPv6 forms that embed an IPv4 address (mapped, compatible, 6to4, Teredo) are either
/// outside [`GLOBAL_UNICAST`] or special within it.
fn is_public_v6(address: Ipv6Addr) -> bool {
    if NAT64.contains(&address) {
        let [.., a, b, c, d] = address.octets();
        return is_public_v4(Ipv4Addr::new(a, b, c, d));
    }
    GLOBAL_UNICAST.contains(&address) && !SPECIAL_V6.iter().any(|net| net.contains(&address))
}

const SPECIAL_V4: [Ipv4Net; 15] = [
    // This network, unspecified.
    v4(0, 0, 0, 0, 8),
    // Private.
    v4(10, 0, 0, 0, 8),
    v4(172, 16, 0, 0, 12),
    v4(192, 168, 0, 0, 16),
    // Carrier-grade NAT.
    v4(100, 64, 0, 0, 10),
    // Loopback.
    v4(127, 0, 0, 0, 8),
    // Link-local, including the metadata services of clouds.
    v4(169, 254, 0, 0, 16),
    // IETF protocol assignments.
    v4(192, 0, 0, 0, 24),
    // Documentation.
    v4(192, 0, 2, 0, 24),
    v4(198, 51, 100, 0, 24),
    v4(203, 0, 113, 0, 24),
    // 6to4 relays (deprecated).
    v4(192, 88, 99, 0, 24),
    // Benchmarks.
    v4(198, 18, 0, 0, 15),
    // Multicast.
    v4(224, 0, 0, 0, 4),
    // Reserved, broadcast.
    v4(240, 0, 0, 0, 4),
];

/// The range allocated so far. Loopback, private and link-local addresses are outside it.
const GLOBAL_UNICAST: Ipv6Net = v6(0x2000, 0, 0, 3);

const SPECIAL_V6: [Ipv6Net; 4] = [
    // IETF protocol assignments: Teredo, benchmarks, ORCHID.
    v6(0x2001, 0, 0, 23),
    // Documentation.
    v6(0x2001, 0x0db8, 0, 32),
    v6(0x3fff, 0, 0, 20),
    // 6to4.
    v6(0x2002, 0, 0, 16),
];

/// NAT64: how a network without IPv4 reaches IPv4 hosts ([RFC
/// 6052](https://www.rfc-editor.org/rfc/rfc6052#section-3.1)).
const NAT64: Ipv6Net = v6(0x0064, 0xff9b, 0, 96);

const fn v4(a: u8, b: u8, c: u8, d: u8, length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

const fn v6(a: u16, b: u16, c: u16, length: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0), length)
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

    use ipnet::Ipv4Net;
    use proptest::prelude::*;

    use super::{SPECIAL_V4, is_public};

    fn parse(address: &str) -> IpAddr {
        address.parse().expect("an address")
    }

    #[test]
    fn special_ranges_end_where_they_should() {
        for (special, next) in [
            ("0.255.255.255", "1.0.0.0"),
            ("10.0.0.0", "9.255.255.255"),
            ("10.255.255.255", "11.0.0.0"),
            ("100.64.0.0", "100.63.255.255"),
            ("100.127.255.255", "100.128.0.0"),
            ("127.0.0.0", "126.255.255.255"),
            ("127.255.255.255", "128.0.0.0"),
            ("169.254.0.0", "169.253.255.255"),
            ("169.254.255.255", "169.255.0.0"),
            ("172.16.0.0", "172.15.255.255"),
            ("172.31.255.255", "172.32.0.0"),
            ("192.0.0.255", "192.0.1.0"),
            ("192.0.2.255", "192.0.3.0"),
            ("192.88.99.255", "192.88.100.0"),
            ("192.168.0.0", "192.167.255.255"),
            ("192.168.255.255", "192.169.0.0"),
            ("198.18.0.0", "198.17.255.255"),
            ("198.19.255.255", "198.20.0.0"),
            ("198.51.100.255", "198.51.101.0"),
            ("203.0.113.255", "203.0.114.0"),
            ("224.0.0.0", "223.255.255.255"),
            ("255.255.255.255", "8.8.8.8"),
            ("1fff:ffff::", "2000::"),
            ("4000::", "3ffe::"),
            ("2001:1ff:ffff::", "2001:200::"),
            ("2001:db8:ffff::", "2001:db9::"),
            ("2002:ffff::", "2003::"),
            ("3fff:fff::", "3fff:1000::"),
            ("64:ff9b::10.1.2.3", "64:ff9b::8.8.8.8"),
            ("64:ff9b:1::8.8.8.8", "2620:0:860:ed1a::1"),
        ] {
            assert!(!is_public(parse(special)), "{special} is special");
            assert!(is_public(parse(next)), "{next} is public");
        }
    }

    #[test]
    fn local_and_unroutable_addresses_are_not_public() {
        for address in [
            "0.0.0.0",
            "169.254.169.254",
            "192.0.0.192",
            "239.255.255.250",
            "::",
            "::1",
            "::8.8.8.8",
            "::ffff:8.8.8.8",
            "::ffff:0:8.8.8.8",
            "64:ff9b::127.0.0.1",
            "100::1",
            "2001::1",
            "2001:2::1",
            "2001:20::1",
            "2002:7f00:1::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(parse(address)), "{address}");
        }
    }

    /// The ways to embed an IPv4 address in IPv6.
    fn embedded_forms(address: Ipv4Addr) -> [Ipv6Addr; 5] {
        let [a, b, c, d] = address.octets();
        let (high, low) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
        [
            address.to_ipv6_mapped(),
            Ipv6Addr::new(0, 0, 0, 0, 0, 0, high, low),
            Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low),
            Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1),
            Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, !high, !low),
        ]
    }

    fn address_in(net: Ipv4Net, bits: u32) -> Ipv4Addr {
        let host = bits & u32::from(net.hostmask());
        Ipv4Addr::from(u32::from(net.network()) | host)
    }

    proptest! {
        #[test]
        fn nothing_inside_a_special_net_is_public(
            at in 0..SPECIAL_V4.len(),
            bits in any::<u32>(),
        ) {
            let address = address_in(SPECIAL_V4[at], bits);
            prop_assert!(!is_public(address.into()), "{}", address);
            for carrier in embedded_forms(address) {
                prop_assert!(!is_public(carrier.into()), "{}", carrier);
            }
        }

        #[test]
        fn private_and_loopback_are_never_public(bits in any::<u32>()) {
            for net in ["10.0.0.0/8", "127.0.0.0/8", "192.168.0.0/16", "172.16.0.0/12"] {
                let address = address_in(net.parse().expect("a net"), bits);
                prop_assert!(!is_public(address.into()), "{}", address);
                prop_assert!(!is_public(address.to_ipv6_mapped().into()), "{}", address);
            }
        }

        #[test]
        fn unique_local_link_local_and_multicast_are_never_public(bits in any::<u128>()) {
            for (start, length) in [(0xfc00_u128, 7), (0xfe80, 10), (0xff00, 8)] {
                let rest = bits & (u128::MAX >> length);
                let address = Ipv6Addr::from((start << 112) | rest);
                prop_assert!(!is_public(address.into()), "{}", address);
            }
        }
    }
}
