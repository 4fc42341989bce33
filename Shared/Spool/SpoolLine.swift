import Contracts
import Foundation

/// One record as it stands in a segment: its kind and its JSON.
public struct SpoolLine: Sendable, Hashable {
    public let kind: SpoolKind
    /// The record's JSON, on one line.
    public let json: [UInt8]

    public init(kind: SpoolKind, json: [UInt8]) {
        self.kind = kind
        self.json = json
    }

    /// Any record as a line.
    public init(_ record: some Encodable, kind: SpoolKind) throws {
        self.init(kind: kind, json: Array(try WireJSON.encode(record)))
    }

    /// The record. A reader that is in a hurry reads `json` itself.
    public func decode<Record: Decodable>(_ type: Record.Type = Record.self) throws -> Record {
        try WireJSON.decode(type, from: Data(json))
    }
}
