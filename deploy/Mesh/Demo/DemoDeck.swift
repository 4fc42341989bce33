import Statistics

/// Scans in a random order, dealt one after the other; a new round begins when all were dealt.
struct DemoDeck: Sendable {
    private let scans: [DemoScan]
    private var order: [Int] = []
    private var generator: SeededGenerator

    init(_ scans: [DemoScan], seed: UInt64) {
        self.scans = scans
        generator = SeededGenerator(seed: seed)
    }

    mutating func deal(_ count: Int) -> [DemoScan] {
        (0..<count).map { _ in
            if order.isEmpty {
                order = Array(scans.indices)
                generator.shuffle(&order)
            }
            return scans[order.removeLast()]
        }
    }
}
