import Foundation
import LinearAlgebra

/// Features kept in a scratch file, so that a fit holds one block of rows at a time; the file goes with the last reference.
///
/// A row is its features as 32-bit floats, its class or number as a double, and its weight as a double.
public final class FeatureFile: Sendable {
    public let count: Int
    public let columns: Int
    private let url: URL
    private let isNumber: Bool
    private let isWeighted: Bool
    private let handle: FileHandle
    /// Rows of one block.
    let blockRows: Int
    /// Features in one block: 32 MiB of doubles.
    static let blockElements = 4 << 20

    init(url: URL, count: Int, columns: Int, isNumber: Bool, isWeighted: Bool, blockElements: Int = blockElements) throws {
        blockRows = max(1, blockElements / max(columns, 1))
        self.url = url
        self.count = count
        self.columns = columns
        self.isNumber = isNumber
        self.isWeighted = isWeighted
        handle = try FileHandle(forReadingFrom: url)
    }

    deinit {
        try? handle.close()
        try? FileManager.default.removeItem(at: url)
    }

    static func rowBytes(columns: Int) -> Int { columns * 4 + 16 }

    var blockCount: Int { (count + blockRows - 1) / blockRows }

    func block(_ index: Int) -> Range<Int> { index * blockRows..<min(count, (index + 1) * blockRows) }

    /// Reads rows. Throws when the file is cut short.
    func rows(_ range: Range<Int>) throws -> FeatureRows {
        let size = Self.rowBytes(columns: columns)
        var features: [Double] = []
        var targets: [Double] = []
        var weights: [Double] = []
        features.reserveCapacity(range.count * columns)
        // In pieces, so that the bytes of a block do not lie in memory beside it.
        for start in stride(from: range.lowerBound, to: range.upperBound, by: 1_024) {
            let end = min(start + 1_024, range.upperBound)
            try handle.seek(toOffset: UInt64(start * size))
            let bytes = try handle.read(upToCount: (end - start) * size) ?? Data()
            guard bytes.count == (end - start) * size else { throw CocoaError(.fileReadCorruptFile) }
            bytes.withUnsafeBytes { bytes in
                for row in 0..<(end - start) {
                    for column in 0..<columns {
                        features.append(Double(bytes.loadUnaligned(fromByteOffset: row * size + column * 4, as: Float.self)))
                    }
                    targets.append(bytes.loadUnaligned(fromByteOffset: row * size + columns * 4, as: Double.self))
                    weights.append(bytes.loadUnaligned(fromByteOffset: row * size + columns * 4 + 8, as: Double.self))
                }
            }
        }
        return FeatureRows(
            features: Matrix(rows: range.count, columns: columns, elements: features), labels: isNumber ? [] : targets.map { Int($0) },
            targets: isNumber ? targets : [], weights: isWeighted ? weights : nil)
    }
}
