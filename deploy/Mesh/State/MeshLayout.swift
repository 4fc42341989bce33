import Contracts
import Cryptography
import Foundation

/// Where a mesh keeps its things, below one state folder.
struct MeshLayout: Sendable, Hashable {
    /// Absolute path of the state folder, without a slash at the end.
    let state: String
    /// Where sockets go: a Unix socket's path holds at most 107 bytes, and HAProxy adds some while it binds.
    let sockets: String

    /// The longest path of a folder in which every socket of ours fits.
    static let longestSocketFolder = 70

    init(state: String) {
        let absolute = URL(filePath: state, directoryHint: .isDirectory).standardizedFileURL.path(percentEncoded: false)
        self.state = absolute.count > 1 && absolute.hasSuffix("/") ? String(absolute.dropLast()) : absolute
        let own = self.state + "/run"
        let digest = hexadecimal(SHA256.digest(self.state).prefix(8))
        sockets = own.utf8.count <= Self.longestSocketFolder ? own : "/tmp/mlmesh-\(getuid())-\(digest)"
    }

    /// What others read: URLs, the administrator's key, instances.
    var record: String { state + "/mesh.json" }
    /// What was asked for by `up` and `scale`.
    var settings: String { state + "/settings.json" }
    var secrets: String { state + "/secrets" }
    /// Public halves of the keys that sign tokens, one PEM after the other.
    var publicKeys: String { state + "/secrets/public-keys.pem" }
    var logs: String { state + "/logs" }
    var blobs: String { state + "/blobs" }
    var spool: String { state + "/spool" }
    var postgres: String { state + "/postgres" }
    var run: String { state + "/run" }
    /// What the supervisor keeps running, so that the next supervisor and the gateway agent know.
    var instances: String { run + "/instances.json" }
    /// What the gateway agent sees of HAProxy.
    var gatewayView: String { run + "/gateway.json" }
    /// Held by the supervisor while it lives.
    var supervisorLock: String { run + "/supervisor.lock" }
    /// Held by `mesh up` and `mesh down`.
    var commandLock: String { run + "/command.lock" }
    var controlSocket: String { sockets + "/control.sock" }

    func log(_ name: String) -> String { logs + "/\(name).log" }
    func secret(_ name: String) -> String { secrets + "/" + name }
    func gateway(_ listener: Listener) -> String { run + "/gateway/" + listener.rawValue }
    func adminSocket(_ listener: Listener) -> String { sockets + "/\(listener.rawValue)-admin.sock" }
    func masterSocket(_ listener: Listener) -> String { sockets + "/\(listener.rawValue)-master.sock" }

    /// Makes the folders. The state folder itself can be passed through, since Postgres may run as another user.
    func prepare() throws {
        try PrivateFile.makeFolder(state, mode: 0o711)
        let own = [secrets, logs, blobs, spool, run, run + "/gateway"] + Listener.allCases.map(gateway)
        for folder in own { try PrivateFile.makeFolder(folder, mode: 0o700) }
        if sockets != run { try PrivateFile.makeFolder(sockets, mode: 0o700) }
    }
}
