import Contracts
import Foundation

/// A version of a registered model.
struct RegisteredVersion: Sendable, Hashable {
    let model: String
    let version: Int
    let description: String?
    let userID: String
    let stage: ModelStage
    /// What its creator named.
    let source: String
    /// Where its artifacts are to be had.
    let location: String
    let runID: String?
    let runLink: String?
    let modelID: String?
    let createdAt: Date
    let updatedAt: Date
    let tags: [ModelTag]
    let aliases: [String]
}
