import Foundation

/// An exclusive lock on a file; it ends with the process that holds it.
final class FileLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock; nil when somebody holds it.
    init?(_ path: String) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return nil }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Whether somebody holds the lock.
    static func isHeld(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: path) && FileLock(path) == nil
    }
}
