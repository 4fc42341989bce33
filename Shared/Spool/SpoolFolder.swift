import Cryptography
import Foundation
import Synchronization

/// The folder of one spool under the service's spool folder, held by a lock (flock) for as long as its owner lives.
///
/// A closed segment is `<number>.segment`, the one that is written to `<number>.open`, a file that waits to be written anew
/// `<number>.spare`. One that the monitor refused is kept for a while in
/// the folder `.refused` of all spools, where it takes no room from what is still to be sent.
final class SpoolFolder: Sendable {
    /// The spool's id, and the folder's name.
    let id: String
    let path: String
    private let lock: Mutex<Int32?>

    private init(id: String, path: String, lock: Int32) {
        self.id = id
        self.path = path
        self.lock = Mutex(lock)
    }

    deinit { release() }

    /// Makes a folder of a new id. It gets its name once it is locked, so that nobody takes it for a dead one's.
    static func make(under root: String) throws -> SpoolFolder {
        let id = hexadecimal(randomBytes(8))
        try FileManager.default.createDirectory(atPath: root + "/." + id, withIntermediateDirectories: true)
        guard let lock = try take(root + "/." + id) else { throw SpoolFault("lock of a new spool") }
        guard rename(root + "/." + id, root + "/" + id) == 0 else {
            _ = close(lock)
            throw SpoolFault("rename of a new spool")
        }
        return SpoolFolder(id: id, path: root + "/" + id, lock: lock)
    }

    /// Takes over the folders whose owners are dead.
    static func adopt(under root: String) throws -> [SpoolFolder] {
        try FileManager.default.contentsOfDirectory(atPath: root).sorted().compactMap { name in
            guard !name.hasPrefix("."), let lock = try take(root + "/" + name) else { return nil }
            return SpoolFolder(id: name, path: root + "/" + name, lock: lock)
        }
    }

    /// The descriptor of a lock that is held now; nil when another process (or spool) holds it, or it is gone.
    private static func take(_ folder: String) throws -> Int32? {
        let descriptor = open(folder + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw SpoolFault("open \(folder)/lock")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            _ = close(descriptor)
            return nil
        }
        return descriptor
    }

    /// Counts of losses that no segment holds yet, in the form of a segment.
    var losses: String { path + "/losses" }

    func file(_ number: Int, _ state: String) -> String { path + "/\(number).\(state)" }

    /// Numbers of the files in a state, in order.
    func numbers(_ state: String) -> [Int] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.compactMap { name in
            let parts = name.split(separator: ".")
            return parts.count == 2 && parts[1] == state ? Int(parts[0]) : nil
        }.sorted()
    }

    /// Bytes of all its segments.
    var size: Int { Self.size(of: path) }

    /// Bytes of a file, or of the files in a folder.
    private static func size(of path: String) -> Int {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            return ((try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int) ?? 0
        }
        return names.reduce(0) { $0 + size(of: path + "/" + $1) }
    }

    /// Most bytes of refused segments of all spools under a root.
    static let refusedBytes = 64 << 20

    /// Puts a segment that will never be taken where people can look at it, as long as there is room for such.
    func putAside(_ number: Int) {
        let aside = URL(filePath: path).deletingLastPathComponent().appending(path: ".refused").path
        try? FileManager.default.createDirectory(atPath: aside, withIntermediateDirectories: true)
        let name = file(number, "segment")
        let isRoom = Self.size(of: aside) + Self.size(of: name) <= Self.refusedBytes
        if !isRoom || rename(name, aside + "/\(id)-\(number)") != 0 { unlink(name) }
    }

    /// Closes what a dead owner left open, without the frame that its death tore.
    func closeLeftOvers() throws {
        for number in numbers("spare") { unlink(file(number, "spare")) }
        for number in numbers("open") {
            let name = file(number, "open")
            guard let content = FileBytes.read(name) else { continue }
            let sound = SpoolSegment.soundLength(content)
            if sound <= SegmentHead.bytes {
                try FileManager.default.removeItem(atPath: name)
                continue
            }
            guard truncate(name, off_t(sound)) == 0 else { throw SpoolFault("truncate \(name)") }
            guard rename(name, file(number, "segment")) == 0 else { throw SpoolFault("rename \(name)") }
        }
        guard FileManager.default.fileExists(atPath: losses) else { return }
        // A number that the dead owner cannot have used: it counted from 1.
        guard rename(losses, file(Int(Int32.max), "segment")) == 0 else { throw SpoolFault("rename \(losses)") }
    }

    /// Removes an adopted folder that has nothing left in it.
    func removeIfEmpty() -> Bool {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        guard names.allSatisfy({ $0 == "lock" }) else { return false }
        try? FileManager.default.removeItem(atPath: path)
        release()
        return true
    }

    private func release() {
        lock.withLock { descriptor in
            if let open = descriptor { _ = close(open) }
            descriptor = nil
        }
    }
}
