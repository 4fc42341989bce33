import Contracts

/// A named part of the rows: by `where` over labeled rows, by `live` over requests, whose label is not known.
public struct Slice: Sendable, Hashable {
    public let name: String
    public let `where`: SlicePredicate
    public let live: SlicePredicate

    public init(name: String, where predicate: SlicePredicate, live: SlicePredicate? = nil) {
        self.name = name
        self.where = predicate
        self.live = live ?? predicate
    }

    /// Reads the predicates of a manifest's slice.
    public init(_ spec: SliceSpec) throws(SliceParseError) {
        var live: SlicePredicate?
        if let text = spec.live { live = try SlicePredicate(text) }
        self.init(name: spec.name, where: try SlicePredicate(spec.where), live: live)
    }
}
