import Contracts
import Foundation

/// The file: header, blocks, directory, trailer. Numbers are little-endian, sections start at multiples of 64 bytes.
///
/// - Header, 64 bytes: magic, version, storage, metric, dimension, rows of a full block.
/// - Block: vectors, scales (int8 only), squared lengths; then the ids and the columns, each as 32-bit offsets followed by bytes.
/// - Floats, int8 only, behind the last block: the vectors of all rows in 32 bits, which a scan does not touch.
/// - Directory: names of the columns as a JSON array, where the floats start (0 without any; since version 2), then for each block its
///   rows and where its sections start.
/// - Trailer, 64 bytes: where the directory starts, number of blocks and rows, SHA-256 of everything before, magic.
enum SegmentFormat {
    static let magic = Array("MESHVEC\u{1}".utf8)
    static let version: UInt32 = 2
    /// Files of these versions can be read. In the first, int8 vectors have no floats beside them.
    static let readable: ClosedRange<UInt32> = 1...2
    static let headerSize = 64
    static let trailerSize = 64
    static let alignment = 64
    /// Rows of a block: at 384 numbers 1.5 MB, which stays in a processor's cache between scoring and picking.
    static let blockRows = 1024

    static func code(_ storage: IndexSpec.Storage) -> UInt32 { storage == .float32 ? 0 : 1 }
    static func storage(_ code: UInt32) -> IndexSpec.Storage? { [0: .float32, 1: .int8][code] }

    static func code(_ metric: IndexSpec.Metric) -> UInt32 {
        switch metric {
        case .innerProduct: 0
        case .cosine: 1
        case .euclidean: 2
        }
    }

    static func metric(_ code: UInt32) -> IndexSpec.Metric? { [0: .innerProduct, 1: .cosine, 2: .euclidean][code] }

    static func padding(after count: Int) -> Int { (alignment - count % alignment) % alignment }
}

extension [UInt8] {
    mutating func append<T: FixedWidthInteger>(number: T) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }

    mutating func pad() { append(contentsOf: [UInt8](repeating: 0, count: SegmentFormat.padding(after: count))) }
}

extension Data {
    /// A number at a place that was checked to lie within.
    func number<T: FixedWidthInteger>(at place: Int, as type: T.Type) -> T {
        withUnsafeBytes { T(littleEndian: $0.loadUnaligned(fromByteOffset: place, as: type)) }
    }
}
