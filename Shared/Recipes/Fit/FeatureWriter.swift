import Foundation

/// Writes features into a scratch file row by row.
public struct FeatureWriter {
    private let url: URL
    private let columns: Int
    private let handle: FileHandle
    private var count = 0
    private var isWeighted = false
    private var buffer = Data()

    /// Makes the file in a folder. Throws when it cannot.
    public init(folder: URL, columns: Int) throws {
        url = folder.appending(path: "features-\(UUID().uuidString)")
        self.columns = columns
        guard FileManager.default.createFile(atPath: url.path, contents: nil) else { throw CocoaError(.fileWriteUnknown) }
        handle = try FileHandle(forWritingTo: url)
    }

    /// Appends a row: its features, its class or number, and its weight where it has one.
    public mutating func append(_ features: ArraySlice<Float>, target: Double, weight: Double?) throws {
        precondition(features.count == columns, "a row has as many features as the file")
        features.withUnsafeBytes { buffer.append(contentsOf: $0) }
        withUnsafeBytes(of: target) { buffer.append(contentsOf: $0) }
        withUnsafeBytes(of: weight ?? 1) { buffer.append(contentsOf: $0) }
        if weight != nil { isWeighted = true }
        count += 1
        if buffer.count > 1 << 20 { try flush() }
    }

    /// The file, to be read from now on.
    public mutating func finish(isNumber: Bool) throws -> FeatureFile {
        try finish(isNumber: isNumber, blockElements: FeatureFile.blockElements)
    }

    mutating func finish(isNumber: Bool, blockElements: Int) throws -> FeatureFile {
        try flush()
        try handle.close()
        return try FeatureFile(
            url: url, count: count, columns: columns, isNumber: isNumber, isWeighted: isWeighted, blockElements: blockElements)
    }

    private mutating func flush() throws {
        try handle.write(contentsOf: buffer)
        buffer.removeAll(keepingCapacity: true)
    }
}
