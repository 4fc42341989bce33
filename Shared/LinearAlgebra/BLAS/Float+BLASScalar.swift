import COpenBLAS

extension Float: BLASScalar {
    public static func gemm(
        _ shape: GemmShape, alpha: Float, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, beta: Float,
        _ c: UnsafeMutablePointer<Float>
    ) {
        cblas_sgemm(
            CblasRowMajor, shape.transposesA ? CblasTrans : CblasNoTrans, shape.transposesB ? CblasTrans : CblasNoTrans,
            Int32(shape.m), Int32(shape.n), Int32(shape.k), alpha, a, shape.strideA, b, shape.strideB, beta, c, shape.strideC)
    }

    public static func gemv(
        rows: Int, columns: Int, transposed: Bool, alpha: Float, _ a: UnsafePointer<Float>, _ x: UnsafePointer<Float>, beta: Float,
        _ y: UnsafeMutablePointer<Float>
    ) {
        cblas_sgemv(
            CblasRowMajor, transposed ? CblasTrans : CblasNoTrans, Int32(rows), Int32(columns), alpha, a, Int32(max(1, columns)),
            x, 1, beta, y, 1)
    }

    public static func axpy(_ count: Int, alpha: Float, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
        cblas_saxpy(Int32(count), alpha, x, 1, y, 1)
    }

    public static func dot(_ count: Int, _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>) -> Float {
        cblas_sdot(Int32(count), x, 1, y, 1)
    }
}
