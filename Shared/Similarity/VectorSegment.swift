import Contracts
import Cryptography
import Foundation

/// A finished segment file, mapped into memory: rows are read from the file's pages, which the system keeps or drops as it likes.
///
/// The file must not change while it is mapped: segments are named by their content and never written again.
public final class VectorSegment: Sendable {
    public let layout: VectorLayout
    public let rows: Int
    let data: Data
    let blocks: [VectorBlock]
    /// Where the floats of int8 vectors start; nil where there are none.
    private let floats: Int?

    public var bytes: Int { data.count }

    /// Opens a file. Throws ``SimilarityFault`` for one that is damaged.
    ///
    /// - Parameter verifies: whether the whole content is checked against its checksum; not needed where the caller did.
    public init(file: URL, verifies: Bool = true) throws(SimilarityFault) {
        guard let data = try? Data(contentsOf: file, options: .alwaysMapped) else { throw Self.fault("cannot be read") }
        self.data = data
        let end = data.count - SegmentFormat.trailerSize
        guard end >= SegmentFormat.headerSize, Array(data.suffix(8)) == SegmentFormat.magic, Array(data.prefix(8)) == SegmentFormat.magic
        else { throw Self.fault("is no segment, or not all of it") }
        let version = data.number(at: 8, as: UInt32.self)
        guard SegmentFormat.readable.contains(version) else {
            throw Self.fault("has the version \(version), not one of \(SegmentFormat.readable)")
        }
        if verifies {
            guard Self.sum(data, end) == Array(data[(end + 20)..<(end + 52)]) else { throw Self.fault("has another checksum") }
        }
        let start = Int(clamping: data.number(at: end, as: UInt64.self))
        let count = Int(data.number(at: end + 8, as: UInt32.self))
        rows = Int(clamping: data.number(at: end + 12, as: UInt64.self))
        guard start >= SegmentFormat.headerSize, start <= end - 4 else { throw Self.fault("has no directory") }
        var (layout, place) = try Self.layout(data, directory: start, end: end)
        self.layout = layout
        floats = version < 2 ? nil : try Self.floats(data, &place, rows, layout, directory: start)
        guard place + count * VectorBlock.entrySize <= end else { throw Self.fault("has a directory that is too long") }
        var first = 0
        var blocks: [VectorBlock] = []
        for index in 0..<count {
            let block = Self.block(data, place + index * VectorBlock.entrySize, first: first)
            guard block.isWithin(start, layout) else { throw Self.fault("has a block outside of the file") }
            blocks.append(block)
            first += block.rows
        }
        guard first == rows else { throw Self.fault("has \(first) rows, not \(rows)") }
        self.blocks = blocks
    }

    /// A row's id.
    public func id(_ row: Int) -> String { String(decoding: element(row, \.ids) ?? Data(), as: UTF8.self) }

    /// A row's vector as it was given, made one long for the cosine.
    public func vector(_ row: Int) -> [Float] {
        guard let floats else { return kept(row) }
        let start = floats + 4 * layout.dimension * row
        return data.withUnsafeBytes { bytes in
            (0..<layout.dimension).map { bytes.loadUnaligned(fromByteOffset: start + 4 * $0, as: Float.self) }
        }
    }

    /// A row's vector as a scan sees it.
    func kept(_ row: Int) -> [Float] {
        let block = block(of: row)
        let place = row - block.first
        return data.withUnsafeBytes { bytes in
            switch layout.storage {
            case .float32:
                return (0..<layout.dimension).map {
                    bytes.loadUnaligned(fromByteOffset: block.vectors + place * layout.stride + 4 * $0, as: Float.self)
                }
            case .int8:
                let scale = bytes.loadUnaligned(fromByteOffset: block.scales + 4 * place, as: Float.self)
                return (0..<layout.dimension).map {
                    scale * Float(bytes.loadUnaligned(fromByteOffset: block.vectors + place * layout.stride + $0, as: Int8.self))
                }
            }
        }
    }

    /// One column of a row; nil where the row lacks it.
    func column(_ row: Int, _ index: Int) -> JSONValue? { element(row, \.columns).flatMap { ColumnCodec.decode($0, column: index) } }

    /// The columns that a row has.
    public func columns(_ row: Int) -> [String: JSONValue] {
        layout.columns.enumerated().reduce(into: [:]) { found, name in
            if let value = column(row, name.offset) { found[name.element] = value }
        }
    }

    /// Positions of the rows with these ids, found in one pass.
    public func rows(withIDs ids: Set<String>) -> [Int] {
        guard !ids.isEmpty else { return [] }
        if ids.count == 1, let id = ids.first { return rows(withID: Array(id.utf8)) }
        let names = Set(ids.map { Data($0.utf8) })
        return (0..<rows).filter { row in element(row, \.ids).map { names.contains(Data($0)) } ?? false }
    }

    /// The same for one id, with nothing made for each row: a search from a row waits for it.
    private func rows(withID id: [UInt8]) -> [Int] {
        var found: [Int] = []
        data.withUnsafeBytes { bytes in
            for block in blocks {
                let base = block.ids + 4 * (block.rows + 1)
                for row in 0..<block.rows {
                    let from = Int(bytes.loadUnaligned(fromByteOffset: block.ids + 4 * row, as: UInt32.self))
                    let to = Int(bytes.loadUnaligned(fromByteOffset: block.ids + 4 * (row + 1), as: UInt32.self))
                    guard to - from == id.count, base + to <= bytes.count else { continue }
                    if bytes[(base + from)..<(base + to)].elementsEqual(id) { found.append(block.first + row) }
                }
            }
        }
        return found
    }

    private func block(of row: Int) -> VectorBlock { blocks[row / SegmentFormat.blockRows] }

    /// The bytes of one element of a list section; nil where its offsets lie outside of the file.
    private func element(_ row: Int, _ section: KeyPath<VectorBlock, Int>) -> Data? {
        let block = block(of: row)
        let start = block[keyPath: section]
        let place = row - block.first
        let from = Int(data.number(at: start + 4 * place, as: UInt32.self))
        let to = Int(data.number(at: start + 4 * (place + 1), as: UInt32.self))
        let base = start + 4 * (block.rows + 1)
        guard from <= to, base + to <= data.count else { return nil }
        return data[(base + from)..<(base + to)]
    }

    private static func layout(_ data: Data, directory start: Int, end: Int) throws(SimilarityFault) -> (VectorLayout, Int) {
        let length = Int(data.number(at: start, as: UInt32.self))
        guard start + 4 + length <= end,
            let names = try? JSONDecoder().decode([String].self, from: data[(start + 4)..<(start + 4 + length)]),
            let storage = SegmentFormat.storage(data.number(at: 12, as: UInt32.self)),
            let metric = SegmentFormat.metric(data.number(at: 16, as: UInt32.self)),
            data.number(at: 24, as: UInt32.self) == UInt32(SegmentFormat.blockRows)
        else { throw fault("has a header that is not of this version") }
        let dimension = Int(data.number(at: 20, as: UInt32.self))
        return (try VectorLayout(dimension: dimension, metric: metric, storage: storage, columns: names), start + 4 + length)
    }

    /// Where the floats start, read at a place, which moves behind it; nil where there are none.
    private static func floats(
        _ data: Data, _ place: inout Int, _ rows: Int, _ layout: VectorLayout, directory: Int
    ) throws(SimilarityFault) -> Int? {
        guard place + 8 <= data.count else { throw fault("has no directory") }
        let start = Int(clamping: data.number(at: place, as: UInt64.self))
        place += 8
        guard layout.storage == .int8, rows > 0 else { return nil }
        let (bytes, overflows) = rows.multipliedReportingOverflow(by: 4 * layout.dimension)
        guard !overflows, start >= SegmentFormat.headerSize, start <= directory, bytes <= directory - start else {
            throw fault("has floats outside of the file")
        }
        return start
    }

    private static func block(_ data: Data, _ place: Int, first: Int) -> VectorBlock {
        // Bounded, so that sums of places cannot overflow.
        let numbers = (0..<6).map { Int(clamping: min(data.number(at: place + 8 * $0, as: UInt64.self), 1 << 48)) }
        return VectorBlock(
            first: first, rows: numbers[0], vectors: numbers[1], scales: numbers[2], squares: numbers[3], ids: numbers[4],
            columns: numbers[5])
    }

    private static func sum(_ data: Data, _ end: Int) -> [UInt8] {
        let hash = SHA256()
        for start in stride(from: 0, to: end, by: 1 << 20) { hash.update(data[start..<min(start + 1 << 20, end)]) }
        return hash.finish()
    }

    private static func fault(_ words: String) -> SimilarityFault { SimilarityFault(.file, "the segment file \(words)") }
}
