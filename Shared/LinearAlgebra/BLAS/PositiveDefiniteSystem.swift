import COpenBLAS

/// Solves symmetric positive definite systems by the library's Cholesky factorisation (LAPACK's dposv).
enum PositiveDefiniteSystem {
    /// Replaces `right` by the x with a x = right, and `a` (size x size, its lower triangle in row-major order is read) by its factor.
    ///
    /// False where the matrix is not positive definite; both arguments are spoilt then.
    static func solve(_ a: UnsafeMutablePointer<Double>, size: Int, right: UnsafeMutablePointer<Double>) -> Bool {
        // The matrix's order and both strides are one number, but the call takes each by its own address.
        var order = Int32(size)
        var strideA = order
        var strideB = order
        var columns: Int32 = 1
        var info: Int32 = 0
        // LAPACK is column-major: the lower triangle of row-major rows is its upper one.
        var triangle = CChar(UInt8(ascii: "U"))
        dposv_(&triangle, &order, &columns, a, &strideA, right, &strideB, &info)
        return info == 0
    }
}
