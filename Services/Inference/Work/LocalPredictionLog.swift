import Foundation
import Spool
import Synchronization

/// The prediction log of a machine by itself: closed segments become files of JSON Lines, and the oldest go when they are too many.
final class LocalPredictionLog: Sendable {
    /// Where records are until their segment is closed.
    let spool: Spool
    private let folder: String
    private let budget: Int
    /// One file at a time: files are counted and dropped.
    private let writing = Mutex(())

    /// - Parameter budget: bytes of all files.
    init(folder: String, budget: Int) throws {
        self.folder = folder
        self.budget = budget
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        // A young record is readable soon; a part of the budget is for what is not a file yet.
        spool = try Spool(folder: folder + "/open", limits: SpoolLimits(capacity: max(budget / 4, 4 << 20), segmentAge: .seconds(1)))
    }

    /// Takes a segment as the monitor would; gives the status of an answer.
    func take(_ spool: String, _ segment: String, _ body: [UInt8]) throws -> Int {
        let content: [UInt8]
        do { content = try SpoolSegment.text(body, of: .prediction) } catch { return 422 }
        try writing.withLock { _ in
            // Segments of one spool come in order, and of spools by their time.
            let number = String(repeating: "0", count: max(0, 8 - segment.count)) + segment
            let name = "\(folder)/predictions-\(spool)-\(number).jsonl"
            // Not forced to the disk: it came from the page cache, and the segment is there until this file is whole.
            try Data(content).write(to: URL(filePath: name + ".part"))
            guard rename(name + ".part", name) == 0 else { throw CocoaError(.fileWriteUnknown) }
            try dropOldest()
        }
        return 204
    }

    private func dropOldest() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".jsonl") }
        var files = names.compactMap { ModelFolder.FileStamp(path: "\(folder)/\($0)") }.sorted {
            ($0.modified, $0.path) < ($1.modified, $1.path)
        }
        var bytes = files.reduce(0) { $0 + $1.bytes }
        while bytes > budget, files.count > 1 {
            let oldest = files.removeFirst()
            try FileManager.default.removeItem(atPath: oldest.path)
            bytes -= oldest.bytes
        }
    }
}
