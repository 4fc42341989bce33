import BlobStore
import Foundation
import Logging
import ServiceLifecycle

/// Gives back the space of artifacts that nothing names, of uploads that were never finished, and of files that killed processes left.
struct ArtifactSweep: Service {
    /// An upload's parts are kept this long for a client to come back to.
    static let uploadAge: TimeInterval = 7 * 86_400
    /// Answers to repeated requests about an upload that has ended.
    static let endedAge: TimeInterval = 86_400
    private static let pause = Duration.seconds(300)

    let artifacts: ArtifactStore
    let uploads: UploadStore
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await sweep(at: .now)
                } catch {
                    logger.warning(
                        "artifacts could not be swept", metadata: ["error": "\(String(reflecting: error))"])
                }
                try? await Task.sleep(for: Self.pause)
            }
        }
    }

    /// One round, as if it were the given time.
    func sweep(at now: Date) async throws {
        _ = try await uploads.prune(begunBefore: now - Self.uploadAge, endedBefore: now - Self.endedAge)
        artifacts.files.dropUnfinished(before: now - Self.endedAge)
        while try await artifacts.sweep(before: now - ArtifactStore.noteAge) > 0, !Task.isCancelled {}
    }
}
