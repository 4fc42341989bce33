import Foundation
import Settings
import Testing

@Suite("Library path")
struct LibraryPathTests {
    @Test("the variable wins, then the nearest folder upwards")
    func order() throws {
        let root = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: root) }
        let deep = root.appending(path: "a/b")
        try FileManager.default.createDirectory(at: deep, withIntermediateDirectories: true)
        try FileManager.default.createDirectory(at: root.appending(path: ".mesh/lib"), withIntermediateDirectories: true)
        try Data().write(to: root.appending(path: ".mesh/lib/libx.so"))

        let found = LibraryPath.find("libx.so", variable: "X", environment: [:], from: deep)
        let named = LibraryPath.find("libx.so", variable: "X", environment: ["X": "/y.so"], from: deep)
        let missing = LibraryPath.find("libz.so", variable: "X", environment: [:], from: deep)

        #expect(found?.hasSuffix("/.mesh/lib/libx.so") == true)
        #expect(named == "/y.so")
        #expect(missing == nil)
    }
}
