extension CapabilityManifest {
    /// Largest values of the serving section.
    enum ServingBounds {
        static let rows = 65_536
        static let delayMicroseconds = 1_000_000
        static let threads = 256
        static let queue = 100_000
        static let logBytes = 1 << 20
        static let cacheBytes = 1 << 34
    }

    var servingFaults: [FieldFault] {
        guard let serving else { return [] }
        var faults: [FieldFault] = []
        func bound(_ value: Int?, in range: ClosedRange<Int>, _ field: String) {
            guard let value, !range.contains(value) else { return }
            faults.append(
                FieldFault("serving.\(field)", expected: "a whole number from \(range.lowerBound) to \(range.upperBound)"))
        }
        bound(serving.batching?.maximumRows, in: 1...ServingBounds.rows, "batching.maximumRows")
        bound(
            serving.batching?.maximumDelayMicroseconds, in: 0...ServingBounds.delayMicroseconds, "batching.maximumDelayMicroseconds")
        bound(serving.threads, in: 1...ServingBounds.threads, "threads")
        bound(serving.queue, in: 1...ServingBounds.queue, "queue")
        bound(serving.log?.maximumBytes, in: 0...ServingBounds.logBytes, "log.maximumBytes")
        bound(serving.cacheBytes, in: 0...ServingBounds.cacheBytes, "cacheBytes")
        if let sizes = serving.batching?.preferredRows, let most = serving.batching?.maximumRows,
            sizes != sizes.sorted() || Set(sizes).count != sizes.count || sizes.contains(where: { !(1...max(1, most)).contains($0) })
        {
            faults.append(FieldFault("serving.batching.preferredRows", expected: "rising whole numbers from 1 to maximumRows"))
        }
        if let share = serving.log?.sample, !(0...1).contains(share) {
            faults.append(FieldFault("serving.log.sample", expected: "a number from 0 to 1"))
        }
        let inputs = Set(interface.inputs.map(\.name))
        for (index, name) in (serving.log?.redact ?? []).enumerated() where !inputs.contains(name) {
            faults.append(FieldFault("serving.log.redact[\(index)]", expected: "the name of an input of the interface"))
        }
        if let provider = serving.provider, !Names.isName(provider) {
            faults.append(FieldFault("serving.provider", expected: Names.expectation))
        }
        return faults
    }

    var indexFaults: [FieldFault] {
        var faults: [FieldFault] = []
        var seen = Set<String>()
        for (position, index) in (indexes ?? []).enumerated() {
            let at = "indexes[\(position)]"
            if !Names.isName(index.name) {
                faults.append(FieldFault("\(at).name", expected: Names.expectation))
            } else if !seen.insert(index.name).inserted {
                faults.append(FieldFault("\(at).name", expected: "a name that no other index has"))
            }
            if !Names.isName(index.dataset) { faults.append(FieldFault("\(at).dataset", expected: Names.expectation)) }
            if let alias = index.alias, !Names.isName(alias) { faults.append(FieldFault("\(at).alias", expected: Names.expectation)) }
            let output = interface.outputs.first { $0.name == index.output }
            if output?.datatype != "FP32" || output?.shape.count != 2 {
                faults.append(FieldFault("\(at).output", expected: "the name of an FP32 output of two dimensions"))
            }
        }
        return faults
    }
}
