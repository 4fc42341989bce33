import Contracts
import Foundation
import Metrics
import Synchronization

/// Takes records of the prediction path into local segment files, from where ``SpoolShipper`` sends them to the monitor.
///
/// A record is in the page cache before `append` returns: it survives the death of the process, not of the power. Nothing here waits for
/// the network or a database. A full spool (or disk) drops records and counts them; the counts travel with the next segment.
public final class Spool: Sendable {
    private struct OpenSegment {
        let number: Int
        let descriptor: Int32
        let since: ContinuousClock.Instant
        var bytes: Int
    }

    private struct State {
        var segment: OpenSegment?
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

    deinit {
        state.withLock { state in
            if let segment = state.segment { _ = close(segment.descriptor) }
        }
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
    public func append(_ line: SpoolLine, countedFor key: SpoolLoss.Key) -> Bool {
        let frame = SpoolSegment.frame(line)
        let taken = state.withLock { state in
            guard frame.count <= min(limits.recordBytes, limits.capacity - state.used), openSegment(&state), write(frame, &state) else {
                note(1, lossesOf: key, &state)
                return false
            }
            if (state.segment?.bytes ?? 0) >= limits.segmentBytes { closeSegment(&state) }
            return true
        }
        if !taken { dropped.increment() }
        return taken
    }

    /// Closes the open segment when it is old enough (or whatever its age), and writes counted losses once there is room again.
    func rotate(evenYoung: Bool = false) {
        state.withLock { state in
            // Half empty: a spool that stays full must not make a file of losses at every look.
            if state.segment == nil, !state.losses.isEmpty, evenYoung || state.used <= limits.capacity / 2 { _ = openSegment(&state) }
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

    /// Makes sure that a segment is open; a new one starts with the losses counted so far.
    private func openSegment(_ state: inout State) -> Bool {
        guard state.segment == nil else { return true }
        let name = folder.file(state.next, "open")
        let descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return false }
        state.segment = OpenSegment(number: state.next, descriptor: descriptor, since: .now, bytes: 0)
        guard write(Self.segment(of: state.losses), &state) else {
            _ = close(descriptor)
            unlink(name)
            state.segment = nil
            return false
        }
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

    /// One write; what a full disk took of it is cut off again.
    private func write(_ bytes: [UInt8], _ state: inout State) -> Bool {
        guard let segment = state.segment else { return false }
        let written = Foundation.write(segment.descriptor, bytes, bytes.count)
        guard written == bytes.count else {
            // Without the cut, later records would stand behind a torn one: the segment ends here.
            if written > 0, ftruncate(segment.descriptor, off_t(segment.bytes)) != 0 { closeSegment(&state) }
            return false
        }
        state.segment?.bytes += written
        state.used += written
        return true
    }

    private func closeSegment(_ state: inout State) {
        guard let segment = state.segment else { return }
        _ = close(segment.descriptor)
        _ = rename(folder.file(segment.number, "open"), folder.file(segment.number, "segment"))
        state.segment = nil
    }
}
