import Contracts
import Cryptography
import Foundation

/// Writes a segment row by row; memory holds one block. Not for use by several tasks at once.
public final class VectorSegmentWriter {
    /// A finished file.
    public struct Finished: Sendable, Hashable {
        public let file: URL
        /// Of the whole file: its name in a blob store.
        public let digest: Digest
        public let rows: Int
        public let bytes: Int
    }

    /// Longest id, in bytes.
    public static let longestID = 1024

    private struct Block {
        var rows = 0
        var vectors: [UInt8] = []
        var scales: [Float] = []
        var squares: [Float] = []
        var ids: [[UInt8]] = []
        var columns: [[UInt8]] = []
    }

    public let layout: VectorLayout
    public private(set) var rows = 0
    private let file: URL
    private let handle: FileHandle
    /// Of everything so far: for the trailer, and for the file's name.
    private var sum = SHA256()
    private var whole = SHA256()
    private var block = Block()
    private var directory: [[UInt64]] = []
    private var position = 0
    /// Floats of int8 vectors, until they go behind the last block.
    private var floats: FloatFile?

    /// Starts a file, which must not be there yet.
    public init(file: URL, layout: VectorLayout) throws {
        self.file = file
        self.layout = layout
        guard FileManager.default.createFile(atPath: file.path, contents: nil) else { throw CocoaError(.fileWriteUnknown) }
        handle = try FileHandle(forWritingTo: file)
        if layout.storage == .int8 { floats = try FloatFile(beside: file) }
        var header = SegmentFormat.magic
        header.append(number: SegmentFormat.version)
        header.append(number: SegmentFormat.code(layout.storage))
        header.append(number: SegmentFormat.code(layout.metric))
        header.append(number: UInt32(layout.dimension))
        header.append(number: UInt32(SegmentFormat.blockRows))
        header.pad()
        try write(header)
    }

    deinit { try? handle.close() }

    /// Adds a row. Throws ``SimilarityFault`` for a vector or id that cannot be kept; columns are in the layout's order.
    public func append(id: String, vector: [Float], columns: [JSONValue?] = []) throws {
        let name = Array(id.utf8)
        guard name.count <= Self.longestID else {
            throw SimilarityFault(.input, "an id must have at most \(Self.longestID) bytes, not \(name.count)")
        }
        try layout.check(vector, "the vector of row \(id)")
        guard columns.count == layout.columns.count else {
            throw SimilarityFault(.input, "row \(id) must have \(layout.columns.count) columns, not \(columns.count)")
        }
        let prepared = layout.prepared(vector)
        add(prepared)
        try floats?.append(prepared)
        block.ids.append(name)
        block.columns.append(ColumnCodec.encode(columns))
        block.rows += 1
        rows += 1
        if block.rows == SegmentFormat.blockRows { try flush() }
    }

    /// Writes what is left, and makes the file last.
    public func finish() throws -> Finished {
        if block.rows > 0 { try flush() }
        let exact = position
        try floats?.drain { try write($0) }
        try write([UInt8](repeating: 0, count: SegmentFormat.padding(after: position)))
        let start = position
        var bytes: [UInt8] = []
        let names = Array(JSONValue.array(layout.columns.map { .string($0) }).canonical)
        bytes.append(number: UInt32(names.count))
        bytes += names
        bytes.append(number: UInt64(layout.storage == .int8 ? exact : 0))
        for entry in directory { for number in entry { bytes.append(number: number) } }
        bytes.pad()
        try write(bytes)
        var trailer: [UInt8] = []
        trailer.append(number: UInt64(start))
        trailer.append(number: UInt32(directory.count))
        trailer.append(number: UInt64(rows))
        trailer += Self.finish(&sum)
        trailer += [UInt8](repeating: 0, count: SegmentFormat.trailerSize - trailer.count - SegmentFormat.magic.count)
        trailer += SegmentFormat.magic
        whole.update(trailer)
        try handle.write(contentsOf: Data(trailer))
        try handle.synchronize()
        try handle.close()
        guard let digest = Digest(bytes: Self.finish(&whole)) else { throw CocoaError(.fileWriteUnknown) }
        return Finished(file: file, digest: digest, rows: rows, bytes: position + trailer.count)
    }

    /// The digest of a hash, which is left as one of nothing: a property cannot be given away.
    private static func finish(_ hash: inout SHA256) -> [UInt8] {
        var fresh = SHA256()
        swap(&hash, &fresh)
        return fresh.finish()
    }

    private func add(_ vector: [Float]) {
        switch layout.storage {
        case .float32:
            block.vectors += vector.withUnsafeBytes { Array($0) }
            block.squares.append(Float(vector.reduce(0.0) { $0 + Double($1) * Double($1) }))
        case .int8:
            let (scale, values) = Quantization.encode(vector)
            block.vectors += values.map { UInt8(bitPattern: $0) }
            block.scales.append(scale)
            // Of the vector as it is kept: a distance must not mix both.
            block.squares.append(Float(values.reduce(0.0) { $0 + Double($1) * Double($1) } * Double(scale) * Double(scale)))
        }
    }

    private func flush() throws {
        var entry = [UInt64(block.rows)]
        func section(_ bytes: [UInt8]) throws {
            entry.append(UInt64(position))
            var bytes = bytes
            bytes.pad()
            try write(bytes)
        }
        try section(block.vectors)
        try section(block.scales.withUnsafeBytes { Array($0) })
        try section(block.squares.withUnsafeBytes { Array($0) })
        try section(Self.list(block.ids))
        try section(Self.list(block.columns))
        directory.append(entry)
        block = Block()
    }

    /// Offsets of the elements, and behind the last, from the end of the offsets; then the elements.
    private static func list(_ elements: [[UInt8]]) -> [UInt8] {
        var bytes: [UInt8] = []
        var offset: UInt32 = 0
        for element in elements {
            bytes.append(number: offset)
            offset += UInt32(element.count)
        }
        bytes.append(number: offset)
        return elements.reduce(into: bytes) { $0 += $1 }
    }

    private func write(_ bytes: [UInt8]) throws {
        sum.update(bytes)
        whole.update(bytes)
        try handle.write(contentsOf: Data(bytes))
        position += bytes.count
    }
}
