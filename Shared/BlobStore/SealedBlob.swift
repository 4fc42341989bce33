import Contracts
import Foundation

/// A finished file that is no blob of a store yet: ``DirectoryBlobStore/settle(_:)`` makes it one.
public struct SealedBlob: Sendable, Hashable {
    public let file: URL
    public let digest: Digest
    public let bytes: Int

    /// Takes the file away, where it is not wanted after all. One that was settled is elsewhere by then.
    public func discard() {
        try? FileManager.default.removeItem(at: file)
    }
}
