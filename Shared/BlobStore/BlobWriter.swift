import Contracts
import Cryptography
import Foundation

/// Writes a blob's bytes to a file as they come, and hashes them on the way. A writer that is dropped before it is sealed takes its file away.
public final class BlobWriter {
    private let file: URL
    private let handle: FileHandle
    private let hash = SHA256Stream()
    /// Bytes written so far.
    public private(set) var bytes = 0
    private var isSealed = false

    /// Makes the file anew.
    public init(file: URL) throws {
        guard FileManager.default.createFile(atPath: file.path, contents: nil) else { throw CocoaError(.fileWriteUnknown) }
        self.file = file
        handle = try FileHandle(forWritingTo: file)
    }

    deinit {
        try? handle.close()
        if !isSealed { try? FileManager.default.removeItem(at: file) }
    }

    /// Adds bytes.
    public func write(_ content: some DataProtocol) throws {
        try handle.write(contentsOf: content)
        for region in content.regions { hash.update(region) }
        bytes += content.count
    }

    /// Adds what another file holds.
    public func write(contentsOf other: URL) throws {
        let source = try FileHandle(forReadingFrom: other)
        defer { try? source.close() }
        while let chunk = try source.read(upToCount: 1 << 20), !chunk.isEmpty { try write(chunk) }
    }

    /// Ends the writing: what was written outlasts a power cut from here on. Nothing can be added.
    public func seal() throws -> SealedBlob {
        try handle.synchronize()
        try handle.close()
        guard let digest = Digest(bytes: hash.finish()) else { throw CocoaError(.fileWriteUnknown) }
        isSealed = true
        return SealedBlob(file: file, digest: digest, bytes: bytes)
    }
}
