/// Rows of a file as tensors, taken one slice after the other.
///
/// Rows that are plain lists of numbers are read straight from the file; from the first slice on that is not, the table engine reads.
public struct RowFeed {
    private var direct: ParquetTensors?
    private var first: Int
    private var slices: AsyncThrowingStream<RowSlice, any Error>.Iterator?
    private let read: (Int) -> AsyncThrowingStream<RowSlice, any Error>

    /// - Parameters:
    ///   - first: number of the first row.
    ///   - read: reads the rows from a number on.
    init(_ direct: ParquetTensors?, from first: Int, read: @escaping (Int) -> AsyncThrowingStream<RowSlice, any Error>) {
        self.direct = direct
        self.first = first
        self.read = read
    }

    /// Whether the rows so far were read straight from the file.
    public var isDirect: Bool { direct != nil }

    /// The next rows; nil after the last. Throws ``TableError``.
    public mutating func next() async throws -> RowSlice? {
        if let direct {
            do {
                return try direct.next()
            } catch {
                first = direct.row
                self.direct = nil
            }
        }
        if slices == nil { slices = read(first).makeAsyncIterator() }
        return try await slices?.next()
    }
}
