import Contracts

/// Gives new rows their split, for ever.
///
/// By the hash of the row's key, save where that would leak: a row of a group goes where the group is, and a row whose input is there
/// already goes where that is, so that what a model was trained on is never what it is tested on.
struct SplitAssignment {
    /// Shares of a dataset without a capability.
    private static let standard: JSONValue = ["by": "hash", "train": 0.8, "validation": 0.1, "test": 0.1]

    let salt: String
    let shares: CapabilityManifest.DataSection.Split
    private var byContent: [[UInt8]: Split] = [:]
    private var byGroup: [String: Split] = [:]

    init(salt: String, shares: CapabilityManifest.DataSection.Split?) throws {
        self.salt = salt
        self.shares = try shares ?? WireJSON.read(CapabilityManifest.DataSection.Split.self, from: Self.standard)
    }

    /// Notes a row that is there.
    mutating func note(_ split: Split, content: [UInt8], group: String?) {
        byContent[content] = split
        if let group { byGroup[group] = split }
    }

    /// The split of a new row, which is noted at once.
    mutating func assign(_ row: CheckedRow, content: [UInt8]) -> Split {
        let split =
            row.group.flatMap { byGroup[$0] } ?? byContent[content]
            ?? Split.assigned(key: row.group ?? row.id, salt: salt, shares: shares, selection: row.selection?.method ?? .all)
        note(split, content: content, group: row.group)
        return split
    }
}
