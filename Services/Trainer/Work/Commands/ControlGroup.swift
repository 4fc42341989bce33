import Foundation

/// Control groups that bound all processes of one attempt together, where the service may make them.
struct ControlGroup: Sendable {
    /// The folders of the groups.
    let folders: [String]

    private static let root = "/sys/fs/cgroup"

    /// Folders in which groups may be made, by controller: one for all with the unified hierarchy, one each with the older.
    static func parents() -> [String: String] {
        let unified = (try? String(contentsOfFile: root + "/cgroup.subtree_control", encoding: .utf8))?.split { $0 == " " || $0 == "\n" }
        var found: [String: String] = [:]
        for controller in ["memory", "pids"] {
            let parent = unified == nil ? root + "/" + controller : root
            if let unified, !unified.contains(Substring(controller)) { continue }
            let trial = parent + "/mlmesh-probe-\(getpid())"
            guard mkdir(trial, 0o755) == 0 else { continue }
            rmdir(trial)
            found[controller] = parent
        }
        return found
    }

    /// Makes the groups of an attempt with their bounds; a controller that refuses is left out.
    ///
    /// Every program of the machine can list them: their name says nothing of the run.
    init(in parents: [String: String], memory: Int, processes: Int) {
        let name = UUID().uuidString.lowercased()
        var made: [String] = []
        for (controller, parent) in parents.sorted(by: { $0.key < $1.key }) {
            let folder = parent + "/mlmesh-" + name
            let isNew = mkdir(folder, 0o755) == 0
            guard isNew || errno == EEXIST else { continue }
            let isUnified = parent == Self.root
            let bounds =
                controller == "pids"
                ? [("pids.max", processes)]
                : isUnified ? [("memory.max", memory), ("memory.swap.max", 0)] : [("memory.limit_in_bytes", memory)]
            for (file, value) in bounds { try? Data("\(value)\n".utf8).write(to: URL(filePath: folder + "/" + file)) }
            if !made.contains(folder) { made.append(folder) }
        }
        folders = made
    }

    /// Kills every process of the groups; there may be more by the time it looks again.
    func kill() {
        for folder in folders {
            for _ in 0..<50 {
                let text = (try? String(contentsOfFile: folder + "/cgroup.procs", encoding: .utf8)) ?? ""
                let pids = text.split(separator: "\n").compactMap { pid_t($0) }
                if pids.isEmpty { break }
                for pid in pids { Glibc.kill(pid, SIGKILL) }
            }
        }
    }

    /// Removes the groups, which must be empty.
    func remove() {
        for folder in folders { rmdir(folder) }
    }
}
