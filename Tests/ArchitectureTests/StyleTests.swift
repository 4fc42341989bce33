import Foundation
import TestSupport
import Testing

@Suite("How the code reads")
struct StyleTests {
    @Test("files have at most 400 lines, tests 600")
    func fileSizes() {
        let large = SourceTree.swift.filter { $0.lines.count > ($0.path.hasPrefix("Tests/") ? 600 : 400) }

        #expect(large.map { "\($0.path): \($0.lines.count)" } == [])
    }

    @Test("functions have at most 50 lines, 10 or fewer at the median")
    func functionSizes() throws {
        let all = SourceTree.product.flatMap { file in file.functions.map { (file.path, $0.line, $0.length) } }
        let lengths = all.map(\.2).sorted()

        #expect(all.filter { $0.2 > 50 }.map { "\($0.0):\($0.1): \($0.2) lines" } == [])
        #expect(lengths.count > 500)
        #expect(lengths[lengths.count / 2] <= 10)
    }

    @Test("nothing traps on a value: no try!, no as!, no fatalError")
    func traps() {
        for file in SourceTree.swift where file.holds("try!", "as!", "fatalError") {
            for (number, line) in file.code.enumerated() {
                #expect(!line.contains(/\btry!|\bas!|\bfatalError\(/), "\(file.path):\(number + 1)")
            }
        }
    }

    @Test("nothing is left to do, and no code is commented out")
    func leftovers() {
        for file in SourceTree.swift {
            guard !file.path.hasPrefix("Tests/ArchitectureTests/") else { continue }

            for (number, line) in file.lines.enumerated() where line.contains("//") {
                #expect(!line.contains(/\b(?:TODO|FIXME|XXX|HACK)\b/), "\(file.path):\(number + 1)")
                #expect(!line.contains(/^\s*\/\/ (?:let|var|func|return|if|guard|for|import) .*[;{=)]\s*$/), "\(file.path):\(number + 1)")
            }
        }
    }

    @Test("types are named after what they are")
    func names() {
        for file in SourceTree.swift where file.holds("Manager", "Helper", "Util", "Impl") {
            for line in file.code {
                #expect(
                    !line.contains(/(?:struct|class|enum|actor|protocol) \w*(?:Manager|Helper|Util|Utils|Utilities|Impl)\b/), "\(file.path)"
                )
            }
        }
    }

    @Test("what the compiler cannot check stands at the C boundary, with its reason above it")
    func unchecked() throws {
        for file in SourceTree.product {
            let boundary: Set<String> = [
                "Cryptography", "Postgres", "MeshClient", "Tables", "Tensors", "OnnxRuntime", "TreeBoosting", "TestSupport",
            ]
            let lines = file.lines
            guard file.holds("@unchecked", "nonisolated(unsafe)", "unsafeBitCast") else { continue }
            for (number, line) in file.code.enumerated() where line.contains(/@unchecked Sendable|nonisolated\(unsafe\)|unsafeBitCast/) {
                #expect(boundary.contains(file.module ?? ""), "\(file.path):\(number + 1)")
                let above = lines[..<number].suffix(12).contains { $0.contains("//") }
                #expect(above || line.contains("//"), "\(file.path):\(number + 1) gives no reason")
            }
        }
    }

    @Test("the environment is read by entry points alone")
    func environment() {
        for file in SourceTree.product {
            guard file.code.contains(where: { $0.contains("processInfo.environment") }) else { continue }

            let isCommand = file.module == "MeshCommand" || file.path.hasPrefix("deploy/Bench/")
            let isEntry = isCommand || file.module == "TestSupport" || file.path.hasSuffix("/ServiceMain.swift")
            #expect(isEntry, "\(file.path)")
        }
    }

    @Test("every public type of Shared has a sentence above it")
    func sentences() {
        for file in SourceTree.product {
            guard file.path.hasPrefix("Shared/") else { continue }
            let lines = file.lines
            for (number, line) in lines.enumerated()
            where line.hasPrefix("public ") && line.contains(#/^public (?:final )?(?:struct|class|enum|actor|protocol|func) /#) {
                let above = lines[..<number].last { !$0.hasPrefix("@") }
                #expect(above?.hasPrefix("///") == true, "\(file.path):\(number + 1)")
            }
        }
    }

    @Test("tests wait for conditions, not for time")
    func sleeps() {
        for file in SourceTree.swift {
            guard file.path.hasPrefix("Tests/"), !file.path.hasPrefix("Tests/ArchitectureTests/"), file.holds("sleep(") else { continue }
            for (number, line) in file.code.enumerated() where line.contains(/\busleep\(|\bsleep\(\d/) {
                // The pause of a bounded wait stands in its loop.
                let isPolling = file.code[..<number].suffix(6).contains { $0.contains("while ") || $0.contains("for ") }
                #expect(isPolling, "\(file.path):\(number + 1) sleeps")
            }
        }
    }

    @Test("the product names no place of one machine")
    func places() {
        let texts = SourceTree.files { path in
            [".swift", ".sh", ".py", ".yaml", ".yml", ".cfg", ".md", ".sql", ".html", ".js", ".css"].contains { path.hasSuffix($0) }
        }
        for file in texts where !file.path.hasPrefix("Tests/ArchitectureTests/") {
            #expect(!file.text.contains(/(?:^|[\s"'=(])\/(?:root|home\/\w+|work|Users\/\w+)\//), "\(file.path)")
        }
    }
}
