import Contracts
import Foundation
import HTTPService
import HTTPTypes
import Hummingbird
import NIOCore

/// Files of rows for batch inference: streamed to the blob store, whatever their size.
struct FileRoutes: Sendable {
    let files: BatchFileStore
    let folders: BatchFolders

    func add(to router: Router<ServiceContext>) {
        router.post("/v1/inference/files", use: upload)
    }

    @Sendable
    func upload(_ request: Request, _ context: ServiceContext) async throws -> Reply<UploadedFile> {
        let team = try context.identity.team
        let known = TableFormat.allCases.map(\.rawValue).joined(separator: ", ")
        guard let format = try request.query("format").flatMap(TableFormat.init) else {
            throw FieldFault("format", expected: "one of \(known)")
        }
        let file = folders.temporary()
        defer { try? FileManager.default.removeItem(at: file) }
        guard try await request.body.write(to: file) > 0 else { throw Problem(.malformed, "The file is empty.") }
        return .created(try await files.add(file, format: format, team: team))
    }
}

extension RequestBody {
    /// Writes what comes as it comes, and gives how many bytes it was.
    func write(to file: URL) async throws -> Int {
        guard FileManager.default.createFile(atPath: file.path, contents: nil) else { throw CocoaError(.fileWriteUnknown) }
        let handle = try FileHandle(forWritingTo: file)
        defer { try? handle.close() }
        var count = 0
        for try await buffer in self {
            count += buffer.readableBytes
            try handle.write(contentsOf: buffer.readableBytesView)
        }
        return count
    }
}
