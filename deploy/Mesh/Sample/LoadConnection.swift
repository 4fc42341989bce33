import Foundation

/// One HTTP/1.1 connection of this machine that is kept open and sends the same request again and again, blocking its thread: little work
/// beside what is measured.
package struct LoadConnection: ~Copyable {
    /// Why there was no answer.
    package struct Fault: Error, CustomStringConvertible {
        package let description: String
    }

    private let descriptor: Int32
    private var buffer = [UInt8](repeating: 0, count: 65_536)
    private var filled = 0

    package init(port: Int) throws {
        guard let descriptor = LoopbackSocket.connect(port: port, seconds: 10) else {
            throw Fault(description: "nobody listens on \(port)")
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// The bytes of a request with a JSON body.
    package static func request(_ method: String, _ path: String, headers: [(String, String)], body: [UInt8]) -> [UInt8] {
        var text = "\(method) \(path) HTTP/1.1\r\nHost: mesh\r\nContent-Length: \(body.count)\r\n"
        for (name, value) in headers { text += "\(name): \(value)\r\n" }
        return Array((text + "\r\n").utf8) + body
    }

    /// Sends a request and reads its whole answer.
    package mutating func exchange(_ request: [UInt8]) throws -> (status: Int, body: [UInt8]) {
        guard LoopbackSocket.send(request, over: descriptor) else { throw Fault(description: "the connection is closed") }
        filled = 0
        while true {
            if let end = endOfHead() {
                let head = String(decoding: buffer[..<end], as: UTF8.self).lowercased()
                guard let length = Self.length(head), let status = Int(head.dropFirst(9).prefix(3)) else {
                    throw Fault(description: "an answer without a length: \(head)")
                }
                while filled < end + 4 + length { try read() }
                return (status, Array(buffer[(end + 4)..<(end + 4 + length)]))
            }
            try read()
        }
    }

    private mutating func read() throws {
        if filled == buffer.count { buffer += [UInt8](repeating: 0, count: buffer.count) }
        let count = buffer[filled...].withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
        if count < 0, errno == EINTR { return }
        guard count > 0 else { throw Fault(description: "the answer broke off") }
        filled += count
    }

    /// Where the empty line begins that ends the head; nil while it has not come.
    private func endOfHead() -> Int? {
        let mark: [UInt8] = [13, 10, 13, 10]
        guard filled >= 4 else { return nil }
        return (0...(filled - 4)).first { buffer[$0] == 13 && buffer[$0..<($0 + 4)].elementsEqual(mark) }
    }

    private static func length(_ head: String) -> Int? {
        guard let start = head.range(of: "\r\ncontent-length:") else { return nil }
        return Int(head[start.upperBound...].prefix { !$0.isNewline }.trimmingCharacters(in: .whitespaces))
    }
}
