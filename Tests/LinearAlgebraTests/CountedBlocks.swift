import LinearAlgebra
import Statistics

/// Blocks of generated rows around two points, counting how many of them the fit holds on to.
final class CountedBlocks {
    private struct Reference {
        weak var block: RowBlock?
    }

    private let rows: Int
    private let columns: Int
    private var references: [Reference] = []
    private(set) var mostLive = 0
    private(set) var loaded = 0
    private(set) var order: [Int] = []

    init(rows: Int, columns: Int) {
        self.rows = rows
        self.columns = columns
    }

    func blocks(_ count: Int) -> RowBlocks {
        RowBlocks(count: count) { self.block($0) }
    }

    private func block(_ index: Int) -> RowBlock {
        var generator = SeededGenerator.part(index, of: 9)
        var elements: [Double] = []
        elements.reserveCapacity(rows * columns)
        let labels = (0..<rows).map { $0 % 2 }
        for label in labels {
            for _ in 0..<columns { elements.append(Double(4 * label - 2) + 2 * generator.uniform()) }
        }
        let block = RowBlock(features: Matrix(rows: rows, columns: columns, elements: elements), labels: labels)
        references.removeAll { $0.block == nil }
        references.append(Reference(block: block))
        mostLive = max(mostLive, references.count)
        loaded += rows
        order.append(index)
        return block
    }
}
