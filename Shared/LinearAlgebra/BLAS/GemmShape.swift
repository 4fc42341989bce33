/// The shape of a matrix product: op(a) is m x k, op(b) is k x n; the flags say which operand is stored transposed.
public struct GemmShape: Sendable, Equatable {
    public let m: Int
    public let n: Int
    public let k: Int
    public let transposesA: Bool
    public let transposesB: Bool

    public init(m: Int, n: Int, k: Int, transposesA: Bool = false, transposesB: Bool = false) {
        self.m = m
        self.n = n
        self.k = k
        self.transposesA = transposesA
        self.transposesB = transposesB
    }

    /// The stored row lengths, at least 1 as the library demands.
    var strideA: Int32 { Int32(max(1, transposesA ? m : k)) }
    var strideB: Int32 { Int32(max(1, transposesB ? k : n)) }
    var strideC: Int32 { Int32(max(1, n)) }
}
