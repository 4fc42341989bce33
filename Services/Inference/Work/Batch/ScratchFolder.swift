import Foundation
import ServiceLifecycle

/// A folder for files that live no longer than the process; removed when the service ends.
struct ScratchFolder: Service {
    let url: URL

    /// The process's own folder, named by its id and not made yet. Removes the folders of processes that were killed.
    init(in parent: URL = FileManager.default.temporaryDirectory) {
        let prefix = "mlmesh-inference-"
        for name in (try? FileManager.default.contentsOfDirectory(atPath: parent.path)) ?? [] where name.hasPrefix(prefix) {
            guard let process = pid_t(name.dropFirst(prefix.count).prefix { $0 != "-" }), Self.hasEnded(process) else { continue }
            try? FileManager.default.removeItem(at: parent.appending(path: name))
        }
        url = parent.appending(path: "\(prefix)\(getpid())-\(UUID().uuidString)")
    }

    func run() async throws {
        try? await gracefulShutdown()
        try? FileManager.default.removeItem(at: url)
    }

    private static func hasEnded(_ process: pid_t) -> Bool { kill(process, 0) != 0 && errno == ESRCH }
}
