import Contracts
import Foundation
import Tables
import TestSupport
import Testing

@Suite("Files of large rows in pieces")
struct RowPiecesTests {
    private func pieces(_ text: String, _ format: TableFormat) throws -> [String]? {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (file, piece) = (folder.appending(path: "in"), folder.appending(path: "piece"))
        try Data(text.utf8).write(to: file)
        guard var pieces = try RowPieces(file, format: format) else { return nil }
        var found: [String] = []
        while try pieces.next(to: piece) { found.append(try String(contentsOf: piece, encoding: .utf8)) }
        return found
    }

    @Test("pieces hold whole rows, all of them in order, with or without a last line's end", arguments: ["\n", ""])
    func lines(end: String) throws {
        let text = (0..<30).map { "{\"n\":\($0),\"x\":\"\(String(repeating: "y", count: 400_000))\"}" }.joined(separator: "\n") + end
        let found = try #require(try pieces(text, .jsonl))
        #expect(found.count == 4 && found.joined() == text)
        #expect(found.dropLast().allSatisfy { $0.hasSuffix("\n") } && found.allSatisfy { $0.hasPrefix("{\"n\":") })
    }

    @Test("pieces of CSV begin with the names of the columns; a line's end within quotes is none of a row")
    func quoted() throws {
        let head = "id,\"a\nb\"\n"
        let rows = (0..<10).map { "\($0),\"\(String(repeating: "z\n\"\"", count: 250_000))\"\n" }
        let found = try #require(try pieces(head + rows.joined(), .csv))
        #expect(found.count == 3 && found.allSatisfy { $0.hasPrefix(head) })
        #expect(found.map { $0.dropFirst(head.count) }.joined() == rows.joined())
        #expect(found[0].dropFirst(head.count) == rows[0...3].joined()[...])
    }

    @Test("files of small rows stay whole")
    func small() throws {
        #expect(try pieces(String(repeating: "{\"a\":1}\n", count: 400_000), .jsonl) == nil)
        #expect(try pieces("a\n" + String(repeating: "\"1\n2\"\n", count: 400_000), .csv) == nil)
        #expect(try pieces("", .jsonl) == nil)
    }
}
