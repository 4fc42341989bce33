import Foundation

/// A file operation of the spool that failed.
public struct SpoolFault: Error, CustomStringConvertible {
    public let operation: String
    public let code: Int32

    init(_ operation: String) {
        self.operation = operation
        code = errno
    }

    public var description: String { "\(operation): \(String(cString: strerror(code)))" }
}
