import Foundation
import TestSupport
import Testing

@testable import MeshCommand

@Suite("Deleting a mesh's state")
struct CleanStateTests {
    static let script = TestSupport.Checkout.root.path + "/deploy/scripts/clean-state.sh"

    @Test("a folder that is no mesh's state is left as it is")
    func foreign() async throws {
        try await withTemporaryFolder { folder in
            let logs = folder.appending(path: "logs")
            try FileManager.default.createDirectory(at: logs, withIntermediateDirectories: true)
            try Data("mine".utf8).write(to: logs.appending(path: "diary"))

            let outcome = try await Shell.outcome(Self.script, [folder.path])

            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("is not the state of a mesh"))
            #expect(FileManager.default.fileExists(atPath: logs.path + "/diary"))
        }
    }

    @Test("what a mesh made is deleted; libraries, clients and what else lies there stay")
    func own() async throws {
        try await withTemporaryFolder { folder in
            let layout = MeshLayout(state: folder.path)
            try layout.prepare()
            try PrivateFile.write("{}", to: layout.settings)
            for other in ["lib", "clients", "notes"] { try Data().write(to: folder.appending(path: other)) }

            let outcome = try await Shell.outcome(Self.script, [folder.path])

            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["clients", "lib", "notes"])
            #expect(try await Shell.outcome(Self.script, [folder.path]).status == 0, "again does no harm")
        }
    }

    @Test("a folder that does not exist is nothing to do, and no folder at all is a fault")
    func absent() async throws {
        #expect(try await Shell.outcome(Self.script, ["/nonexistent/mesh"]).status == 0)
        #expect(try await Shell.outcome(Self.script, []).status != 0)
    }
}
