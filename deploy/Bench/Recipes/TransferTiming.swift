import LinearAlgebra

/// A head on a hundred embeddings of 512 numbers, its penalty chosen among seven by five folds.
enum TransferTiming {
    static func line() throws -> String {
        var generator = SplitMix64(state: 3)
        let labels = (0..<100).map { $0 % 10 }
        let elements = labels.flatMap { label in
            (0..<512).map { Double.random(in: -1..<1, using: &generator) + ($0 % 10 == label ? 0.5 : 0) }
        }
        let embeddings = Matrix(rows: 100, columns: 512, elements: elements)
        let clock = ContinuousClock()
        var seconds: [Double] = []
        for _ in 0..<5 {
            seconds.append(
                try clock.measure { _ = try TransferHead.fit(embeddings: embeddings, labels: labels, classes: 10) } / .seconds(1))
        }
        return "transfer head on 100 embeddings of 512: \(SoftmaxComparison.text(seconds.sorted()[2])) s, median of 5"
    }
}
