import Contracts

extension SearchPlan {
    static let mostRanges = 12
    static let mostValues = 100

    /// What is wrong with a search before any recipe is asked.
    static func faults(_ asked: NewSearch) -> [FieldFault] {
        var faults: [FieldFault] = []
        func expect(_ isFine: Bool, _ field: String, _ expected: String) {
            if !isFine { faults.append(FieldFault(field, expected: expected)) }
        }
        expect((1...mostRanges).contains(asked.space.count), "space", "1 to \(mostRanges) parameters")
        for (name, range) in asked.space.sorted(by: { $0.key < $1.key }) {
            if let expected = range.fault(isGrid: asked.strategy == .grid) { expect(false, "space.\(name.prefix(64))", expected) }
            expect(asked.parameters?[name] == nil, "parameters.\(name.prefix(64))", "no value beside the one in space")
        }
        expect((1...mostTrials).contains(asked.trials ?? 1), "trials", "a whole number from 1 to \(mostTrials)")
        expect((1...64).contains(asked.parallel ?? 1), "parallel", "a whole number from 1 to 64")
        expect((1...mostTrials).contains(asked.patience ?? 1), "patience", "a whole number from 1 to \(mostTrials)")
        expect(QueueRules.priorities.contains(asked.priority ?? 0), "priority", "a whole number from -100 to 100")
        expect((1...Int(Int32.max)).contains(asked.dataset ?? 1), "dataset", "the number of a dataset version")
        if asked.strategy == .grid, faults.isEmpty {
            let count = asked.space.values.reduce(1) { min($0 * $1.gridValues.count, 1_000_000) }
            expect(asked.trials != nil || count <= mostTrials, "space", "a grid of at most \(mostTrials) combinations, not \(count)")
        }
        return faults + halvingFaults(asked)
    }

    private static func halvingFaults(_ asked: NewSearch) -> [FieldFault] {
        guard asked.strategy == .asha else {
            return asked.halving == nil
                ? [] : [FieldFault("halving", expected: "nothing, since the strategy is \(asked.strategy.rawValue)")]
        }
        guard let halving = asked.halving else { return [FieldFault("halving", expected: "resource, minimum and maximum")] }
        var faults: [FieldFault] = []
        if halving.minimum < 1 || halving.maximum <= halving.minimum || halving.maximum > 1_000_000 {
            faults.append(FieldFault("halving.maximum", expected: "more than the minimum, which is at least 1, and at most 1000000"))
        }
        if !(2...10).contains(halving.factor ?? 3) { faults.append(FieldFault("halving.factor", expected: "a whole number from 2 to 10")) }
        if asked.space[halving.resource] != nil {
            faults.append(FieldFault("space.\(halving.resource.prefix(64))", expected: "another parameter than the resource of halving"))
        }
        return faults
    }
}
