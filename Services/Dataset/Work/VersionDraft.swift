import Contracts
import Cryptography
import Tables

/// What a commit changes on top of a version: pure, so that it may be made anew when another commit came first.
struct VersionDraft: Sendable {
    /// Rows of the new segment, by id.
    let changed: [StoredRow]
    /// Digests of all rows after the change.
    let digests: [Digest]

    /// - Parameters:
    ///   - index: the rows that are there.
    ///   - present: those of them that `rows` or `labels` name, whole.
    init(
        index: DatasetIndex, present: [StoredRow], rows: [CheckedRow], labels: [LabelInput], assignment: SplitAssignment,
        salt: () -> [UInt8] = { randomBytes(16) }
    ) throws(Problem) {
        var assignment = assignment
        if !rows.isEmpty {
            for place in index.ids.indices {
                assignment.note(index.splits[place], content: index.contents[place], group: index.groups[place])
            }
        }
        let before = Dictionary(present.map { ($0.row.id, $0) }) { first, _ in first }
        var after = before
        for row in rows {
            if let old = after[row.id] {
                after[row.id] = Self.merged(row, into: old)
            } else {
                let content = SegmentLayout.content(of: row.input)
                let split = assignment.assign(row, content: content)
                after[row.id] = Self.fresh(row, split, content: content, salt: salt())
            }
        }
        var faults: [FieldFault] = []
        for (place, label) in labels.enumerated() {
            guard let old = after[label.rowId] else {
                faults.append(
                    FieldFault("labels[\(place)].rowId", expected: "the id of a row of the dataset, not “\(label.rowId.prefix(80))”"))
                if faults.count >= RowRules.mostFaults { break }
                continue
            }
            after[label.rowId] = Self.labeled(old, label)
        }
        guard faults.isEmpty else { throw Problem(.rowInvalid, errors: faults) }
        let changed = after.values.filter { before[$0.row.id] != $0 }.map(Self.digested).sorted { Self.precedes($0.row.id, $1.row.id) }
        self.changed = changed
        let replaced = Dictionary(changed.map { ($0.row.id, $0.digest) }) { first, _ in first }
        digests = zip(index.ids, index.digests).compactMap { replaced[$0] == nil ? $1 : nil } + changed.map(\.digest)
    }

    /// A row that came again: its content counts, a label that it lacks stays, and so does its split.
    private static func merged(_ row: CheckedRow, into old: StoredRow) -> StoredRow {
        var merged = old
        if row.input != old.row.input {
            merged.row.input = row.input
            merged.content = SegmentLayout.content(of: row.input)
        }
        merged.row.context = row.context
        if let label = row.label, label != old.row.label {
            merged.row.label = label
            merged.row.confidence = nil
            merged.annotators = nil
        }
        merged.row.selection = row.selection ?? old.row.selection
        merged.row.origin = row.origin ?? old.row.origin
        merged.group = row.group ?? old.group
        merged.subject = row.subject ?? old.subject
        return merged
    }

    private static func fresh(_ row: CheckedRow, _ split: Split, content: [UInt8], salt: [UInt8]) -> StoredRow {
        StoredRow(
            row: DatasetRow(
                id: row.id, split: split.rawValue, input: row.input, context: row.context, label: row.label,
                selection: row.selection, origin: row.origin ?? RowOrigin(kind: .ingest)),
            group: row.group, subject: row.subject, digest: Digest(of: []), salt: salt, content: content)
    }

    private static func labeled(_ old: StoredRow, _ label: LabelInput) -> StoredRow {
        var labeled = old
        labeled.row.label = label.label
        labeled.row.confidence = label.confidence
        labeled.annotators = label.annotators
        labeled.row.selection = label.selection ?? old.row.selection
        return labeled
    }

    private static func digested(_ stored: StoredRow) -> StoredRow {
        var digested = stored
        let row = stored.row
        digested.digest = RowDigest.digest(id: row.id, input: row.input, context: row.context, label: row.label, salt: stored.salt)
        return digested
    }

    private static func precedes(_ left: String, _ right: String) -> Bool { left.utf8.lexicographicallyPrecedes(right.utf8) }
}
