import Contracts

extension LabelRequest {
    /// Most rows that one request may ask for.
    static let most = 10_000

    /// What is wrong with the request, every fault at once. `slices` are the names that the manifest declares.
    func faults(slices: [String]) -> [FieldFault] {
        var faults: [FieldFault] = []
        if !(1...Self.most).contains(count) { faults.append(FieldFault("count", expected: "a whole number from 1 to \(Self.most)")) }
        if method == .alarm { faults.append(FieldFault("method", expected: "all, random, slice or uncertainty")) }
        if method == .slice {
            if !slices.contains(slice ?? "") {
                faults.append(FieldFault("slice", expected: "the name of a declared slice: \(slices.joined(separator: ", "))"))
            }
        } else if slice != nil {
            faults.append(FieldFault("slice", expected: "nothing, unless method is slice"))
        }
        let isBiased = [.slice, .uncertainty].contains(method)
        if let split, split != Split.train.rawValue, isBiased || split != Split.test.rawValue {
            faults.append(FieldFault("split", expected: isBiased ? "train: a row chosen this way is no random sample" : "train or test"))
        }
        if let version, !(1...Int(Int32.max)).contains(version) {
            faults.append(FieldFault("version", expected: "the number of a model version"))
        }
        return faults + reasonFaults(reason)
    }
}

/// A reason is a short text for people.
func reasonFaults(_ reason: String) -> [FieldFault] {
    (1...200).contains(reason.utf8.count) ? [] : [FieldFault("reason", expected: "a text of 1 to 200 bytes")]
}
