import Contracts
import Foundation
import Metrics
import Synchronization

/// Takes records of the prediction path into local segment files, from where ``SpoolShipper`` sends them to the monitor, or where they stay
/// until they are the oldest (``SpoolRetention``).
///
/// A record is in the page cache before `append` returns: it survives the death of the process, not of the power. Nothing here waits for
/// the network or a database. A full spool (or disk) drops records and counts them; the counts travel with the next segment.
public final class Spool: Sendable {
    private struct State {
        var segment: SegmentFile?
        var next = 1
        /// The seed of the segment that was opened last.
        var seed: UInt64 = 0
        /// Bytes on disk, adopted segments included.
        var used: Int
        /// What stays; empty where segments are shipped.
        var kept: SegmentRing
        var spares: SpareFiles
        var losses: [SpoolLoss.Key: Int] = [:]
        /// Records lost since the last segment was opened.
        var lost = 0
    }

    /// The spool's id: with a segment's number it names a segment for ever.
    public var id: String { folder.id }
    public let limits: SpoolLimits
    public let retention: SpoolRetention
    let root: String
    let folder: SpoolFolder
    private let adoptedAtStart: Mutex<[SpoolFolder]>
    private let state: Mutex<State>
    private let dropped = Counter(label: "mesh_spool_dropped_records_total")

    /// Makes a spool of a new id in the service's spool folder, and adopts what dead instances left there.
    public init(folder root: String, limits: SpoolLimits = SpoolLimits(), retention: SpoolRetention = .untilShipped) throws {
        self.root = root
        self.limits = limits
        self.retention = retention
        folder = try SpoolFolder.make(under: root)
        let adopted = try SpoolFolder.adopt(under: root)
        for folder in adopted { try folder.closeLeftOvers() }
        let kept = retention == .newest ? Self.segments(of: adopted) : []
        state = Mutex(
            State(
                used: adopted.reduce(0) { $0 + $1.size }, kept: SegmentRing(kept),
                spares: SpareFiles(folder, segmentBytes: limits.segmentBytes)))
        adoptedAtStart = Mutex(retention == .newest ? [] : adopted)
    }

    /// The segments that dead instances left, in the order in which they were written. Folders with none are removed.
    private static func segments(of adopted: [SpoolFolder]) -> [ClosedSegment] {
        let segments = adopted.flatMap { folder in
            folder.numbers("segment").map { number in
                let name = folder.file(number, "segment")
                let seed = FileBytes.read(name, most: SegmentHead.bytes)?.withUnsafeBytes { SegmentHead($0)?.seed } ?? 0
                return (seed: seed, segment: ClosedSegment(folder: folder, number: number, bytes: FileBytes.size(name), used: nil))
            }
        }
        for folder in adopted { _ = folder.removeIfEmpty() }
        return segments.sorted { $0.seed < $1.seed }.map(\.segment)
    }

    /// Bytes on disk now.
    public var bytes: Int { state.withLock { $0.used } }

    /// Records a prediction; false when it was dropped.
    @discardableResult
    public func append(_ record: PredictionRecord) -> Bool {
        append(
            SpoolLine(kind: .prediction, json: RecordJSON.bytes(record)),
            countedFor: SpoolLoss.Key(kind: .prediction, experiment: record.experiment))
    }

    /// Records an exposure; false when it was dropped.
    @discardableResult
    public func append(_ record: ExposureRecord) -> Bool {
        append(
            SpoolLine(kind: .exposure, json: RecordJSON.bytes(record)),
            countedFor: SpoolLoss.Key(kind: .exposure, experiment: record.experiment, phase: record.phase))
    }

    /// Records a line that is encoded already; false when it was dropped, which is then counted under the key.
    @discardableResult
    public func append(_ line: SpoolLine, countedFor key: @autoclosure () -> SpoolLoss.Key) -> Bool {
        line.json.withUnsafeBytes { append(line.kind, $0, countedFor: key()) }
    }

    /// Records one line of JSON, which may hold elements of tensors (``RecordedTensor``); false when it was dropped, which is then counted
    /// under the key.
    @discardableResult
    public func append(_ kind: SpoolKind, _ json: UnsafeRawBufferPointer, countedFor key: @autoclosure () -> SpoolLoss.Key) -> Bool {
        let head = FrameHead(kind.rawValue, json)
        let record = json.bytes
        let taken = state.withLock { append(head, record, &$0) }
        if !taken {
            let key = key()
            state.withLock { note(1, lossesOf: key, &$0) }
            dropped.increment()
        }
        return taken
    }

    private func append(_ head: FrameHead, _ record: RawSpan, _ state: inout State) -> Bool {
        let length = FrameHead.length(record.byteCount)
        let room = retention == .newest ? limits.recordBytes : min(limits.recordBytes, limits.capacity - state.used)
        guard length <= room, openSegment(&state, for: length), let segment = state.segment, segment.append(head, record) else {
            return false
        }
        state.used += length
        if segment.bytes >= limits.segmentBytes { closeSegment(&state) }
        return true
    }

    /// Closes the open segment when it is old enough (or whatever its age), and writes counted losses once there is room again.
    func rotate(evenYoung: Bool = false) {
        state.withLock { state in
            // Half empty: a spool that stays full must not make a file of losses at every look.
            if state.segment == nil, !state.losses.isEmpty, evenYoung || state.used <= limits.capacity / 2 {
                _ = openSegment(&state, for: 0)
            }
            guard let segment = state.segment, evenYoung || segment.since.duration(to: .now) >= limits.segmentAge else { return }
            closeSegment(&state)
        }
    }

    /// The folders of dead instances: those adopted at the start once, and later ones.
    func adoptions() throws -> [SpoolFolder] {
        let first = adoptedAtStart.withLock { adopted in
            defer { adopted = [] }
            return adopted
        }
        let later = try SpoolFolder.adopt(under: root)
        for folder in later { try folder.closeLeftOvers() }
        state.withLock { $0.used += later.reduce(0) { $0 + $1.size } }
        return first + later
    }

    /// Counts the records of a segment that nobody will ever take.
    func noteLosses(of segment: [UInt8]) {
        let lines = (try? SpoolSegment.lines(segment)) ?? []
        state.withLock { state in
            for line in lines {
                if line.kind == .loss, let loss = try? line.decode(SpoolLoss.self) {
                    note(loss.count, lossesOf: loss.key, &state)
                } else {
                    note(1, lossesOf: line.lossKey, &state)
                }
            }
        }
    }

    /// Takes a segment out that was shipped.
    func release(_ segment: ClosedSegment) {
        state.withLock { state in
            state.spares.retire(segment)
            state.used = max(0, state.used - segment.bytes)
        }
    }

    /// Notes that bytes were moved out of the spool.
    func released(_ bytes: Int) { state.withLock { $0.used = max(0, $0.used - bytes) } }

    /// Makes sure that a segment with room for a frame is open; a new one starts with the losses counted so far.
    private func openSegment(_ state: inout State, for frame: Int) -> Bool {
        if let segment = state.segment {
            if segment.left >= frame { return true }
            closeSegment(&state)
        }
        let losses = Self.lines(of: state.losses)
        let room = losses.reduce(SegmentHead.bytes + frame) { $0 + FrameHead.length($1.json.count) }
        guard let segment = newFile(&state, max(limits.segmentBytes, room)) else { return false }
        for line in losses {
            let isWritten = line.json.withUnsafeBytes { segment.append(FrameHead(line.kind.rawValue, $0), $0.bytes) }
            guard isWritten else { return false }
        }
        state.segment = segment
        state.used += segment.bytes
        state.next += 1
        if state.lost > 0 { unlink(folder.losses) }
        state.losses = [:]
        state.lost = 0
        return true
    }

    /// A file for a new segment, in place of the oldest one where that has to go.
    private func newFile(_ state: inout State, _ capacity: Int) -> SegmentFile? {
        let surplus = state.used + capacity - limits.capacity
        if retention == .newest, surplus > 0 {
            for segment in state.kept.drop(surplus) {
                state.spares.retire(segment)
                state.used -= segment.bytes
                if segment.folder !== folder { _ = segment.folder.removeIfEmpty() }
            }
        }
        let name = folder.file(state.next, "open")
        let head = SegmentHead(after: state.seed)
        state.seed = head.seed
        while let spare = state.spares.take() {
            if let segment = SegmentFile(recycling: spare, as: name, number: state.next, head: head, capacity: capacity) { return segment }
        }
        return SegmentFile(name, number: state.next, head: head, capacity: capacity)
    }

    /// Counts a loss. The counts are put on disk whenever their sum doubles, so that a death of the process loses at most half of them.
    private func note(_ count: Int, lossesOf key: SpoolLoss.Key, _ state: inout State) {
        let before = state.lost
        state.losses[key, default: 0] += count
        state.lost += count
        // A power of two was reached or passed.
        guard before.leadingZeroBitCount != state.lost.leadingZeroBitCount else { return }
        try? Data(SpoolSegment.bytes(Self.lines(of: state.losses))).write(to: URL(filePath: folder.losses), options: .atomic)
    }

    private static func lines(of losses: [SpoolLoss.Key: Int]) -> [SpoolLine] {
        losses.compactMap { try? SpoolLine(SpoolLoss(key: $0, count: $1), kind: .loss) }
    }

    /// Ends the open segment. One that cannot be cut to its length stays what it is: it is adopted, and cut, after the end of the process.
    private func closeSegment(_ state: inout State) {
        guard let segment = state.segment else { return }
        state.segment = nil
        let closed = ClosedSegment(folder: folder, number: segment.number, bytes: segment.bytes, used: .now)
        guard segment.finish(), rename(folder.file(segment.number, "open"), closed.file) == 0 else { return }
        if retention == .newest { state.kept.add(closed) }
    }
}
