import Contracts

/// What a suite would look at now: when it changes, `mesh test --watch` runs again.
struct TestSight: Sendable, Hashable {
    /// Of the manifest.
    var revision: Int
    /// Number of the newest version; 0 while there is none.
    var versions: Int
    /// Newest version of the dataset.
    var dataset: Int?
    /// Version of each alias.
    var aliases: [String: Int]

    /// Why what was asked for should be tested again, in words; empty when nothing that it looks at has changed.
    func reasons(since before: TestSight, for wish: NewSuite) -> [String] {
        var reasons: [String] = []
        if revision != before.revision { reasons.append("revision \(revision) of the manifest") }
        if wish.dataset == nil, dataset != before.dataset, let dataset { reasons.append("version \(dataset) of the dataset") }
        if let alias = wish.alias {
            if aliases[alias] != before.aliases[alias] {
                reasons.append("\(alias) is version \(aliases[alias].map(String.init) ?? "none")")
            }
        } else if wish.version == nil, wish.run == nil, versions != before.versions {
            reasons.append("version \(versions) of the model")
        }
        return reasons
    }
}
