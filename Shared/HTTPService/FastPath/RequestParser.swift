import Foundation
import NIOCore

/// Cuts the bytes of a connection into requests: a value that is given bytes and gives parts, in order.
///
/// After a fault it is of no more use.
struct RequestParser {
    enum Part {
        case head(RequestHead)
        case body(ByteBuffer)
        case end
    }

    private enum State {
        case head
        /// Bytes of the body that are still to come.
        case body(left: Int)
        case chunkLine
        case chunk(left: Int)
        case chunkEnd
        case trailers(count: Int)
        /// The client said that it sends nothing more.
        case last
    }

    /// Longest head, longest trailers.
    static let mostHeadBytes = 80 * 1_024
    /// A size in hexadecimal digits and extensions that nobody uses.
    static let mostChunkLineBytes = 1_024

    private var state = State.head
    /// Bytes of the present head that hold no end of it.
    private var searched = 0
    /// The present request asks for the end of the connection.
    private var isLast = false
    private var fields: [RequestHead.Field] = []

    /// Takes the next part out of the bytes; nil when it is not all there.
    mutating func next(_ input: inout ByteBuffer) throws(RequestFault) -> Part? {
        while true {
            switch state {
            case .head: return try head(&input).map { .head($0) }
            case .last: return nil
            case .body(left: 0):
                state = isLast ? .last : .head
                return .end
            case .body(let left):
                guard let piece = Self.piece(&input, left) else { return nil }
                state = .body(left: left - piece.readableBytes)
                return .body(piece)
            case .chunkLine:
                guard let line = try Self.line(&input, most: Self.mostChunkLineBytes) else { return nil }
                let size = try Self.chunkSize(line)
                state = size == 0 ? .trailers(count: 0) : .chunk(left: size)
            case .chunk(let left):
                guard let piece = Self.piece(&input, left) else { return nil }
                state = left == piece.readableBytes ? .chunkEnd : .chunk(left: left - piece.readableBytes)
                return .body(piece)
            case .chunkEnd:
                guard let line = try Self.line(&input, most: 2) else { return nil }
                guard line.readableBytes == 0 else { throw .malformed }
                state = .chunkLine
            case .trailers(let count):
                guard let line = try Self.line(&input, most: Self.mostHeadBytes - count) else { return nil }
                guard line.readableBytes > 0 else {
                    state = isLast ? .last : .head
                    return .end
                }
                guard line.withUnsafeReadableBytes(HeadScanner.isTrailer) else { throw .malformed }
                state = .trailers(count: count + line.readableBytes + 2)
            }
        }
    }

    private mutating func head(_ input: inout ByteBuffer) throws(RequestFault) -> RequestHead? {
        // Empty lines before a request are none of its (RFC 9112 section 2.2).
        while searched == 0, input.readableBytes >= 2, input.getInteger(at: input.readerIndex, as: UInt16.self) == 0x0D0A {
            input.moveReaderIndex(forwardBy: 2)
        }
        if input.readableBytes == 1, input.getInteger(at: input.readerIndex, as: UInt8.self) == 13 { return nil }
        guard let length = try headLength(input) else { return nil }
        guard let slice = input.readSlice(length: length) else { return nil }
        input.moveReaderIndex(forwardBy: 2)
        searched = 0
        var fields = exchange(&self.fields, with: [])
        let result = slice.withUnsafeReadableBytes { bytes in
            Result { () throws(RequestFault) in
                var scanner = HeadScanner(bytes)
                return try scanner.scan(slice, fields: &fields)
            }
        }
        self.fields = fields
        let head = try result.get()
        isLast = head.asksToClose
        switch head.framing {
        case .length(let length): state = .body(left: length)
        case .chunked: state = .chunkLine
        }
        return head
    }

    /// The length of the head without its empty line; nil when that has not come yet. What will never be a head is told at once: nobody
    /// waits for the rest of it.
    private mutating func headLength(_ input: ByteBuffer) throws(RequestFault) -> Int? {
        let result: Result<Int?, RequestFault> = input.withUnsafeReadableBytes { [searched] bytes in
            guard let base = bytes.baseAddress, bytes.count > 0 else { return .success(nil) }
            guard HeadScanner.isToken(bytes[0]) else { return .failure(.malformed) }
            var place = searched
            while place < bytes.count, let found = memchr(base + place, 10, bytes.count - place) {
                place = base.distance(to: UnsafeRawPointer(found))
                guard place > 0, bytes[place - 1] == 13 else { return .failure(.malformed) }
                if place > 2, bytes[place - 2] == 10 {
                    return place - 1 > Self.mostHeadBytes ? .failure(.headerOverflow) : .success(place - 1)
                }
                place += 1
            }
            return bytes.count <= Self.mostHeadBytes ? .success(nil) : .failure(.headerOverflow)
        }
        let length = try result.get()
        searched = input.readableBytes
        return length
    }

    private static func piece(_ input: inout ByteBuffer, _ left: Int) -> ByteBuffer? {
        let count = min(left, input.readableBytes)
        return count > 0 ? input.readSlice(length: count) : nil
    }

    /// A line without its CRLF; nil when its end has not come yet. `most` counts the CRLF for lines that must be empty.
    private static func line(_ input: inout ByteBuffer, most: Int) throws(RequestFault) -> ByteBuffer? {
        let view = input.readableBytesView
        guard let end = view.firstIndex(of: 10) else {
            guard input.readableBytes < max(most, 2) else { throw .malformed }
            return nil
        }
        let length = end - view.startIndex - 1
        guard length >= 0, length < max(most, 1), view[end - 1] == 13 else { throw .malformed }
        let line = input.readSlice(length: length)
        input.moveReaderIndex(forwardBy: 2)
        return line
    }

    /// The hexadecimal size at the start of a chunk's line. Extensions (RFC 9112 section 7.1.1) mean nothing to us, but they must be some:
    /// a reader that passed over anything here could be told another end of the line than the next one.
    private static func chunkSize(_ line: ByteBuffer) throws(RequestFault) -> Int {
        let parts = line.readableBytesView.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
        guard let digits = parts.first, (1...15).contains(digits.count), parts.dropFirst().allSatisfy(isExtension) else { throw .malformed }
        var size = 0
        for byte in digits {
            guard let digit = nibble(byte) else { throw .malformed }
            size = size << 4 | digit
        }
        return size
    }

    /// `name` or `name=value`, both of token characters.
    private static func isExtension(_ text: ByteBufferView) -> Bool {
        let words = text.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
        return words.allSatisfy { !$0.isEmpty && $0.allSatisfy(HeadScanner.isToken) }
    }

    private static func nibble(_ byte: UInt8) -> Int? {
        switch byte {
        case 48...57: Int(byte) - 48
        case 65...70: Int(byte) - 55
        case 97...102: Int(byte) - 87
        default: nil
        }
    }
}
