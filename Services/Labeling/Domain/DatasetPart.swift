import Contracts

/// Which rows of a dataset a request may choose from, as the dataset service is asked for them.
struct DatasetPart: Sendable, Hashable {
    /// Numbers on one page, about.
    private static let pageElements = 200_000

    /// What a text counts for, which may be long.
    private static let textElements = 1_000

    var split: String?
    var isLabeled: Bool
    /// A slice that the dataset service can tell; nil where the model has to.
    var slice: String?

    var query: [(String, String)] {
        [("labeled", String(isLabeled))] + (split.map { [("split", $0)] } ?? []) + (slice.map { [("slice", $0)] } ?? [])
    }

    /// Rows on one page: many, save where rows are large.
    static func pageSize(of interface: Interface) -> Int {
        var elements = 1
        for field in interface.inputs {
            let size = field.shape.dropFirst().reduce(1) { min($0.multipliedReportingOverflow(by: max($1, 1)).partialValue, pageElements) }
            elements += min(max(size, 1) * (field.datatype == "BYTES" ? textElements : 1), pageElements)
        }
        return min(1_000, max(10, pageElements / elements))
    }
}
