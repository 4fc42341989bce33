import Foundation
import LinearAlgebra
import Tensors
import Testing

@testable import Recipes

@Suite("Rows that are read from a file")
struct StreamingTests {
    @Test("what is written is read again, and the file goes with its last reader")
    func file() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "recipes-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var file: FeatureFile? = try Self.file(folder, rows: 3_000, columns: 3)

        let rows = try file?.sampleForTest(3_000)

        #expect(rows?.count == 3_000)
        #expect(rows?.labels.prefix(4) == [0, 1, 2, 0])
        #expect(Array(rows?.features.row(2_999) ?? []) == [2_999, 3_000, 3_001])
        #expect(rows?.weights?.last == 0.5)
        let during = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        file = nil
        let after = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(during.count == 1)
        #expect(after == [])
    }

    @Test("no block has more features than it may, and the blocks are all rows once")
    func blocks() throws {
        let file = try Self.file(FileManager.default.temporaryDirectory, rows: 5, columns: 10, blockElements: 25)
        let large = try Self.file(FileManager.default.temporaryDirectory, rows: 2, columns: 64)

        let blocks = try (0..<file.blockCount).map { try file.rows(file.block($0)) }

        #expect(blocks.map(\.count) == [2, 2, 1])
        #expect(blocks.flatMap(\.labels) == [0, 1, 2, 0, 1])
        #expect(blocks[1].features[1, 0] == 3)
        #expect(blocks[2].features[0, 9] == 13)
        #expect(large.blockRows == 65_536)
    }

    static func file(_ folder: URL, rows: Int, columns: Int, blockElements: Int = FeatureFile.blockElements) throws -> FeatureFile {
        var writer = try FeatureWriter(folder: folder, columns: columns)
        for row in 0..<rows {
            let features = (0..<columns).map { Float(row + $0) }
            try writer.append(features[...], target: Double(row % 3), weight: 0.5)
        }
        return try writer.finish(isNumber: false, blockElements: blockElements)
    }

    @Test("a softmax streamed from a file finds what the fit of all rows finds")
    func softmax() throws {
        let table = try TableFixture()
        let folder = FileManager.default.temporaryDirectory
        var writer = try FeatureWriter(folder: folder, columns: 7)
        for row in 0..<table.train.count {
            try writer.append(table.train.features.row(row).map { Float($0) }[...], target: Double(table.train.labels[row]), weight: nil)
        }
        let fit = ClassifierFit(graph: table.graph, ports: TableFixture.classes)
        let method = ClassifierMethod.softmax(
            .init(l2: 0.01), streamed: MiniBatchOptions(l2: 0.01, learningRate: 0.02, batchSize: 32, epochs: 120))

        let streamed = try fit.fit(method, train: .file(try writer.finish(isNumber: false)), validation: nil)
        let whole = try fit.fit(method, train: .memory(table.train), validation: nil)

        let answers = try [streamed, whole].map { try Engines.run($0.model, table.held, ["p"])[0].doubles ?? [] }
        #expect(difference(answers[0], answers[1]) < 0.05)
        #expect(streamed.curve.count == 120)
    }
}

extension FeatureFile {
    /// The rows as a fit of all rows reads them.
    func sampleForTest(_ count: Int) throws -> FeatureRows { try FeatureSource.file(self).sample(count) }
}
