import Compression
import Contracts
import Foundation
import NIOCore
import Similarity
import Slices
import Tensors

/// What a search of an index is asked for, read and checked.
struct IndexQuery: Sendable {
    /// Where the search starts from.
    enum Start: Sendable {
        /// Rows that are embedded by the index's model.
        case inputs([Tensor])
        /// A row that is in the index.
        case row(String)
    }

    static let standardMatches = 10
    static let mostMatches = 1_000
    /// Rows that one request may search for.
    static let mostRows = 256

    let start: Start
    let matches: Int
    let filter: ColumnFilter?

    /// - Parameters:
    ///   - headerLength: value of the header Inference-Header-Content-Length.
    ///   - columns: of the index.
    init(_ body: ByteBuffer, headerLength: String?, interface: Interface, columns: [String]) throws {
        let scanned = body.withUnsafeReadableBytes { bytes in
            bytes.withMemoryRebound(to: UInt8.self) { InferenceRequest.scanParameters(Self.json($0, headerLength)) }
        }
        let parameters = scanned ?? [:]
        if let row = parameters["row"], row != .null {
            guard let id = row.stringValue, id.utf8.count <= IndexErasure.longestID else {
                throw InferenceFault("parameter row must be the id of a row, as a text of at most \(IndexErasure.longestID) bytes")
            }
            guard !Self.hasInputs(body, headerLength) else {
                throw InferenceFault("a search starts from the parameter row or from inputs: both are given")
            }
            start = .row(id)
        } else {
            start = .inputs(try Self.inputs(body, headerLength, interface))
        }
        matches = try Self.count(parameters["k"])
        filter = try Self.filter(parameters["filter"], columns)
    }

    /// A body without its compression. Throws `CompressionFault`.
    static func plain(_ body: ByteBuffer, encoding: String?) throws -> ByteBuffer {
        guard let encoding else { return body }
        let plain = try body.withUnsafeReadableBytes { try Compression.decode($0, encoding: encoding, limit: ReadRequest.mostBytes) }
        return plain.map { ByteBuffer(bytes: $0) } ?? body
    }

    /// The part of a body that is JSON; all of it where the header says nothing sound, which reading the whole then tells.
    private static func json(_ body: UnsafeBufferPointer<UInt8>, _ headerLength: String?) -> UnsafeBufferPointer<UInt8> {
        guard let length = headerLength.flatMap({ Int($0) }), (0...body.count).contains(length) else { return body }
        return UnsafeBufferPointer(rebasing: body[..<length])
    }

    private static func hasInputs(_ body: ByteBuffer, _ headerLength: String?) -> Bool {
        struct Sent: Decodable {
            struct Input: Decodable {}
            let inputs: [Input]?
        }
        return body.withUnsafeReadableBytes { bytes in
            let json = bytes.withMemoryRebound(to: UInt8.self) { Data(Self.json($0, headerLength)) }
            return (try? JSONDecoder().decode(Sent.self, from: json))?.inputs?.isEmpty == false
        }
    }

    private static func inputs(_ body: ByteBuffer, _ headerLength: String?, _ interface: Interface) throws -> [Tensor] {
        let request = try body.withUnsafeReadableBytes { bytes in
            try bytes.withMemoryRebound(to: UInt8.self) {
                try InferenceRequest($0, headerLength: headerLength, interface: interface, limit: ReadRequest.mostBytes)
            }
        }
        let checked = try interface.check(request)
        guard checked.rows <= mostRows else {
            throw InferenceFault("at most \(mostRows) rows can be searched for at once, not \(checked.rows)")
        }
        return checked.inputs
    }

    private static func count(_ value: JSONValue?) throws(InferenceFault) -> Int {
        guard let value, value != .null else { return standardMatches }
        guard let number = value.integerValue, (1...mostMatches).contains(Int(clamping: number)) else {
            throw InferenceFault("parameter k must be a whole number from 1 to \(mostMatches)")
        }
        return Int(number)
    }

    private static func filter(_ value: JSONValue?, _ columns: [String]) throws(InferenceFault) -> ColumnFilter? {
        guard let value, value != .null else { return nil }
        guard let text = value.stringValue else { throw InferenceFault("parameter filter must be a predicate, as a text") }
        do {
            return try ColumnFilter(try SlicePredicate(text), columns: columns)
        } catch let fault as SimilarityFault {
            throw InferenceFault("parameter filter: \(fault.description)")
        } catch {
            throw InferenceFault("parameter filter must be a predicate: \(error)")
        }
    }
}
