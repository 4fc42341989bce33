import Foundation
import TestSupport
import Testing

@testable import MeshCommand

@Suite("State folder")
struct MeshLayoutTests {
    @Test("sockets lie in the state folder while their paths are short enough, else in a folder of the user's own")
    func sockets() {
        let short = MeshLayout(state: "/srv/mesh/.mesh")
        let long = MeshLayout(state: "/srv/" + String(repeating: "deep/", count: 30) + ".mesh")

        #expect(short.controlSocket == "/srv/mesh/.mesh/run/control.sock")
        #expect(long.sockets.hasPrefix("/tmp/mlmesh-\(getuid())-"))
        #expect(long.adminSocket(.internal).utf8.count < 90)
        #expect(long.sockets != MeshLayout(state: long.state + "2").sockets)
    }

    @Test("secrets and logs are closed to others, the state folder itself can be passed through")
    func modes() async throws {
        try await withTemporaryFolder { folder in
            let layout = MeshLayout(state: folder.path + "/.mesh")
            try layout.prepare()
            try PrivateFile.write("secret", to: layout.secret("x"))

            let mode = { (path: String) in try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int }
            #expect(try mode(layout.state) == 0o711)
            #expect(try mode(layout.secrets) == 0o700)
            #expect(try mode(layout.logs) == 0o700)
            #expect(try mode(layout.secret("x")) == 0o600)
        }
    }

    @Test("a lock is held until its holder lets go")
    func locks() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.path + "/lock"
            var lock = FileLock(path)

            #expect(lock != nil)
            #expect(FileLock(path) == nil)
            #expect(FileLock.isHeld(path))
            lock = nil
            #expect(!FileLock.isHeld(path))
        }
    }

    @Test("secrets are made once and stay")
    func secrets() async throws {
        try await withTemporaryFolder { folder in
            let layout = MeshLayout(state: folder.path + "/.mesh")
            try layout.prepare()
            let secrets = MeshSecrets(layout: layout)

            let first = try secrets.prepare()
            let key = secrets.read(MeshSecrets.administratorKey)
            let second = try secrets.prepare()

            #expect(first.count > 5)
            #expect(second.isEmpty)
            #expect(secrets.read(MeshSecrets.administratorKey) == key)
            #expect(key.hasPrefix("mk_") && key.count == 46)
            #expect(try GatewayFolder.publicKeys(layout.publicKeys).count == 1)
            #expect(PrivateFile.text(layout.secret(MeshSecrets.bootstrap))?.contains(key) == false)
        }
    }
}
