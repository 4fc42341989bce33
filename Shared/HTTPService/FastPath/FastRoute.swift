import Contracts

/// A route that is handled on the event loop, past Hummingbird: short work inline, long work handed to threads of its own.
public struct FastRoute: Sendable {
    public let method: String
    /// As in the route table, which has its scope, body limit and error style.
    public let pattern: String
    /// Called once with a request that was let in and whose body is complete. Must not block.
    public let handle: @Sendable (FastRequest, FastResponder) -> Void

    public init(_ method: String, _ pattern: String, handle: @escaping @Sendable (FastRequest, FastResponder) -> Void) {
        self.method = method
        self.pattern = pattern
        self.handle = handle
    }
}

/// The fast routes of a service, ready to be matched on bytes.
struct FastIndex: Sendable {
    struct Entry: Sendable {
        let route: Route
        let handle: @Sendable (FastRequest, FastResponder) -> Void
        /// Segments as bytes; nil stands for a parameter.
        let segments: [[UInt8]?]
        /// Names of the parameters in order.
        let names: [String]
    }

    let entries: [Entry]

    init(_ routes: [FastRoute], rows: [Route]) {
        entries = routes.compactMap { fast in
            guard let row = rows.first(where: { $0.method == fast.method && $0.pattern == fast.pattern }) else { return nil }
            let segments = row.segments
            return Entry(
                route: row, handle: fast.handle, segments: segments.map { $0.hasPrefix("{") ? nil : Array($0.utf8) },
                names: segments.filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) })
        }
    }

    /// The entry of a request and the raw values of its parameters; nil when the request is Hummingbird's.
    func match(method: String, target: String) -> (entry: Entry, parameters: [Substring])? {
        guard !entries.isEmpty else { return nil }
        let path = target.utf8.prefix { $0 != UInt8(ascii: "?") }
        let parts = path.split(separator: UInt8(ascii: "/"))
        for entry in entries where entry.segments.count == parts.count && entry.route.method == method {
            let isMatch = zip(entry.segments, parts).allSatisfy { literal, part in literal.map { part.elementsEqual($0) } ?? true }
            guard isMatch else { continue }
            return (entry, zip(entry.segments, parts).filter { $0.0 == nil }.map { Substring($0.1) })
        }
        return nil
    }
}
