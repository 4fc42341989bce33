import Foundation

/// The processes of this machine that a supervisor of a mesh once started.
enum ProcessTable {
    /// A process that leads its session and carries the marks that ``marks(state:name:)`` gives.
    struct Found: Sendable, Hashable {
        let name: String
        let process: ProcessIdentity
        /// Where it listens, when it was told.
        var port: Int?
    }

    /// Environment by which a process is known again, even when its supervisor died before it could write it down.
    static func marks(state: String, name: String) -> [String: String] {
        ["MESH_SUPERVISED": state, "INSTANCE": name]
    }

    /// The processes with the marks of a state folder. Children of theirs have the same environment but lead no session.
    static func supervised(state: String) -> [Found] {
        let numbers = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap(Int32.init) ?? []
        return numbers.compactMap { pid in
            guard getsid(pid) == pid, let process = ProcessIdentity.of(pid: pid),
                let environment = FileManager.default.contents(atPath: "/proc/\(pid)/environ")
            else { return nil }
            return found(in: environment, state: state, process)
        }
    }

    /// Reads the marks in a process's environment; nil when they are not those of the state folder.
    static func found(in environment: some Sequence<UInt8>, state: String, _ process: ProcessIdentity) -> Found? {
        var variables: [Substring: Substring] = [:]
        let texts = Array(environment).split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        for parts in texts.map({ $0.split(separator: "=", maxSplits: 1) }) where parts.count == 2 { variables[parts[0]] = parts[1] }
        guard variables["MESH_SUPERVISED"].map(String.init) == state, let name = variables["INSTANCE"] else { return nil }
        return Found(name: String(name), process: process, port: variables["LISTEN_PORT"].flatMap { Int($0) })
    }
}
