import Foundation
import Testing

@Suite("The Makefile")
struct MakefileTests {
    private func targets() throws -> [(name: String, sentence: String?)] {
        try SourceTree.file("Makefile").lines.compactMap { line in
            guard let target = line.firstMatch(of: /^([a-z][a-z-]*):([^#=]*)(?:## (.+))?$/) else { return nil }
            return (String(target.1), target.3.map(String.init))
        }
    }

    @Test("says of each target what it does, and stands in CONTRIBUTING with it")
    func documented() throws {
        let guide = try SourceTree.file("CONTRIBUTING.md").text
        let targets = try targets()

        #expect(targets.count > 12)
        for target in targets {
            #expect(target.sentence?.isEmpty == false, "\(target.name)")
            #expect(guide.contains("`make \(target.name)`") || guide.contains("`make \(target.name) "), "\(target.name)")
        }
    }

    @Test("has the targets that people are told of")
    func promised() throws {
        let names = Set(try targets().map(\.name))

        #expect(names.isSuperset(of: ["deps", "run", "up", "down", "status", "clean-state", "test", "fmt", "lint"]))
    }

    @Test("no file is mistaken for a target")
    func phony() throws {
        let text = try SourceTree.file("Makefile").text
        let phony = Set(text.matches(of: /(?m)^\.PHONY: (.+)$/).flatMap { $0.1.split(separator: " ").map(String.init) })

        #expect(phony == Set(try targets().map(\.name)))
    }
}
