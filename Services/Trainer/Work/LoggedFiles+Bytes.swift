import BlobStore
import Contracts

extension LoggedFiles {
    /// Bytes of the largest model that is read: it is in memory more than once while it is measured.
    static let largestModel = 1 << 30

    /// A model's bytes. Throws ``JobFailure`` for more than a worker takes into memory, before it reads any.
    ///
    /// - Parameter most: bytes.
    func bytes(of model: Model, atMost most: Int = largestModel) async throws -> [UInt8] {
        let count = try await files.size(model.digest)
        guard count <= most else {
            throw JobFailure("The model \(model.path) has \(count) bytes, and at most \(most) are taken.")
        }
        return try await files.get(model.digest)
    }
}
