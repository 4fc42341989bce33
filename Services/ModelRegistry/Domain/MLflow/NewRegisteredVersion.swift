import Contracts

/// A version that is to be made, with its artifacts fixed.
struct NewRegisteredVersion: Sendable {
    let userID: String
    let source: String
    let location: String
    let files: [ArtifactFile]
    let runID: String?
    let runLink: String?
    let modelID: String?
    let description: String?
    let tags: [ModelTag]
}
