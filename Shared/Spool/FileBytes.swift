import Foundation

/// Reads files with one copy.
enum FileBytes {
    /// Bytes of a file; 0 when there is none.
    static func size(_ path: String) -> Int {
        var facts = stat()
        return stat(path, &facts) == 0 ? Int(facts.st_size) : 0
    }

    /// A file's content, at most so much of it; nil when it cannot be read.
    static func read(_ path: String, most: Int = .max) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { _ = close(descriptor) }
        return read(descriptor, from: 0, most: most)
    }

    /// An open file's content from a byte on, at most so much of it; nil when it cannot be read.
    static func read(_ descriptor: Int32, from offset: Int, most: Int = .max) -> [UInt8]? {
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { return nil }
        let length = min(most, max(0, Int(facts.st_size) - offset))
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
            while count < length {
                let read = pread(descriptor, buffer.baseAddress?.advanced(by: count), length - count, off_t(offset + count))
                guard read != 0 else { return }
                if read > 0 {
                    count += read
                } else if errno != EINTR {
                    failed = true
                    return
                }
            }
        }
        return failed ? nil : bytes
    }
}
