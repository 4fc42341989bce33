import CZlib

/// One run of zlib's inflate over a whole body.
struct Inflation: ~Copyable {
    private let stream: UnsafeMutablePointer<z_stream>
    private let coding: ContentCoding

    init(_ coding: ContentCoding) {
        self.coding = coding
        // On the heap: zlib keeps a pointer back to it.
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        czlib_inflate_init(stream, coding.windowBits)
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// The decompressed bytes; stops at the first one above the limit. A gzip body may have several members (RFC 1952 section 2.2).
    func decode(_ bytes: UnsafeRawBufferPointer, limit: Int) throws(CompressionFault) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(min(limit, bytes.count * 4))
        // zlib counts input in 32 bits.
        var rest = bytes[...]
        repeat {
            let piece = rest.prefix(1 << 30)
            let isLast = piece.count == rest.count
            let used = try take(UnsafeRawBufferPointer(rebasing: piece), isLast: isLast, limit: limit, into: &output)
            rest = rest.dropFirst(used)
        } while !rest.isEmpty
        return output
    }

    /// Takes a piece of the input and says how much of it was used.
    private func take(
        _ piece: UnsafeRawBufferPointer, isLast: Bool, limit: Int, into output: inout [UInt8]
    ) throws(CompressionFault) -> Int {
        stream.pointee.next_in = UnsafeMutablePointer(mutating: piece.bindMemory(to: UInt8.self).baseAddress)
        stream.pointee.avail_in = UInt32(piece.count)
        while true {
            let status = produce(limit: limit, into: &output)
            guard output.count <= limit else { throw .tooLarge(limit: limit) }
            switch status {
            case Z_OK: continue
            case Z_STREAM_END:
                guard stream.pointee.avail_in > 0 else { return piece.count }
                guard coding == .gzip, stream.pointee.next_in[0] == 0x1F else { throw .trailing }
                inflateReset(stream)
            case Z_BUF_ERROR where !isLast: return piece.count - Int(stream.pointee.avail_in)
            case Z_BUF_ERROR: throw .truncated
            default: throw .damaged(coding)
            }
        }
    }

    /// Inflates into free room of the output: never more of it than the limit and one byte.
    private func produce(limit: Int, into output: inout [UInt8]) -> Int32 {
        withUnsafeTemporaryAllocation(byteCount: Self.step, alignment: 1) { scratch in
            let room = min(scratch.count, limit + 1 - output.count)
            stream.pointee.next_out = scratch.baseAddress?.assumingMemoryBound(to: UInt8.self)
            stream.pointee.avail_out = UInt32(room)
            let status = inflate(stream, Z_NO_FLUSH)
            output.append(contentsOf: scratch.prefix(room - Int(stream.pointee.avail_out)))
            return status
        }
    }

    /// Fits in the second-level cache.
    private static let step = 64 * 1_024
}
