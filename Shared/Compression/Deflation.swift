import CZlib

/// One run of zlib's deflate over a whole body.
struct Deflation: ~Copyable {
    private let stream: UnsafeMutablePointer<z_stream>

    init(_ coding: ContentCoding, level: Int32) {
        // On the heap: zlib keeps a pointer back to it.
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        czlib_deflate_init(stream, level, coding.windowBits)
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// The compressed bytes.
    func encode(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count / 4 + 64)
        var rest = bytes[...]
        repeat {
            // zlib counts input in 32 bits.
            let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
            rest = rest.dropFirst(piece.count)
            stream.pointee.next_in = UnsafeMutablePointer(mutating: piece.bindMemory(to: UInt8.self).baseAddress)
            stream.pointee.avail_in = UInt32(piece.count)
            repeat { produce(isLast: rest.isEmpty, into: &output) } while stream.pointee.avail_out == 0
        } while !rest.isEmpty
        return output
    }

    private func produce(isLast: Bool, into output: inout [UInt8]) {
        withUnsafeTemporaryAllocation(byteCount: 64 * 1_024, alignment: 1) { scratch in
            stream.pointee.next_out = scratch.baseAddress?.assumingMemoryBound(to: UInt8.self)
            stream.pointee.avail_out = UInt32(scratch.count)
            _ = deflate(stream, isLast ? Z_FINISH : Z_NO_FLUSH)
            output.append(contentsOf: scratch.prefix(scratch.count - Int(stream.pointee.avail_out)))
        }
    }
}
