import Foundation

/// Vectors on their way to the end of a segment: a file beside it, so that memory holds a few of them. Deleted with the value.
final class FloatFile {
    private static let most = 1 << 20

    private let file: URL
    private let handle: FileHandle
    private var pending: [UInt8] = []

    init(beside segment: URL) throws {
        file = segment.appendingPathExtension("floats")
        guard FileManager.default.createFile(atPath: file.path, contents: nil) else { throw CocoaError(.fileWriteUnknown) }
        handle = try FileHandle(forUpdating: file)
    }

    deinit {
        try? handle.close()
        try? FileManager.default.removeItem(at: file)
    }

    func append(_ vector: [Float]) throws {
        vector.withUnsafeBytes { pending += $0 }
        if pending.count >= Self.most { try flush() }
    }

    /// Gives everything back, piece by piece.
    func drain(_ body: ([UInt8]) throws -> Void) throws {
        try flush()
        try handle.seek(toOffset: 0)
        while let piece = try handle.read(upToCount: Self.most), !piece.isEmpty { try body(Array(piece)) }
    }

    private func flush() throws {
        try handle.write(contentsOf: Data(pending))
        pending.removeAll(keepingCapacity: true)
    }
}
