/// An `order_by` that was understood, made total: the last terms are a key that no two records share.
public struct SearchOrder: Sendable, Hashable {
    public let kind: SearchKind
    public let terms: [OrderTerm]

    /// Parses clauses of the form `key [ASC|DESC]`; none give the kind's own order.
    ///
    /// Throws `INVALID_PARAMETER_VALUE`, naming the place and what was expected there.
    public init(_ clauses: [String], kind: SearchKind) throws(MLflowError) {
        var terms: [OrderTerm] = []
        for clause in clauses { terms.append(try Self.term(clause, kind)) }
        try self.init(terms, kind)
    }

    /// The order of a search for logged models.
    public init(_ elements: [LoggedModelOrder]) throws(MLflowError) {
        var terms: [OrderTerm] = []
        for element in elements { terms.append(try element.term()) }
        try self.init(terms, .loggedModels)
    }

    private init(_ given: [OrderTerm], _ kind: SearchKind) throws(MLflowError) {
        guard given.count <= Limits.termsPerOrder else {
            throw .invalid("`order_by` contains \(given.count) fields, expected at most \(Limits.termsPerOrder).")
        }
        var terms: [OrderTerm] = []
        for term in given {
            if terms.contains(where: { $0.field == term.field && $0.dataset == term.dataset }) {
                throw .invalid("`order_by` contains duplicate fields: \(term.field).")
            }
            terms.append(term)
        }
        for last in Self.defaults(kind, isGiven: !given.isEmpty) where !terms.contains(where: { $0.field == last.field }) {
            terms.append(last)
        }
        self.kind = kind
        self.terms = terms
    }

    private static func term(_ clause: String, _ kind: SearchKind) throws(MLflowError) -> OrderTerm {
        var parser = try ClauseParser(clause, kind: kind, subject: "order_by clause")
        let vocabulary = parser.vocabulary
        let aliases = vocabulary.aliases.merging(vocabulary.orderAliases) { $1 }
        let start = parser
        let field = try parser.field(vocabulary.orderedAttributes, aliases)
        guard vocabulary.orderedEntities.contains(field.entity) else {
            throw start.expected("a key of \(vocabulary.orderedEntities.map(\.rawValue).joined(separator: ", "))")
        }
        let descends = parser.take(keyword: "DESC")
        if !descends { _ = parser.take(keyword: "ASC") }
        guard parser.token == nil else { throw parser.expected("ASC, DESC or the end") }
        return OrderTerm(field, ascending: !descends)
    }

    /// What the reference puts behind the given terms, its own order when there are none.
    private static func defaults(_ kind: SearchKind, isGiven: Bool) -> [OrderTerm] {
        func attribute(_ key: String, _ ascending: Bool) -> OrderTerm { OrderTerm(SearchField(.attribute, key), ascending: ascending) }
        return switch kind {
        case .runs: [attribute("start_time", false), attribute("run_id", true)]
        case .experiments where isGiven: [attribute("experiment_id", false)]
        case .experiments: [attribute("creation_time", false), attribute("experiment_id", true)]
        case .registeredModels: [attribute("name", true)]
        case .modelVersions: [attribute("name", true), attribute("version_number", false)]
        case .loggedModels: [attribute("creation_timestamp", false), attribute("model_id", true)]
        }
    }
}

extension SearchOrder: CustomStringConvertible {
    /// The order in one spelling, with its last terms.
    public var description: String {
        terms.map(\.description).joined(separator: ", ")
    }
}
