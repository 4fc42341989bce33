import Foundation

/// Reads the records of all spools under a folder, each once, the oldest segment first, also while they are written.
public struct SpoolReader {
    private struct Segment {
        /// The spool and the number, by which it is known whatever its state.
        let key: String
        let descriptor: Int32
        let isClosed: Bool
        let seed: UInt64
    }

    private let root: String
    /// Where the first frame stands that was not given, by segment.
    private var offsets: [String: Int] = [:]
    /// Closed segments that were read to their end.
    private var finished: Set<String> = []
    /// Bytes of closed segments that are no whole frames.
    public private(set) var unreadableBytes = 0

    /// - Parameter root: the folder in which the spools' folders lie.
    public init(folder root: String) { self.root = root }

    /// Gives the lines that were not given before.
    public mutating func read(_ take: (SpoolLine) throws -> Void) throws {
        let segments = try open()
        defer { for segment in segments { _ = close(segment.descriptor) } }
        for segment in segments { try read(segment, take) }
    }

    /// Opens the segments of which something may not have been given.
    private mutating func open() throws -> [Segment] {
        var segments: [Segment] = []
        var present: Set<String> = []
        for spool in try FileManager.default.contentsOfDirectory(atPath: root) where !spool.hasPrefix(".") {
            for name in (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(spool)")) ?? [] {
                let parts = name.split(separator: ".")
                guard parts.count == 2, parts[1] == "open" || parts[1] == "segment", Int(parts[0]) != nil else { continue }
                let key = "\(spool)/\(parts[0])"
                present.insert(key)
                if !finished.contains(key), let segment = open(key, isClosed: parts[1] == "segment") { segments.append(segment) }
            }
        }
        offsets = offsets.filter { present.contains($0.key) }
        finished.formIntersection(present)
        return segments.sorted { $0.seed < $1.seed }
    }

    /// One that was open when the folder was listed may be closed by now; one that was closed may be gone.
    private func open(_ key: String, isClosed: Bool) -> Segment? {
        let descriptor = Foundation.open("\(root)/\(key).\(isClosed ? "segment" : "open")", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return isClosed || errno != ENOENT ? nil : open(key, isClosed: true) }
        guard let seed = Self.seed(descriptor) else {
            _ = close(descriptor)
            return nil
        }
        return Segment(key: key, descriptor: descriptor, isClosed: isClosed, seed: seed)
    }

    private static func seed(_ descriptor: Int32) -> UInt64? {
        FileBytes.read(descriptor, from: 0, most: SegmentHead.bytes)?.withUnsafeBytes { SegmentHead($0)?.seed }
    }

    private mutating func read(_ segment: Segment, _ take: (SpoolLine) throws -> Void) throws {
        let start = offsets[segment.key] ?? SegmentHead.bytes
        // Zeroes where the next frame would start: there is none, and the rest of the file need not be read.
        let length = FileBytes.read(segment.descriptor, from: start, most: 4) ?? []
        guard segment.isClosed || length.contains(where: { $0 != 0 }) else { return }
        let content = FileBytes.read(segment.descriptor, from: start) ?? []
        let end = try content.withUnsafeBytes { content in
            var scanner = FrameScanner(seed: segment.seed, position: 0)
            var position = start
            while let (kind, record) = scanner.next(in: content) {
                try take(try SpoolSegment.line(kind, record, at: position))
                position = start + scanner.position
            }
            return scanner.position
        }
        offsets[segment.key] = start + end
        guard segment.isClosed else { return }
        finished.insert(segment.key)
        // A file that was written anew meanwhile is no torn one.
        if Self.seed(segment.descriptor) == segment.seed { unreadableBytes += content.count - end }
    }
}
