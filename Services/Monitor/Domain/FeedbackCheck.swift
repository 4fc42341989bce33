import Contracts

/// What feedback may look like.
enum FeedbackCheck {
    /// Most events in one request.
    static let mostEvents = 10_000
    /// Largest size of a value: one without a bound would decide every mean.
    static let largestValue = 1e9

    /// What is wrong with a batch, at most twenty faults.
    static func faults(_ batch: FeedbackBatch) -> [FieldFault] {
        guard (1...mostEvents).contains(batch.events.count) else { return [FieldFault("events", expected: "1 to \(mostEvents) events")] }
        return Array(batch.events.enumerated().lazy.flatMap { faults($1, at: "events[\($0)]") }.prefix(20))
    }

    private static func faults(_ event: Feedback, at place: String) -> [FieldFault] {
        var faults: [FieldFault] = []
        if !(1...255).contains(event.id.utf8.count) { faults.append(FieldFault("\(place).id", expected: "a text of 1 to 255 bytes")) }
        if let source = event.source, !(1...255).contains(source.utf8.count) {
            faults.append(FieldFault("\(place).source", expected: "a text of 1 to 255 bytes"))
        }
        if let row = event.row, !(0..<Int(Int32.max)).contains(row) {
            faults.append(FieldFault("\(place).row", expected: "a position from 0"))
        }
        if event.label == nil, event.values?.isEmpty ?? true {
            faults.append(FieldFault("\(place).label", expected: "a label, or values beside it: feedback says at least one of them"))
        }
        if case .array? = event.label { faults.append(FieldFault("\(place).label", expected: "a number, a text or a truth value")) }
        if case .object? = event.label { faults.append(FieldFault("\(place).label", expected: "a number, a text or a truth value")) }
        return faults + valueFaults(event.values ?? [:], at: place)
    }

    private static func valueFaults(_ values: [String: Double], at place: String) -> [FieldFault] {
        if values.count > 50 { return [FieldFault("\(place).values", expected: "at most 50 values")] }
        return values.keys.sorted().compactMap { name in
            if !(1...100).contains(name.utf8.count) { return FieldFault("\(place).values", expected: "names of 1 to 100 bytes") }
            let isUsable = values[name].map { abs($0) <= largestValue } ?? false
            return isUsable ? nil : FieldFault("\(place).values.\(name)", expected: "a number from -1000000000 to 1000000000")
        }
    }
}
