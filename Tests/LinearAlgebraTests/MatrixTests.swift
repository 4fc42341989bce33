import LinearAlgebra
import Testing

@Suite("Matrices")
struct MatrixTests {
    private func random<Scalar: BLASScalar>(_ rows: Int, _ columns: Int, seed: Int) -> Matrix<Scalar> {
        Matrix(rows: rows, columns: columns, elements: Fixture.numbers(rows * columns, seed: seed).map { Scalar($0 - 0.5) })
    }

    private func plainProduct(_ a: Matrix<Double>, _ b: Matrix<Double>) -> [Double] {
        (0..<a.rows).flatMap { row in
            (0..<b.columns).map { column in (0..<a.columns).reduce(0) { $0 + a[row, $1] * b[$1, column] } }
        }
    }

    @Test("products agree with the definition, transposed or not", arguments: [false, true], [false, true])
    func products(transposesFirst: Bool, transposesSecond: Bool) {
        let a: Matrix<Double> = random(3, 5, seed: 3)
        let b: Matrix<Double> = random(5, 4, seed: 4)

        let product = (transposesFirst ? a.transposed : a).multiplied(
            by: transposesSecond ? b.transposed : b, transposingSelf: transposesFirst, transposingOther: transposesSecond)

        #expect(product.rows == 3 && product.columns == 4)
        #expect(largestDifference(product.elements, plainProduct(a, b)) < 1e-14)
    }

    @Test("single precision computes the same to its accuracy")
    func singlePrecision() {
        let a: Matrix<Float> = random(6, 7, seed: 5)
        let b: Matrix<Float> = random(7, 2, seed: 6)
        let exact = Matrix<Double>(rows: 6, columns: 7, elements: a.elements.map(Double.init))
            .multiplied(by: Matrix(rows: 7, columns: 2, elements: b.elements.map(Double.init)))

        #expect(largestDifference(a.multiplied(by: b).elements.map(Double.init), exact.elements) < 1e-6)
    }

    @Test("a matrix times a vector is its product with a column", arguments: [false, true])
    func vector(transposes: Bool) {
        let a: Matrix<Double> = random(4, 6, seed: 8)
        let x = Fixture.numbers(transposes ? 4 : 6, seed: 9)
        let column = Matrix(rows: x.count, columns: 1, elements: x)

        let product = a.multiplied(by: x, transposingSelf: transposes)

        #expect(largestDifference(product, plainProduct(transposes ? a.transposed : a, column)) < 1e-14)
    }

    @Test("empty products are zero")
    func empty() {
        let product = Matrix<Double>(rows: 2, columns: 0).multiplied(by: Matrix(rows: 0, columns: 3))

        #expect(product == Matrix(rows: 2, columns: 3))
        #expect(Matrix<Double>(rows: 0, columns: 2).multiplied(by: [1, 2]).isEmpty)
    }

    @Test("rows are picked in the order asked for and the largest column is found")
    func rows() {
        let matrix = Matrix<Double>(rows: 3, columns: 2, elements: [1, 2, 4, 3, 5, 5])

        #expect(matrix.picking([2, 0]).elements == [5, 5, 1, 2])
        #expect(matrix.largestColumns == [1, 0, 0])
    }

    @Test("the library tells its version, kernel and threads")
    func record() {
        BLAS.setThreads(1)

        #expect(BLAS.threads == 1)
        #expect(BLAS.record.version.split(separator: ".").count >= 2)
        #expect(!BLAS.record.kernel.isEmpty && BLAS.record.threads == 1)
    }
}
