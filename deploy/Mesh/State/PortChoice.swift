import Cryptography
import Foundation

/// Chooses ports below the range that the kernel hands out for outgoing connections, so that a port stays free while its service restarts.
struct PortChoice {
    static let range = 18_000..<32_000

    /// Where the search starts: another place for each checkout, so that two rarely meet.
    let start: Int
    var taken: Set<Int>
    let isFree: (Int) -> Bool

    init(seed: String, taken: Set<Int> = [], isFree: @escaping (Int) -> Bool = PortChoice.canBind) {
        let digest = SHA256.digest(seed)
        let number = digest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        start = Self.range.lowerBound + number % Self.range.count
        self.taken = taken
        self.isFree = isFree
    }

    /// The preferred port when it is free, else the next free one; nil when there is none at all.
    mutating func next(preferring preferred: Int? = nil) -> Int? {
        let candidates = Self.range.indices.lazy.map { [start] in
            Self.range.lowerBound + ($0 - Self.range.lowerBound + start - Self.range.lowerBound) % Self.range.count
        }
        let usable = { [taken, isFree] (port: Int) in !taken.contains(port) && isFree(port) }
        let port = preferred.flatMap { usable($0) ? $0 : nil } ?? candidates.first(where: usable)
        if let port { taken.insert(port) }
        return port
    }

    /// Whether nobody listens on the port of the loopback address.
    static func canBind(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = LoopbackSocket.address(port: port)
        return LoopbackSocket.withSocketAddress(&address) { bind(descriptor, $0, $1) } == 0
    }
}
