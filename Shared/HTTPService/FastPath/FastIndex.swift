import Contracts
import NIOCore

/// The fast routes of a service, ready to be matched on bytes.
struct FastIndex: Sendable {
    /// One fast route with all that is known of it before a request comes.
    final class Entry: Sendable {
        let route: Route
        let handle: @Sendable (FastRequest, FastResponder) -> Void
        let metrics: RouteMetrics
        /// Names of the parameters in order.
        let names: [String]
        /// The method and the literal segments, one after the other.
        fileprivate let text: [UInt8]
        fileprivate let method: RequestHead.Span
        /// Where each segment stands in the text; nil stands for a parameter.
        fileprivate let segments: [RequestHead.Span?]
        fileprivate let literals: Int

        init(_ route: Route, metrics: RouteMetrics, handle: @escaping @Sendable (FastRequest, FastResponder) -> Void) {
            self.route = route
            self.handle = handle
            self.metrics = metrics
            var text = Array(route.method.utf8)
            method = RequestHead.Span(start: 0, count: text.count)
            segments = route.segments.map { segment in
                guard !segment.hasPrefix("{") else { return nil }
                text += Array(segment.utf8)
                return RequestHead.Span(start: text.count - segment.utf8.count, count: segment.utf8.count)
            }
            self.text = text
            literals = segments.count { $0 != nil }
            names = route.segments.filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
            precondition(!route.takesRest, "\(route.pattern) takes the rest of a path, which a fast route does not")
            precondition(names.count <= PathParameters.most, "\(route.pattern) has more parameters than a fast route may")
        }
    }

    /// Segments above this are in no pattern.
    private static let mostSegments = 12

    /// Those with more literal segments first: the first that matches is the one.
    private let entries: [Entry]

    init(_ routes: [FastRoute], rows: [Route], metrics: HTTPMetrics) {
        entries = routes.compactMap { fast in
            let row = rows.first { $0.method == fast.method && $0.pattern == fast.pattern }
            return row.map { Entry($0, metrics: metrics.route($0), handle: fast.handle) }
        }
        .sorted { $0.literals > $1.literals }
    }

    /// The entry of a request and where its parameters lie; nil when the request is Hummingbird's. Query and trailing slash are ignored.
    func match(_ head: RequestHead) -> (entry: Entry, parameters: PathParameters)? {
        guard !entries.isEmpty else { return nil }
        return head.bytes.withUnsafeReadableBytes { bytes in
            withUnsafeTemporaryAllocation(of: RequestHead.Span.self, capacity: Self.mostSegments) { parts in
                guard let count = Self.split(bytes, head.target, into: parts) else { return nil }
                let parts = UnsafeBufferPointer(rebasing: parts.prefix(count))
                for entry in entries where entry.segments.count == count && Self.holds(bytes, head.method, entry.text, entry.method) {
                    if let parameters = Self.parameters(bytes, parts, entry) { return (entry, parameters) }
                }
                return nil
            }
        }
    }

    /// Cuts a target's path at its slashes; nil when it has more parts than any pattern.
    private static func split(
        _ bytes: UnsafeRawBufferPointer, _ target: RequestHead.Span, into parts: UnsafeMutableBufferPointer<RequestHead.Span>
    ) -> Int? {
        var count = 0
        var start = target.start
        for place in target.start...target.range.upperBound {
            let isEnd = place == target.range.upperBound || bytes[place] == UInt8(ascii: "?")
            guard isEnd || bytes[place] == UInt8(ascii: "/") else { continue }
            if place > start {
                guard count < parts.count else { return nil }
                parts.initializeElement(at: count, to: RequestHead.Span(start: start, count: place - start))
                count += 1
            }
            if isEnd { break }
            start = place + 1
        }
        return count
    }

    private static func parameters(
        _ bytes: UnsafeRawBufferPointer, _ parts: UnsafeBufferPointer<RequestHead.Span>, _ entry: Entry
    ) -> PathParameters? {
        var parameters = PathParameters()
        for (part, literal) in zip(parts, entry.segments) {
            if let literal {
                guard holds(bytes, part, entry.text, literal) else { return nil }
            } else {
                parameters.append(part)
            }
        }
        return parameters
    }

    private static func holds(
        _ bytes: UnsafeRawBufferPointer, _ span: RequestHead.Span, _ text: [UInt8], _ literal: RequestHead.Span
    ) -> Bool {
        guard span.count == literal.count else { return false }
        return text.withUnsafeBytes { text in
            for index in 0..<span.count where bytes[span.start + index] != text[literal.start + index] { return false }
            return true
        }
    }
}
