import Foundation
import TestSupport
import Testing

@testable import TrainerService

@Suite("Scratch folders")
struct ScratchFolderTests {
    @Test("what a process left behind is removed; what belongs to one that lives, or to somebody else, stays")
    func removed() async throws {
        let ended = Process()
        ended.executableURL = URL(filePath: "/bin/true")
        try ended.run()
        ended.waitUntilExit()
        try await withTemporaryFolder { folder in
            let names = ["mlmesh-trainer-\(ended.processIdentifier)-x", "mlmesh-trainer-\(getpid())-x", "mlmesh-trainer-x", "other"]
            for name in names {
                try FileManager.default.createDirectory(at: folder.appending(path: name), withIntermediateDirectories: true)
            }
            let own = ScratchFolder.own(in: folder)

            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == names.dropFirst().sorted())
            #expect(own.lastPathComponent.hasPrefix("mlmesh-trainer-\(getpid())-"))
        }
    }
}
