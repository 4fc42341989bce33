/// XXH64 of Y. Collet (xxHash fast digest algorithm, specification 0.1.1): not against forgers, but as fast as memory is read.
enum XXHash64 {
    private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
    private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
    private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
    private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
    private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

    static func hash(_ bytes: UnsafeRawBufferPointer, seed: UInt64 = 0) -> UInt64 {
        var position = 0
        var hash = bytes.count < 32 ? seed &+ prime5 : stripes(bytes, seed, &position)
        hash &+= UInt64(bytes.count)
        while position &+ 8 <= bytes.count {
            let lane = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            hash = rotate(hash ^ round(0, lane), 27) &* prime1 &+ prime4
            position &+= 8
        }
        if position &+ 4 <= bytes.count {
            let lane = UInt64(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self)))
            hash = rotate(hash ^ lane &* prime1, 23) &* prime2 &+ prime3
            position &+= 4
        }
        while position < bytes.count {
            hash = rotate(hash ^ UInt64(bytes[position]) &* prime5, 11) &* prime1
            position &+= 1
        }
        return avalanche(hash)
    }

    /// Spreads each bit of a number over all of them; no two numbers give the same.
    static func avalanche(_ number: UInt64) -> UInt64 {
        var hash = (number ^ number &>> 33) &* prime2
        hash = (hash ^ hash &>> 29) &* prime3
        return hash ^ hash &>> 32
    }

    /// Takes in all whole stripes of 32 bytes.
    private static func stripes(_ bytes: UnsafeRawBufferPointer, _ seed: UInt64, _ position: inout Int) -> UInt64 {
        var (a, b, c, d) = (seed &+ prime1 &+ prime2, seed &+ prime2, seed, seed &- prime1)
        repeat {
            a = round(a, UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)))
            b = round(b, UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position &+ 8, as: UInt64.self)))
            c = round(c, UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position &+ 16, as: UInt64.self)))
            d = round(d, UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position &+ 24, as: UInt64.self)))
            position &+= 32
        } while position &+ 32 <= bytes.count
        let hash = rotate(a, 1) &+ rotate(b, 7) &+ rotate(c, 12) &+ rotate(d, 18)
        return merge(merge(merge(merge(hash, a), b), c), d)
    }

    @inline(__always)
    private static func rotate(_ value: UInt64, _ bits: UInt64) -> UInt64 { value &<< bits | value &>> (64 &- bits) }

    @inline(__always)
    private static func round(_ sum: UInt64, _ lane: UInt64) -> UInt64 { rotate(sum &+ lane &* prime2, 31) &* prime1 }

    @inline(__always)
    private static func merge(_ hash: UInt64, _ sum: UInt64) -> UInt64 { (hash ^ round(0, sum)) &* prime1 &+ prime4 }
}
