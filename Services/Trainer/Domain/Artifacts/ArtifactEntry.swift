/// A line of a folder's listing.
struct ArtifactEntry: Sendable, Hashable {
    let name: String
    let isFolder: Bool
    /// Of a file.
    let bytes: Int?
}
