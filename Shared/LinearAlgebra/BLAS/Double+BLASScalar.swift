import COpenBLAS

extension Double: BLASScalar {
    public static func gemm(
        _ shape: GemmShape, alpha: Double, _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, beta: Double,
        _ c: UnsafeMutablePointer<Double>
    ) {
        cblas_dgemm(
            CblasRowMajor, shape.transposesA ? CblasTrans : CblasNoTrans, shape.transposesB ? CblasTrans : CblasNoTrans,
            Int32(shape.m), Int32(shape.n), Int32(shape.k), alpha, a, shape.strideA, b, shape.strideB, beta, c, shape.strideC)
    }

    public static func gemv(
        rows: Int, columns: Int, transposed: Bool, alpha: Double, _ a: UnsafePointer<Double>, _ x: UnsafePointer<Double>, beta: Double,
        _ y: UnsafeMutablePointer<Double>
    ) {
        cblas_dgemv(
            CblasRowMajor, transposed ? CblasTrans : CblasNoTrans, Int32(rows), Int32(columns), alpha, a, Int32(max(1, columns)),
            x, 1, beta, y, 1)
    }

    public static func axpy(_ count: Int, alpha: Double, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>) {
        cblas_daxpy(Int32(count), alpha, x, 1, y, 1)
    }

    public static func dot(_ count: Int, _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>) -> Double {
        cblas_ddot(Int32(count), x, 1, y, 1)
    }
}
