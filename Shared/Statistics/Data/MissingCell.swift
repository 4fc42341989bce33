/// A part of the data with too few rows.
public struct MissingCell: Sendable, Equatable, Codable {
    public let cell: String
    public let have: Int
    public let want: Int

    public init(cell: String, have: Int, want: Int) {
        self.cell = cell
        self.have = have
        self.want = want
    }

    /// How many rows to collect.
    public var collect: Int { max(0, want - have) }
}
