import Contracts

/// An index that a capability's manifest declares.
struct DeclaredIndex: Sendable {
    let spec: IndexSpec
    let model: PublishedModel

    /// Indexes of some models, by name.
    static func all(_ models: some Sequence<PublishedModel>) -> [DeclaredIndex] {
        models.flatMap { model in (model.manifest?.indexes ?? []).map { DeclaredIndex(spec: $0, model: model) } }
            .sorted { $0.spec.name < $1.spec.name }
    }

    /// Columns that come with a match and may be filtered by.
    static func columns(_ spec: IndexSpec, _ interface: Interface) -> [String] {
        spec.columns ?? (interface.context ?? []).map(\.name)
    }
}
