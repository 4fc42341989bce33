/// What a regression gives: FP32 `[-1]` or `[-1, 1]`.
public struct NumberPort: Sendable, Hashable {
    public let name: String
    public let isColumn: Bool

    public init(name: String, isColumn: Bool) {
        self.name = name
        self.isColumn = isColumn
    }
}
