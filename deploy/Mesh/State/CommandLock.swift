import Foundation

/// Keeps two `mesh up` or `mesh down` of one state folder apart.
struct CommandLock {
    private let lock: FileLock

    static func take(_ layout: MeshLayout) throws -> CommandLock {
        guard let lock = FileLock(layout.commandLock) else {
            throw CommandFault("another mesh up or mesh down is at work in \(layout.state)")
        }
        return CommandLock(lock: lock)
    }

    /// The lock ends with its last reference; asking for the end keeps it until then.
    func release() { withExtendedLifetime(lock) {} }
}
