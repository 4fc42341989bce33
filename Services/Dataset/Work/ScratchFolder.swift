import Foundation
import ServiceLifecycle

/// A folder for files under way, removed when the service ends.
struct ScratchFolder: Service {
    let url: URL

    func run() async throws {
        try? await gracefulShutdown()
        try? FileManager.default.removeItem(at: url)
    }
}
