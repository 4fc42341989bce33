import Contracts
import Foundation
import Metrics
import Synchronization

/// Takes records of the prediction path into local segment files, from where ``SpoolShipper`` sends them to the monitor.
///
/// A record is in the page cache before `append` returns, by a copy into mapped memory: it survives the death of the process, not of the power. Nothing here waits for
/// the network or a database. A full spool (or disk) drops records and counts them; the counts travel with the next segment.
public final class Spool: Sendable {
    private struct State {
        var segment: SegmentFile?
        var next = 1
        /// Bytes on disk, adopted segments included.
        var used: Int
        var losses: [SpoolLoss.Key: Int] = [:]
        /// Records lost since the last segment was opened.
        var lost = 0
    }

    /// The spool's id: with a segment's number it names a segment for ever.
    public var id: String { folder.id }
    public let limits: SpoolLimits
    let root: String
    let folder: SpoolFolder
    private let adoptedAtStart: Mutex<[SpoolFolder]>
    private let state: Mutex<State>
    private let dropped = Counter(label: "mesh_spool_dropped_records_total")

    /// Makes a spool of a new id in the service's spool folder, and adopts what dead instances left there.
    public init(folder root: String, limits: SpoolLimits = SpoolLimits()) throws {
        self.root = root
        self.limits = limits
        folder = try SpoolFolder.make(under: root)
        let adopted = try SpoolFolder.adopt(under: root)
        for folder in adopted { try folder.closeLeftOvers() }
        state = Mutex(State(used: adopted.reduce(0) { $0 + $1.size }))
        adoptedAtStart = Mutex(adopted)
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

    /// Records one line of JSON; false when it was dropped, which is then counted under the key.
    @discardableResult
    public func append(_ kind: SpoolKind, _ json: UnsafeRawBufferPointer, countedFor key: @autoclosure () -> SpoolLoss.Key) -> Bool {
        let head = FrameHead(kind, json)
        let length = FrameHead.length(json.count)
        let json = json.bytes
        let taken = state.withLock { state in
            guard length <= min(limits.recordBytes, limits.capacity - state.used), openSegment(&state, for: length) else { return false }
            state.segment?.append(head, json)
            state.used += length
            if let segment = state.segment, segment.bytes >= limits.segmentBytes { closeSegment(&state) }
            return true
        }
        if !taken {
            let key = key()
            state.withLock { note(1, lossesOf: key, &$0) }
            dropped.increment()
        }
        return taken
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

    /// Notes that bytes were removed from disk.
    func released(_ bytes: Int) { state.withLock { $0.used = max(0, $0.used - bytes) } }

    /// Makes sure that a segment with room for a frame is open; a new one starts with the losses counted so far.
    private func openSegment(_ state: inout State, for frame: Int) -> Bool {
        if let segment = state.segment {
            if segment.left >= frame { return true }
            closeSegment(&state)
        }
        let losses = Self.segment(of: state.losses)
        let capacity = max(limits.segmentBytes, losses.count + frame)
        guard let segment = SegmentFile(folder.file(state.next, "open"), number: state.next, capacity: capacity) else { return false }
        losses.withUnsafeBytes { segment.append($0) }
        state.segment = segment
        state.used += losses.count
        state.next += 1
        if state.lost > 0 { unlink(folder.losses) }
        state.losses = [:]
        state.lost = 0
        return true
    }

    /// Counts a loss. The counts are put on disk whenever their sum doubles, so that a death of the process loses at most half of them.
    private func note(_ count: Int, lossesOf key: SpoolLoss.Key, _ state: inout State) {
        let before = state.lost
        state.losses[key, default: 0] += count
        state.lost += count
        // A power of two was reached or passed.
        guard before.leadingZeroBitCount != state.lost.leadingZeroBitCount else { return }
        try? Data(Self.segment(of: state.losses)).write(to: URL(filePath: folder.losses), options: .atomic)
    }

    private static func segment(of losses: [SpoolLoss.Key: Int]) -> [UInt8] {
        SpoolSegment.bytes(losses.compactMap { try? SpoolLine(SpoolLoss(key: $0, count: $1), kind: .loss) })
    }

    /// Ends the open segment. One that cannot be cut to its length stays what it is: it is adopted, and cut, after the end of the process.
    private func closeSegment(_ state: inout State) {
        guard let segment = state.segment else { return }
        state.segment = nil
        if segment.finish() { _ = rename(folder.file(segment.number, "open"), folder.file(segment.number, "segment")) }
    }
}
