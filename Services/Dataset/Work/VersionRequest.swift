import Contracts

/// What is asked of a commit, checked as far as that goes without the rows that are there.
struct VersionRequest: Sendable {
    /// Version that the writer looked at; the newest when nil.
    let base: Int?
    let message: String
    let rows: [CheckedRow]
    let labels: [LabelInput]
    let manifest: CapabilityManifest?
    let author: String

    var ids: [String] { rows.map(\.id) + labels.map(\.rowId) }
}
