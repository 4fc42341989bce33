import Foundation

/// Keeps logs from filling the disk.
enum LogRotation {
    /// Two of these for each process: enough for days of ordinary traffic.
    static let limit = 64 << 20

    /// Moves what a log holds to `<name>.1` when it is longer than the limit. Processes write in append mode, so they go on at the new end.
    static func rotate(folder: String, limit: Int = limit) {
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(".log") }
        for name in names {
            let path = folder + "/" + name
            var facts = stat()
            guard stat(path, &facts) == 0, facts.st_size > limit else { continue }
            let former = path + ".1"
            try? FileManager.default.removeItem(atPath: former)
            // Without a copy the lines are lost rather than the disk filled.
            try? FileManager.default.copyItem(atPath: path, toPath: former)
            truncate(path, 0)
        }
    }
}
