/// A version that serves for an alias in the place of the one that is declared.
struct StandIn: Sendable, Hashable {
    let model: String
    let alias: String
    /// Number of the version that serves.
    let serving: Int
    /// Number of the version that the alias stands for.
    let declared: Int
    /// Why that one does not serve; nil while it is being loaded.
    let refusal: String?

    /// Those of a model, by alias.
    ///
    /// - Parameter refusal: why a declared version was refused, if it was.
    static func all(declared: PublishedModel, served: PublishedModel, refusal: (ServedModel) -> String?) -> [StandIn] {
        declared.aliases.sorted { $0.key < $1.key }.compactMap { alias, _ in
            guard let wanted = declared.version(alias), let present = served.version(alias), present.key != wanted.key else { return nil }
            return StandIn(
                model: declared.name, alias: alias, serving: present.number, declared: wanted.number, refusal: refusal(wanted))
        }
    }

    /// What is said of the version that serves.
    var reason: String {
        let what = serving == declared ? "an earlier declaration of version \(declared)" : "version \(serving)"
        guard let refusal else { return "\(what) serves as \(alias) until version \(declared) is loaded" }
        return "\(what) serves as \(alias), since version \(declared) was refused: \(refusal)"
    }
}
