import Contracts

/// What may be asked of a run of device variants.
enum VariantWish {
    /// The version's own model is one of them: measured and judged like the others, it is what a device gets when none of those passes.
    static let precisions = ["fp32", "fp16", "int8-w", "int8-dyn", "int8-qdq"]

    /// The version's number or alias. Throws faults of the fields `capability`, `version`, `alias` and `dataset`.
    static func reference(_ asked: NewVariants) throws(FieldFault) -> String {
        guard Names.isName(asked.capability) else { throw FieldFault("capability", expected: Names.expectation) }
        guard asked.dataset.map((1...Int(Int32.max)).contains) ?? true else {
            throw FieldFault("dataset", expected: "the number of a dataset version")
        }
        switch (asked.version, asked.alias) {
        case (let version?, nil):
            guard (1...Int(Int32.max)).contains(version) else { throw FieldFault("version", expected: "the number of a version") }
            return String(version)
        case (nil, let alias?):
            guard Names.isName(alias) else { throw FieldFault("alias", expected: Names.expectation) }
            return alias
        default: throw FieldFault("version", expected: "exactly one of version and alias")
        }
    }

    /// The precisions to be made, in the order of this list. Throws a fault of the field `precisions`.
    static func precisions(_ asked: NewVariants) throws(FieldFault) -> [String] {
        guard let wanted = asked.precisions else { return precisions }
        guard !wanted.isEmpty, wanted.allSatisfy(precisions.contains) else {
            throw FieldFault("precisions", expected: "some of \(precisions.joined(separator: ", "))")
        }
        return precisions.filter(wanted.contains)
    }
}
