import Contracts
import Cryptography
import Foundation
import Similarity
import Statistics
import Testing

@Suite("Segment files")
struct VectorSegmentTests {
    @Test("rows come back as they were written, whatever the number, and the file is named by its content")
    func roundTrip() throws {
        let scratch = try Scratch()
        for count in [0, 1, 1023, 1024, 1025, 2049] {
            let vectors = randomVectors(count, 4, seed: UInt64(count))
            let columns: (Int) -> [JSONValue?] = { index in
                let odd: [JSONValue?] = [.string("é\(index)"), .integer(.max), .number(0.1), .bool(false), .null, nil]
                return [odd[index % 6], .array([.integer(Int64(index))])]
            }
            let finished = try scratch.segment(vectors, columns: ["a", "b"], values: columns)
            let segment = try VectorSegment(file: finished.file)

            #expect(segment.rows == count && finished.rows == count)
            #expect(segment.bytes == finished.bytes)
            #expect(Digest(of: [UInt8](try Data(contentsOf: finished.file))) == finished.digest)
            #expect((0..<count).allSatisfy { segment.vector($0) == vectors[$0] && segment.id($0) == "r\($0)" })
            #expect(
                (0..<count).allSatisfy { row in
                    segment.columns(row)["a"] == columns(row)[0] && segment.columns(row)["b"] == columns(row)[1]
                })
            let again = try scratch.segment(vectors, columns: ["a", "b"], values: columns)
            #expect(again.digest == finished.digest)
        }
    }

    @Test("vectors that cannot be compared are refused by the row's id")
    func refused() throws {
        let scratch = try Scratch()
        for vector in [[Float.nan, 1], [1, .infinity], [1, 2, 3]] as [[Float]] {
            let layout = try VectorLayout(dimension: 2)
            let writer = try VectorSegmentWriter(file: scratch.folder.appending(path: UUID().uuidString), layout: layout)
            let fault = #expect(throws: SimilarityFault.self) { try writer.append(id: "row-7", vector: vector) }
            #expect(fault?.kind == .input)
            #expect(fault?.description.contains("row-7") == true)
        }
        #expect(throws: SimilarityFault.self) { try VectorLayout(dimension: 0) }
        let writer = try VectorSegmentWriter(
            file: scratch.folder.appending(path: "x"), layout: try VectorLayout(dimension: 1, columns: ["a"]))
        #expect(throws: SimilarityFault.self) { try writer.append(id: "r", vector: [1]) }
        #expect(throws: SimilarityFault.self) { try writer.append(id: String(repeating: "r", count: 2000), vector: [1], columns: [nil]) }
    }

    @Test("int8 vectors keep their floats, and leave nothing beside the file")
    func floats() throws {
        let scratch = try Scratch()
        for count in [0, 1, 1024, 2500] {
            let vectors = randomVectors(count, 12, seed: UInt64(count))
            let finished = try scratch.segment(vectors, .innerProduct, .int8)
            let segment = try VectorSegment(file: finished.file)

            #expect(segment.rows == count && segment.bytes == finished.bytes)
            #expect(Digest(of: [UInt8](try Data(contentsOf: finished.file))) == finished.digest)
            #expect((0..<count).allSatisfy { segment.vector($0) == vectors[$0] && segment.id($0) == "r\($0)" })
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path).count == 4)
    }

    @Test("a file with any bit changed, cut short or of another version is refused", arguments: IndexSpec.Storage.allCases)
    func corruption(_ storage: IndexSpec.Storage) throws {
        let scratch = try Scratch()
        let finished = try scratch.segment(randomVectors(30, 5, seed: 1), .innerProduct, storage, columns: ["a"]) { [.integer(Int64($0))] }
        let sound = [UInt8](try Data(contentsOf: finished.file))
        func open(_ bytes: [UInt8], verifies: Bool = true) throws -> VectorSegment {
            let file = scratch.folder.appending(path: UUID().uuidString)
            try Data(bytes).write(to: file)
            return try VectorSegment(file: file, verifies: verifies)
        }

        var generator = SeededGenerator(seed: 5)
        for _ in 0..<200 {
            var bytes = sound
            // The trailer's filling is the only part that means nothing.
            let place = generator.index(below: sound.count - 64)
            bytes[place] ^= 1 << UInt8(generator.index(below: 8))
            #expect(throws: SimilarityFault.self) { try open(bytes) }
        }
        for length in [0, 10, 64, 127, sound.count / 2, sound.count - 1] {
            #expect(throws: SimilarityFault.self) { try open(Array(sound.prefix(length)), verifies: false) }
        }
        #expect(throws: SimilarityFault.self) { try VectorSegment(file: scratch.folder.appending(path: "missing")) }
        // Even unverified, damaged bytes never lead outside of the file.
        for _ in 0..<300 {
            var bytes = sound
            for _ in 0..<4 { bytes[generator.index(below: sound.count)] = UInt8(generator.index(below: 256)) }
            guard let segment = try? open(bytes, verifies: false) else { continue }
            for row in 0..<segment.rows { _ = (segment.id(row), segment.columns(row), segment.vector(row)) }
        }
    }

    @Test("memory stays flat while a file much larger than a block is written and searched")
    func memory() throws {
        let scratch = try Scratch()
        let layout = try VectorLayout(dimension: 256, metric: .innerProduct)
        let writer = try VectorSegmentWriter(file: scratch.folder.appending(path: "large"), layout: layout)
        let vector = randomVectors(1, 256, seed: 1)[0]
        let before = try privateBytes()
        for index in 0..<60_000 { try writer.append(id: "r\(index)", vector: vector) }
        let finished = try writer.finish()
        let search = try VectorSearch([try VectorSegment(file: finished.file, verifies: false)])
        let found = try search.nearest([vector], k: 10)

        #expect(found[0].map(\.id) == (0..<10).map { "r\($0)" })
        #expect(finished.bytes > 56 << 20)
        #expect(try privateBytes() - before < 28 << 20)
    }

    /// Memory of this process that no file backs.
    private func privateBytes() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("RssAnon:") }
        return (line.flatMap { Int($0.filter(\.isNumber)) } ?? 0) * 1024
    }
}
