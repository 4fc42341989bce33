extension TestSpec {
    /// What is wrong with the test by itself; metrics and fields are checked where they are known.
    func faults(at path: String) -> [FieldFault] {
        guard let known = TestKind(rawValue: kind) else {
            return [FieldFault("\(path).kind", expected: "one of \(TestKind.allCases.map(\.rawValue).joined(separator: ", "))")]
        }
        let given = members
        let foreign = given.subtracting(known.required).subtracting(known.optional).sorted().map { member in
            FieldFault("\(path).\(member)", expected: "nothing, since a test of kind \(kind) does not have it")
        }
        let missing = known.required.subtracting(given).sorted().map { member in
            FieldFault("\(path).\(member)", expected: Self.expectations[member] ?? "a value")
        }
        return foreign + missing + boundFaults(at: path, of: known) + valueFaults(at: path) + partFaults(at: path)
    }

    /// Names of the members that are given, apart from those that every test may have.
    private var members: Set<String> {
        let all: [(String, Bool)] = [
            ("metric", metric != nil), ("atLeast", atLeast != nil), ("atMost", atMost != nil), ("class", `class` != nil), ("at", at != nil),
            ("against", against != nil), ("within", within != nil), ("groups", groups != nil),
            ("differenceAtMost", differenceAtMost != nil), ("errorAtMost", errorAtMost != nil), ("perturb", perturb != nil),
            ("agreementAtLeast", agreementAtLeast != nil), ("expect", expect != nil), ("shareAtLeast", shareAtLeast != nil),
            ("examples", examples != nil), ("percentile", percentile != nil), ("millisecondsAtMost", millisecondsAtMost != nil),
            ("rows", rows != nil), ("machine", machine != nil), ("megabytesAtMost", megabytesAtMost != nil), ("variant", variant != nil),
            ("tolerance", tolerance != nil), ("checks", checks != nil), ("representation", representation != nil),
            ("dataset", dataset != nil), ("kpi", kpi != nil),
        ]
        return Set(all.filter(\.1).map(\.0))
    }

    /// What each member should be.
    private static let expectations: [String: String] = [
        "metric": "the name of a metric, as accuracy",
        "against": "the name of an alias, as champion",
        "within": "a number, 0 or more",
        "groups": "the name of a context field, as context.source",
        "differenceAtMost": "a number, 0 or more",
        "errorAtMost": "a number, 0 or more",
        "perturb": "exactly one of scale, shift, noise, change, replace",
        "agreementAtLeast": "a share from 0 to 1",
        "expect": "output and direction",
        "shareAtLeast": "a share from 0 to 1",
        "examples": "at least one row with a name",
        "millisecondsAtMost": "a number above 0",
        "megabytesAtMost": "a number above 0",
        "dataset": "the name of a dataset with preferences",
        "atLeast": "a number",
        "kpi": "the name of a KPI",
    ]

    private func boundFaults(at path: String, of kind: TestKind) -> [FieldFault] {
        guard kind == .metric, (atLeast == nil) == (atMost == nil) else { return [] }
        return [FieldFault(path, expected: "either atLeast or atMost")]
    }

    private func valueFaults(at path: String) -> [FieldFault] {
        let least: [(String, Double?)] = [("within", within), ("differenceAtMost", differenceAtMost), ("errorAtMost", errorAtMost)]
        let shares = [("agreementAtLeast", agreementAtLeast), ("shareAtLeast", shareAtLeast)]
        let sizes = [("millisecondsAtMost", millisecondsAtMost), ("megabytesAtMost", megabytesAtMost)]
        var wrong = least.filter { $0.1.map { $0 < 0 } ?? false }.map(\.0)
        wrong += shares.filter { $0.1.map { !(0...1).contains($0) } ?? false }.map(\.0)
        wrong += sizes.filter { $0.1.map { $0 <= 0 } ?? false }.map(\.0)
        if let against, !Names.isName(against) { wrong.append("against") }
        if let dataset, !Names.isName(dataset) { wrong.append("dataset") }
        if let groups, !groups.hasPrefix("context.") { wrong.append("groups") }
        var faults = wrong.map { FieldFault("\(path).\($0)", expected: Self.expectations[$0] ?? "a value") }
        if let at, !(1...10_000).contains(at) { faults.append(FieldFault("\(path).at", expected: "a whole number from 1 to 10000")) }
        if let rows, !(1...4_096).contains(rows) { faults.append(FieldFault("\(path).rows", expected: "a whole number from 1 to 4096")) }
        if let percentile, !(percentile > 0 && percentile < 100) {
            faults.append(FieldFault("\(path).percentile", expected: "a number between 0 and 100"))
        }
        if let tolerance, tolerance < 0 { faults.append(FieldFault("\(path).tolerance", expected: "a number that is not negative")) }
        return faults
    }

    private func partFaults(at path: String) -> [FieldFault] {
        var faults: [FieldFault] = []
        if let perturb, !perturb.isSound { faults.append(FieldFault("\(path).perturb", expected: Self.expectations["perturb"] ?? "")) }
        if let examples, examples.isEmpty || examples.contains(where: { $0.name.isEmpty }) {
            faults.append(FieldFault("\(path).examples", expected: Self.expectations["examples"] ?? ""))
        }
        for (index, example) in (examples ?? []).enumerated() where (example.row == nil) == (example.input == nil) {
            faults.append(FieldFault("\(path).examples[\(index)]", expected: "either the id of a row or an input"))
        }
        for (index, example) in (examples ?? []).enumerated() where example.input != nil && example.label == nil {
            faults.append(FieldFault("\(path).examples[\(index)].label", expected: "the right answer"))
        }
        if let checks, checks.isEmpty || !Set(checks).isSubset(of: ["needs", "leakage", "representation"]) {
            faults.append(FieldFault("\(path).checks", expected: "some of needs, leakage, representation"))
        }
        for (field, shares) in representation ?? [:]
        where shares.isEmpty || shares.values.contains(where: { $0 <= 0 }) || abs(shares.values.reduce(0, +) - 1) > 1e-6 {
            faults.append(FieldFault("\(path).representation.\(field)", expected: "shares above 0 that add up to 1"))
        }
        return faults
    }
}

extension Perturbation {
    /// Exactly one way to change the row, and that one says something.
    var isSound: Bool {
        let ways = [scale?.isEmpty, shift?.isEmpty, noise.map { $0 <= 0 }, change?.isEmpty, replace?.isEmpty].compactMap(\.self)
        return ways == [false]
    }
}
