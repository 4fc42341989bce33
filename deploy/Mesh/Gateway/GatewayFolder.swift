import Contracts
import Cryptography
import Foundation

/// The folder from which one HAProxy process reads its configuration.
struct GatewayFolder {
    let layout: MeshLayout
    let settings: MeshSettings
    let listener: Listener

    var path: String { layout.gateway(listener) }
    var keysMap: String { path + "/keys.map" }
    /// Model -> predictions that one key may ask of it in a minute.
    var limitsMap: String { path + "/limits.map" }
    /// Models whose predictions need no experiment-router.
    var directMap: String { path + "/direct.map" }
    /// How far the map of keys has followed identity.
    var cursor: String { path + "/keys.cursor" }

    /// Writes what changed. Returns the names of the files that did.
    @discardableResult
    func refresh(servers: [GatewayServer]) throws -> Set<String> {
        let configuration = GatewayConfiguration(
            listener: listener, settings: settings.gateway, adminSocket: layout.adminSocket(listener),
            publicKeys: try Self.publicKeys(layout.publicKeys),
            templates: try Self.templates(settings.gatewayConfig))
        // An instance that drains is left out: after a reload it only finishes what the old process gave it.
        let files = try configuration.files(servers: servers.filter { !$0.isDraining })
        var changed: Set<String> = []
        for (name, contents) in files where PrivateFile.text(path + "/" + name) != contents {
            try PrivateFile.write(contents, to: path + "/" + name)
            changed.insert(name)
        }
        try makeMaps()
        return changed
    }

    /// Makes those maps that are not there, empty: HAProxy wants them all.
    func makeMaps() throws {
        for map in [keysMap, limitsMap, directMap] where !FileManager.default.fileExists(atPath: map) { try PrivateFile.write("", to: map) }
    }

    /// How HAProxy is started: a master that can be told to reload, and workers.
    static func arguments(layout: MeshLayout, listener: Listener) -> [String] {
        let files = GatewayConfiguration.mainFiles(listener).flatMap { ["-f", $0] }
        return ["-W", "-S", layout.masterSocket(listener) + ",mode,600", "-C", layout.gateway(listener)] + files
    }

    /// Path of HAProxy's executable. Debian keeps it where ordinary users have no search path.
    static func haproxy() throws -> String {
        let folders =
            (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init) + ["/usr/sbin", "/usr/local/sbin"]
        let places = folders.map { $0 + "/haproxy" }
        guard let path = places.first(where: FileManager.default.isExecutableFile(atPath:)) else {
            throw CommandFault("haproxy is not installed (make deps)")
        }
        return path
    }

    /// PEM by key id of a file with one public key after the other. The id is the key's thumbprint (RFC 7638), as in tokens.
    static func publicKeys(_ file: String) throws -> [String: String] {
        let end = "-----END PUBLIC KEY-----\n"
        let texts = (PrivateFile.text(file) ?? "").components(separatedBy: end).map { $0 + end }
        let keys = texts.compactMap { text in RSAPublicKey(pem: text).map { ($0.thumbprint, text) } }
        guard !keys.isEmpty else { throw CommandFault("\(file) holds no RSA public key") }
        return Dictionary(keys) { first, _ in first }
    }

    /// The templates by path within their folder.
    static func templates(_ folder: String) throws -> [String: String] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".cfg") }
        return Dictionary(uniqueKeysWithValues: names.map { ($0, PrivateFile.text(folder + "/" + $0) ?? "") })
    }
}
