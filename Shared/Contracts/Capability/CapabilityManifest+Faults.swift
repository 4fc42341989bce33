extension CapabilityManifest {
    /// What is wrong with the manifest, every fault at once; empty when it is sound. Predicates are checked by the Slices module.
    public func faults(name expected: String) -> [FieldFault] {
        var faults: [FieldFault] = []
        func expect(_ holds: Bool, _ field: String, _ expectation: String) {
            if !holds { faults.append(FieldFault(field, expected: expectation)) }
        }
        expect(apiVersion == "mlmesh/v1", "apiVersion", "mlmesh/v1")
        expect(kind == "Capability", "kind", "Capability")
        expect(metadata.name == expected, "metadata.name", "the name in the path, \(expected)")
        expect(Names.isName(metadata.name), "metadata.name", Names.expectation)
        expect(Names.isName(metadata.team), "metadata.team", Names.expectation)
        for (index, caller) in (access?.callers ?? []).enumerated() {
            expect(Names.isName(caller), "access.callers[\(index)]", Names.expectation)
        }
        if let rate = access?.requestsPerMinute { expect(rate > 0, "access.requestsPerMinute", "a whole number above 0") }
        if let labels = training?.retrain?.newLabels { expect(labels > 0, "training.retrain.newLabels", "a whole number above 0") }
        for (index, alias) in (protected ?? []).enumerated() {
            expect(Names.isName(alias), "protected[\(index)]", Names.expectation)
        }
        faults += interface.faults
        faults += sliceFaults + dataFaults + labelingFaults + testFaults + rolloutFaults + monitoringFaults + servingFaults + indexFaults
        return faults
    }

    private var sliceNames: Set<String> { Set((slices ?? []).map(\.name)) }

    private var sliceFaults: [FieldFault] {
        var seen = Set<String>()
        return (slices ?? []).enumerated().compactMap { index, slice in
            if !Names.isName(slice.name) { return FieldFault("slices[\(index)].name", expected: Names.expectation) }
            return seen.insert(slice.name).inserted ? nil : FieldFault("slices[\(index)].name", expected: "a name that no other slice has")
        }
    }

    private var dataFaults: [FieldFault] {
        var faults: [FieldFault] = []
        if !Names.isName(data.dataset) { faults.append(FieldFault("data.dataset", expected: Names.expectation)) }
        if data.split.by != "hash" { faults.append(FieldFault("data.split.by", expected: "hash")) }
        let shares = [data.split.train, data.split.validation, data.split.test]
        if shares.contains(where: { !(0...1).contains($0) }) || abs(shares.reduce(0, +) - 1) > 1e-9 {
            faults.append(FieldFault("data.split", expected: "train, validation and test between 0 and 1 that add up to 1"))
        }
        for (index, need) in (data.needs ?? []).enumerated() {
            if !sliceNames.contains(need.slice) {
                faults.append(FieldFault("data.needs[\(index)].slice", expected: "the name of a declared slice"))
            }
            if need.atLeast < 1 { faults.append(FieldFault("data.needs[\(index)].atLeast", expected: "a whole number above 0")) }
        }
        return faults
    }

    private var labelingFaults: [FieldFault] {
        guard let labeling else { return [] }
        var faults: [FieldFault] = []
        if !(1...20).contains(labeling.overlap) { faults.append(FieldFault("labeling.overlap", expected: "a whole number from 1 to 20")) }
        for (name, share) in [("gold", labeling.gold), ("agreement", labeling.agreement)] {
            if let share, !(0...1).contains(share) {
                faults.append(FieldFault("labeling.\(name)", expected: "a number from 0 to 1"))
            }
        }
        if let choices = labeling.choices, choices.count < 2 || Set(choices).count != choices.count {
            faults.append(FieldFault("labeling.choices", expected: "at least two different answers"))
        }
        if let sampling = labeling.sampling, sampling.random < 0.1 || abs(sampling.random + sampling.uncertainty - 1) > 1e-9 {
            faults.append(FieldFault("labeling.sampling", expected: "shares that add up to 1 with random at least 0.1"))
        }
        return faults
    }

    private var testFaults: [FieldFault] {
        var faults: [FieldFault] = []
        var seen = Set<String>()
        for (index, test) in (tests ?? []).enumerated() {
            let at = "tests[\(index)]"
            if test.name.isEmpty || !seen.insert(test.name).inserted {
                faults.append(FieldFault("\(at).name", expected: "a name that no other test has"))
            }
            if let slice = test.slice, !sliceNames.contains(slice) {
                faults.append(FieldFault("\(at).slice", expected: "the name of a declared slice"))
            }
            faults += test.faults(at: at)
        }
        return faults
    }

    private var rolloutFaults: [FieldFault] {
        guard let rollout else { return [] }
        let shares = rollout.stages.compactMap(\.doubleValue)
        let words = Set(rollout.stages.compactMap(\.stringValue))
        var faults: [FieldFault] = []
        if !words.isSubset(of: ["shadow", "champion"]) || words.count + shares.count != rollout.stages.count
            || shares != shares.sorted() || shares.contains(where: { $0 <= 0 || $0 >= 1 })
        {
            faults.append(FieldFault("rollout.stages", expected: "shadow, rising shares between 0 and 1, champion"))
        }
        if rollout.kpi.isEmpty { faults.append(FieldFault("rollout.kpi", expected: "the name of a KPI")) }
        if rollout.unit.isEmpty { faults.append(FieldFault("rollout.unit", expected: "the name of a request parameter")) }
        return faults
    }

    private var monitoringFaults: [FieldFault] {
        var faults: [FieldFault] = []
        if let drift = monitoring?.drift {
            if drift.psiAtMost <= 0 { faults.append(FieldFault("monitoring.drift.psiAtMost", expected: "a number above 0")) }
            if let window = drift.window, window < 20 {
                faults.append(FieldFault("monitoring.drift.window", expected: "a whole number of rows, at least 20"))
            }
        }
        for (index, alert) in (monitoring?.alerts ?? []).enumerated() {
            if alert.slice != "*", !sliceNames.contains(alert.slice) {
                faults.append(FieldFault("monitoring.alerts[\(index)].slice", expected: "* or the name of a declared slice"))
            }
            if let action = alert.then, action != "label" {
                faults.append(FieldFault("monitoring.alerts[\(index)].then", expected: "label"))
            }
        }
        return faults
    }
}

extension Interface {
    static let datatypes: Set<String> = [
        "BOOL", "UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32", "INT64", "FP16", "FP32", "FP64", "BYTES",
    ]

    /// Most tensors on one side, and most context fields.
    static let mostFields = 64

    var faults: [FieldFault] {
        var faults: [FieldFault] = []
        for (side, fields) in [("inputs", inputs), ("outputs", outputs)] {
            if fields.isEmpty { faults.append(FieldFault("interface.\(side)", expected: "at least one tensor")) }
            if fields.count > Self.mostFields { faults.append(FieldFault("interface.\(side)", expected: "at most 64 fields")) }
            if Set(fields.map(\.name)).count != fields.count {
                faults.append(FieldFault("interface.\(side)", expected: "names that differ from each other"))
            }
            for (index, field) in fields.enumerated() { faults += field.faults(at: "interface.\(side)[\(index)]") }
        }
        if (context ?? []).count > Self.mostFields { faults.append(FieldFault("interface.context", expected: "at most 64 fields")) }
        for (index, field) in (context ?? []).enumerated() {
            if !Names.isFieldName(field.name) {
                faults.append(FieldFault("interface.context[\(index)].name", expected: Names.fieldExpectation))
            }
            if !Self.datatypes.contains(field.datatype) {
                faults.append(
                    FieldFault("interface.context[\(index)].datatype", expected: "a datatype of the Open Inference Protocol, as BYTES"))
            }
        }
        return faults
    }
}

extension Interface.Field {
    /// Largest size of one dimension.
    static let largestSize = 1 << 20
    static let mostDimensions = 8

    func faults(at path: String) -> [FieldFault] {
        var faults: [FieldFault] = []
        if !Names.isFieldName(name) { faults.append(FieldFault("\(path).name", expected: Names.fieldExpectation)) }
        if !Interface.datatypes.contains(datatype) {
            faults.append(FieldFault("\(path).datatype", expected: "a datatype of the Open Inference Protocol, as FP32"))
        }
        if shape.first != -1 || shape.dropFirst().contains(where: { $0 < -1 || $0 == 0 }) {
            faults.append(FieldFault("\(path).shape", expected: "-1 for the batch, then sizes above 0 or -1"))
        } else if shape.count > Self.mostDimensions || shape.contains(where: { $0 > Self.largestSize }) || fixedElements == nil {
            let expected = "at most 8 sizes, each up to 1048576, of which a row has at most 16777216 elements"
            faults.append(FieldFault("\(path).shape", expected: expected))
        }
        return faults
    }
}
