import BlobStore
import Contracts
import Foundation
import TestSupport
import Testing

@Suite("Blobs that are written as their bytes come")
struct BlobWriterTests {
    @Test("what was written piece by piece is the blob of all of it, and again settles to the same")
    func pieces() async throws {
        try await withTemporaryFolder { folder in
            let store = try DirectoryBlobStore(root: folder)
            let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let writer = try store.writer()
            for start in stride(from: 0, to: bytes.count, by: 7_777) {
                try writer.write(Data(bytes[start..<min(start + 7_777, bytes.count)]))
            }

            let sealed = try writer.seal()
            #expect(try await !store.contains(sealed.digest))
            try store.settle(sealed)
            try store.settle(sealed)

            #expect(sealed.digest == Digest(of: bytes))
            #expect(sealed.bytes == bytes.count)
            #expect(try await store.get(sealed.digest) == bytes)
            #expect(try incoming(folder) == [])
        }
    }

    @Test("a writer that is dropped, and a sealed file that is discarded, leave nothing")
    func dropped() async throws {
        try await withTemporaryFolder { folder in
            let store = try DirectoryBlobStore(root: folder)
            do {
                let writer = try store.writer()
                try writer.write(Data([1, 2, 3]))
                #expect(try incoming(folder).count == 1)
            }
            #expect(try incoming(folder) == [])
            let sealed = try store.writer().seal()
            #expect(try incoming(folder).count == 1)
            sealed.discard()
            #expect(try incoming(folder) == [])
        }
    }

    @Test("files that killed writers left are taken away once they are old, and no younger ones")
    func unfinished() async throws {
        try await withTemporaryFolder { folder in
            let store = try DirectoryBlobStore(root: folder)
            let left = try store.writer().seal()
            let present = try store.writer()
            try FileManager.default.setAttributes([.modificationDate: Date.now - 7_200], ofItemAtPath: left.file.path)

            store.dropUnfinished(before: .now - 3_600)

            #expect(try incoming(folder).count == 1)
            try present.write(Data([7]))
            let sealed = try present.seal()
            try store.settle(sealed)
            #expect(try await store.get(sealed.digest) == [7])
        }
    }

    private func incoming(_ folder: URL) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "incoming").path)
    }
}
