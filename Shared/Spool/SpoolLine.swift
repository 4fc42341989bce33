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

    /// What the loss of the line is counted under. It is read leniently: the line may be one that nobody can read.
    public var lossKey: SpoolLoss.Key {
        let record = try? decode(JSONValue.self)
        let phase = kind == .exposure ? record?["phase"]?.integerValue.map { Int($0) } : nil
        return SpoolLoss.Key(kind: kind, experiment: record?["experiment"]?.stringValue ?? text(of: "experiment"), phase: phase)
    }

    /// The text of a member, wherever it stands, up to the next quotation mark.
    private func text(of member: String) -> String? {
        let opening = Array("\"\(member)\":\"".utf8)
        guard json.count > opening.count,
            let start = (0..<(json.count - opening.count)).first(where: { json[$0...].starts(with: opening) })
        else { return nil }
        return String(decoding: json[(start + opening.count)...].prefix { $0 != UInt8(ascii: "\"") }.prefix(255), as: UTF8.self)
    }

    /// The record. A reader that is in a hurry reads `json` itself.
    public func decode<Record: Decodable>(_ type: Record.Type = Record.self) throws -> Record {
        try WireJSON.decode(type, from: Data(json))
    }
}
