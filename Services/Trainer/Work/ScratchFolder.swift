import Foundation

/// A folder for files that live no longer than the process.
enum ScratchFolder {
    /// The process's own folder, named by its id and not made yet. Removes the folders of processes that were killed.
    static func own(in parent: URL = FileManager.default.temporaryDirectory) -> URL {
        let prefix = "mlmesh-trainer-"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: parent.path)) ?? []
        for name in names where name.hasPrefix(prefix) {
            guard let process = pid_t(name.dropFirst(prefix.count).prefix { $0 != "-" }), hasEnded(process) else { continue }
            try? FileManager.default.removeItem(at: parent.appending(path: name))
        }
        return parent.appending(path: "\(prefix)\(getpid())-\(UUID().uuidString)")
    }

    private static func hasEnded(_ process: pid_t) -> Bool {
        kill(process, 0) != 0 && errno == ESRCH
    }
}
