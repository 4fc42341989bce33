/// Asks labeling to choose rows of the dataset itself.
public struct LabelRequest: Sendable, Hashable, Codable {
    public var count: Int
    /// all, random, uncertainty or slice.
    public var method: Selection.Method
    /// Live predicate of this slice, by the model's answer, chooses the rows.
    public var slice: String?
    /// train or test; a slice or an uncertain row always comes from train.
    public var split: String?
    /// Model version that scores the rows; the champion, else the newest, when absent.
    public var version: Int?
    public var reason: String

    public init(count: Int, method: Selection.Method, slice: String? = nil, split: String? = nil, version: Int? = nil, reason: String) {
        self.count = count
        self.method = method
        self.slice = slice
        self.split = split
        self.version = version
        self.reason = reason
    }
}
