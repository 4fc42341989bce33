/// Where it is said which models there are: the catalogue of the mesh, or a folder.
protocol ModelSource: Sendable {
    /// What is declared now, by name; nil before it has been read once. A model that has not changed is the same object.
    func declared() -> [String: PublishedModel]?
    /// Whether that includes all that had been declared when this instance started.
    var isCurrent: Bool { get }
    /// Whether the newest version is the champion by its number alone.
    var ranksByNumber: Bool { get }
    /// One element each time it has changed, and one at first.
    func changes() -> AsyncStream<Void>
}
