/// How many labeled rows a slice has and needs, in train.
public struct DataNeed: Sendable, Hashable, Codable {
    public var slice: String
    public var atLeast: Int
    public var have: Int
    public var missing: Int

    public init(slice: String, atLeast: Int, have: Int, missing: Int) {
        self.slice = slice
        self.atLeast = atLeast
        self.have = have
        self.missing = missing
    }
}
