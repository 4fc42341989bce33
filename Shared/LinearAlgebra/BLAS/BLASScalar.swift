/// A number type that OpenBLAS computes with.
///
/// Shapes are those of the operands after the transposition that is asked for; all matrices are row-major and contiguous.
public protocol BLASScalar: BinaryFloatingPoint, Sendable, Codable {
    /// c = alpha * op(a) * op(b) + beta * c, with op(a) m x k, op(b) k x n, c m x n.
    static func gemm(
        _ shape: GemmShape, alpha: Self, _ a: UnsafePointer<Self>, _ b: UnsafePointer<Self>, beta: Self, _ c: UnsafeMutablePointer<Self>)
    /// y = alpha * op(a) * x + beta * y, where `a` is stored as rows x columns.
    static func gemv(
        rows: Int, columns: Int, transposed: Bool, alpha: Self, _ a: UnsafePointer<Self>, _ x: UnsafePointer<Self>, beta: Self,
        _ y: UnsafeMutablePointer<Self>)
    /// y = alpha * x + y.
    static func axpy(_ count: Int, alpha: Self, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)
    /// The sum of products.
    static func dot(_ count: Int, _ x: UnsafePointer<Self>, _ y: UnsafePointer<Self>) -> Self
}
