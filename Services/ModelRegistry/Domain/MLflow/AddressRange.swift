/// Ranges of IP addresses that are not of the public internet (IANA's special-purpose registries, RFC 6890).
struct AddressRange: Sendable, Hashable {
    let prefix: [UInt8]
    let bits: Int

    /// Whether an address of 4 or 16 bytes is reachable from the whole internet, and so no neighbour of this machine.
    static func isPublic(_ address: [UInt8]) -> Bool {
        let address = embedded(address)
        switch address.count {
        case 4: return !special4.contains { $0.holds(address) }
        case 16: return unicast.holds(address) && !special6.contains { $0.holds(address) }
        default: return false
        }
    }

    /// The IPv4 address that an IPv6 address carries: mapped (RFC 4291), of 6to4 (RFC 3056), of NAT64 (RFC 6052); else the address itself.
    private static func embedded(_ address: [UInt8]) -> [UInt8] {
        guard address.count == 16 else { return address }
        if mapped.holds(address) || nat64.holds(address) { return Array(address[12...]) }
        return sixToFour.holds(address) ? Array(address[2..<6]) : address
    }

    func holds(_ address: [UInt8]) -> Bool {
        guard address.count == prefix.count else { return false }
        let whole = bits / 8
        guard address[..<whole].elementsEqual(prefix[..<whole]) else { return false }
        let rest = bits % 8
        return rest == 0 || (address[whole] ^ prefix[whole]) >> UInt8(8 - rest) == 0
    }

    private init(_ prefix: [UInt8], _ bits: Int, width: Int) {
        self.prefix = prefix + [UInt8](repeating: 0, count: width - prefix.count)
        self.bits = bits
    }

    private static func v4(_ prefix: [UInt8], _ bits: Int) -> AddressRange { AddressRange(prefix, bits, width: 4) }
    private static func v6(_ prefix: [UInt8], _ bits: Int) -> AddressRange { AddressRange(prefix, bits, width: 16) }

    private static let special4: [AddressRange] = [
        v4([0], 8), v4([10], 8), v4([100, 64], 10), v4([127], 8), v4([169, 254], 16), v4([172, 16], 12), v4([192, 0, 0], 24),
        v4([192, 0, 2], 24), v4([192, 88, 99], 24), v4([192, 168], 16), v4([198, 18], 15), v4([198, 51, 100], 24), v4([203, 0, 113], 24),
        v4([224], 4), v4([240], 4),
    ]
    /// Global unicast; everything else (loopback, unique local, link local, multicast) is none.
    private static let unicast = v6([0x20], 3)
    private static let special6: [AddressRange] = [
        v6([0x20, 0x01, 0x00], 23), v6([0x20, 0x01, 0x0d, 0xb8], 32), v6([0x3f, 0xff], 20),
    ]
    private static let mapped = v6([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff], 96)
    private static let nat64 = v6([0x00, 0x64, 0xff, 0x9b], 96)
    private static let sixToFour = v6([0x20, 0x02], 16)
}
