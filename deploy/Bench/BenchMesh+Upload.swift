import Contracts
import Foundation

extension BenchMesh {
    /// Uploads a file of rows for batch jobs.
    func upload(_ file: URL, format: TableFormat) throws -> Digest {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        // The key goes by standard input: everybody on the machine sees arguments.
        process.arguments = [
            "curl", "--silent", "--show-error", "--request", "POST", "--upload-file", file.path, "--header", "@-", "--header",
            "Content-Type: application/octet-stream", "\(gatewayURL)/v1/inference/files?format=\(format.rawValue)",
        ]
        let (input, output) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput) = (input, output)
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data("Authorization: Bearer \(administratorKey)\n".utf8))
        try input.fileHandleForWriting.close()
        let answer = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard let uploaded = try? WireJSON.decode(UploadedFile.self, from: answer) else {
            throw BenchFault("the upload of \(file.lastPathComponent): \(String(decoding: answer.prefix(500), as: UTF8.self))")
        }
        return uploaded.digest
    }
}
