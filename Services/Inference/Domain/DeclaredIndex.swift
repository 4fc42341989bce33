import Contracts

/// An index that a capability's manifest declares: the first that declared its name.
struct DeclaredIndex: Sendable, Hashable {
    let spec: IndexSpec
    let capability: String

    /// Columns that come with a match and may be filtered by.
    static func columns(_ spec: IndexSpec, _ interface: Interface) -> [String] {
        spec.columns ?? (interface.context ?? []).map(\.name)
    }
}
