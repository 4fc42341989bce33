import Foundation

/// Files of segments that nobody needs any more, kept to be written anew: their pages are in memory.
struct SpareFiles {
    /// Most files that wait.
    private static let most = 2
    /// After this long the system may have taken the pages back, and a part of one would have to be read from the disk to be written.
    static let freshness: Duration = .seconds(30)

    private let folder: SpoolFolder
    /// Bytes below which a segment is not worth it.
    private let least: Int
    private var files: [(name: String, used: ContinuousClock.Instant)] = []

    /// - Parameter segmentBytes: of a full segment.
    init(_ folder: SpoolFolder, segmentBytes: Int) {
        self.folder = folder
        least = segmentBytes / 2
    }

    /// Takes a segment out of its folder: its file waits here, or is removed.
    mutating func retire(_ segment: ClosedSegment) {
        let spare = folder.file(segment.number, "spare")
        guard segment.folder === folder, segment.bytes >= least, files.count < Self.most, let used = segment.used, Self.isFresh(used),
            rename(segment.file, spare) == 0
        else {
            unlink(segment.file)
            return
        }
        files.append((spare, used))
    }

    /// A file to be written anew; those that have waited too long are removed.
    mutating func take() -> String? {
        while let spare = files.popLast() {
            if Self.isFresh(spare.used) { return spare.name }
            unlink(spare.name)
        }
        return nil
    }

    private static func isFresh(_ instant: ContinuousClock.Instant) -> Bool { instant.duration(to: .now) < freshness }
}
