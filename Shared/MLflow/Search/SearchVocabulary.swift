/// The names that one kind of search knows, and what may be done with them.
struct SearchVocabulary: Sendable {
    /// Entities by every name that is accepted for them.
    let entities: [String: SearchEntity]
    /// Attributes that hold texts, and those that hold numbers, each in the order in which a fault lists them.
    let textAttributes: [String]
    let numericAttributes: [String]
    /// Numeric attributes whose number may also stand in quotes.
    var quotedNumbers: Set<String> = []
    /// Other names of attributes.
    var aliases: [String: String] = [:]
    /// What IN and NOT IN may be asked of.
    let listed: Set<SearchField>
    var listedEntities: Set<SearchEntity> = []
    /// What IS NULL may be asked of.
    var nullable: Set<SearchEntity> = []
    let orderedEntities: [SearchEntity]
    let orderedAttributes: [String]
    /// Other names of attributes in `order_by` alone.
    var orderAliases: [String: String] = [:]

    func isNumeric(_ field: SearchField) -> Bool {
        field.entity == .metric || field.entity == .attribute && numericAttributes.contains(field.key)
    }

    func comparators(of field: SearchField) -> [Comparator] {
        if isNumeric(field) { return Comparator.numeric }
        return Comparator.textual
            + (listed.contains(field) || listedEntities.contains(field.entity) ? Comparator.lists : [])
            + (nullable.contains(field.entity) ? Comparator.nullTests : [])
    }

    /// The names that a fault lists: one for each entity.
    var entityNames: [String] {
        SearchEntity.allCases.filter(Set(entities.values).contains).map(\.rawValue)
    }

    static let datasetKeys = ["name", "digest", "context"]
}
