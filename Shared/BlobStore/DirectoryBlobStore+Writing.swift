import Contracts
import Foundation

extension DirectoryBlobStore {
    /// Takes bytes as they come: seal what it has written, then ``settle(_:)`` it.
    public func writer() throws -> BlobWriter {
        try BlobWriter(file: incoming())
    }

    /// Makes a sealed file a blob. Again changes nothing, so it may stand in a transaction that is run once more.
    public func settle(_ blob: SealedBlob) throws {
        if !FileManager.default.fileExists(atPath: blob.file.path), FileManager.default.fileExists(atPath: place(of: blob.digest).path) {
            return
        }
        try settle(blob.file, at: place(of: blob.digest))
        trust(place(of: blob.digest))
    }

    /// Takes away files that were begun before a time and never became blobs: their writers were killed.
    public func dropUnfinished(before time: Date) {
        let folder = root.appending(path: "incoming")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        for name in names {
            let path = folder.appending(path: name).path
            let modified = (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date
            if let modified, modified < time { try? FileManager.default.removeItem(atPath: path) }
        }
    }
}
