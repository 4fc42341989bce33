/// An element of `order_by` in a search for logged models, which is an object where the other searches have a text.
public struct LoggedModelOrder: Sendable, Hashable {
    public let fieldName: String?
    public let ascending: Bool?
    public let datasetName: String?
    public let datasetDigest: String?

    /// An element with the members of the request as they came.
    public init(fieldName: String?, ascending: Bool? = nil, datasetName: String? = nil, datasetDigest: String? = nil) {
        self.fieldName = fieldName
        self.ascending = ascending
        self.datasetName = datasetName
        self.datasetDigest = datasetDigest
    }

    /// The term; throws `INVALID_PARAMETER_VALUE` for a field that logged models cannot be ordered by.
    func term() throws(MLflowError) -> OrderTerm {
        guard let fieldName else { throw .invalid("`field_name` in the `order_by` clause must be specified.") }
        guard datasetDigest == nil || datasetName != nil else {
            throw .invalid("`dataset_digest` can only be specified if `dataset_name` is also specified.")
        }
        let field = try field(fieldName)
        guard datasetName == nil || field.entity == .metric else {
            throw .invalid("`dataset_name` in the `order_by` clause was given for '\(fieldName)', expected a field metrics.<name>.")
        }
        return OrderTerm(
            field, ascending: ascending ?? true, dataset: datasetName.map { OrderTerm.Dataset(name: $0, digest: datasetDigest) })
    }

    /// `metrics.` and whatever follows it is a metric, bare and with any characters; the rest are attributes.
    private func field(_ name: String) throws(MLflowError) -> SearchField {
        if name.hasPrefix("metrics."), name.utf8.count > "metrics.".utf8.count {
            return SearchField(.metric, String(name.dropFirst("metrics.".count)))
        }
        let vocabulary = SearchVocabulary.of(.loggedModels)
        let key = vocabulary.aliases[name] ?? name
        guard vocabulary.orderedAttributes.contains(key) else {
            let names = vocabulary.orderedAttributes.joined(separator: ", ")
            throw .invalid("Invalid order by field name: '\(name.prefix(60))', expected metrics.<name> or one of \(names).")
        }
        return SearchField(.attribute, key)
    }
}
