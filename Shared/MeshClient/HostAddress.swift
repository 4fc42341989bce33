import Dispatch
import Foundation

/// An IP address that a host's name stands for.
public struct HostAddress: Sendable, Hashable, CustomStringConvertible {
    /// 4 bytes of IPv4 or 16 of IPv6, in network order.
    public let bytes: [UInt8]
    /// The numeric text, as in `192.0.2.1` or `2001:db8::1`.
    public let description: String

    /// All addresses of a name or a numeric text; none when it stands for nothing. Throws `timeout` after 5 seconds.
    public static func resolve(_ host: String) async throws(ClientError) -> [HostAddress] {
        let answer = FirstAnswer<[HostAddress]>()
        return try await answer.value(within: 5) { completion in
            // The system's resolver blocks; a name server that hangs must not hold a thread of the pool.
            let thread = Thread { completion(addresses(of: host)) }
            thread.name = "resolver"
            thread.stackSize = 512 << 10
            thread.start()
        }
    }

    private static func addresses(of host: String) -> [HostAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var addresses: [HostAddress] = []
        var next = list
        while let entry = next {
            if let address = HostAddress(entry.pointee), !addresses.contains(address) { addresses.append(address) }
            next = entry.pointee.ai_next
        }
        return addresses
    }

    private init?(_ entry: addrinfo) {
        guard let socketAddress = entry.ai_addr else { return nil }
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        guard getnameinfo(socketAddress, entry.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0 else { return nil }
        switch entry.ai_family {
        case AF_INET:
            bytes = socketAddress.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { pointer in
                withUnsafeBytes(of: pointer.pointee.sin_addr) { Array($0) }
            }
        case AF_INET6:
            bytes = socketAddress.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { pointer in
                withUnsafeBytes(of: pointer.pointee.sin6_addr) { Array($0) }
            }
        default: return nil
        }
        description = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
