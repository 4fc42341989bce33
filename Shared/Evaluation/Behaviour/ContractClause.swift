/// One promise of the interface, and how the model breaks it.
struct ContractClause: Sendable, Hashable {
    let name: String
    /// What happened instead; nil where the promise is kept.
    let fault: String?

    init(_ name: String, fault: String?) {
        self.name = name
        self.fault = fault
    }
}
