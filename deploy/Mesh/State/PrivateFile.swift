import Contracts
import Cryptography
import Foundation

/// Files that only their owner reads, written in one piece.
enum PrivateFile {
    /// Why a file or folder cannot be used.
    struct Fault: Error, CustomStringConvertible {
        let description: String

        /// What the last system call said.
        static func last(_ what: String) -> Fault { Fault(description: "\(what): \(String(cString: strerror(errno)))") }
    }

    /// Makes a folder of the caller's own; one that belongs to somebody else is refused.
    static func makeFolder(_ path: String, mode: mode_t) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        var facts = stat()
        guard lstat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR, facts.st_uid == getuid() else {
            throw Fault(description: "\(path) is not a folder of the user who runs mesh")
        }
        guard chmod(path, mode) == 0 else { throw Fault.last("cannot change the mode of \(path)") }
    }

    /// Replaces a file: readers see the old contents or the new, never a part.
    static func write(_ contents: some Sequence<UInt8>, to path: String, mode: mode_t = 0o600) throws {
        let temporary = "\(path).\(hexadecimal(randomBytes(6)))"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw Fault.last("cannot write \(path)") }
        let isWritten = writeAll(Array(contents), to: descriptor)
        close(descriptor)
        guard isWritten, rename(temporary, path) == 0 else {
            unlink(temporary)
            throw Fault.last("cannot write \(path)")
        }
    }

    static func write(_ text: String, to path: String, mode: mode_t = 0o600) throws {
        try write(text.utf8, to: path, mode: mode)
    }

    static func write(json value: some Encodable, to path: String) throws {
        try write(WireJSON.encode(value), to: path)
    }

    /// The text of a file; nil when there is none.
    static func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The value that a file holds; nil when there is no such file or it holds something else.
    static func json<Value: Decodable>(_ type: Value.Type, at path: String) -> Value? {
        FileManager.default.contents(atPath: path).flatMap { try? WireJSON.decode(type, from: $0) }
    }

    /// Writes everything, over short writes; false on an error.
    static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var offset = 0
        while offset < bytes.count {
            let written = bytes[offset...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { return false }
            offset += written
        }
        return true
    }
}
