/// How often each (label, first prediction, second prediction) occurs, for resampling two classifiers together.
struct PairedCells {
    let classes: Int
    let counts: [Int]
    /// The place of each cell in the matrices of the first and of the second model.
    private let places: [(first: Int, second: Int)]

    init(_ first: ScoredRows, _ second: ScoredRows) {
        classes = first.classes
        var byCell: [Int: Int] = [:]
        for row in first.labels.indices {
            byCell[(first.labels[row] * first.classes + first.predictions[row]) * first.classes + second.predictions[row], default: 0] += 1
        }
        let cells = byCell.keys.sorted()
        let width = first.classes
        counts = cells.map { byCell[$0] ?? 0 }
        places = cells.map { ($0 / width, $0 / (width * width) * width + $0 % width) }
    }

    func matrices(_ counts: [Int]) -> (first: ConfusionMatrix, second: ConfusionMatrix) {
        var first = [Int](repeating: 0, count: classes * classes)
        var second = first
        for cell in counts.indices {
            first[places[cell].first] += counts[cell]
            second[places[cell].second] += counts[cell]
        }
        return (ConfusionMatrix(classes: classes, counts: first), ConfusionMatrix(classes: classes, counts: second))
    }
}
