/// What is served while successors are being loaded: a version that is in memory serves on until what follows it is there too.
///
/// So neither a file that is refused nor one that takes long to load fails a request of the model.
enum Succession {
    /// A model as it is served.
    ///
    /// - Parameters:
    ///   - declared: as it is to be.
    ///   - before: as it was served until now.
    ///   - waits: whether the first is to serve on, since it is in memory and the second is not yet, or was refused.
    static func serve(
        _ declared: PublishedModel, after before: PublishedModel?, waits: (_ old: ServedModel, _ new: ServedModel) -> Bool
    ) -> PublishedModel {
        guard let before else { return declared }
        var isChanged = false
        func keep(_ old: ServedModel?, for new: ServedModel) -> ServedModel {
            guard let old, old.key != new.key, waits(old, new) else { return new }
            isChanged = true
            return old
        }
        let versions = declared.versions.map { keep(before.version($0.version), for: $0) }
        let byNumber = Dictionary(versions.map { ($0.number, $0) }) { first, _ in first }
        var aliases = declared.aliases
        for (alias, number) in declared.aliases {
            guard let new = byNumber[number], let old = before.aliases[alias].flatMap({ byNumber[$0] }) else { continue }
            aliases[alias] = keep(old, for: new).number
        }
        return isChanged ? declared.with(versions: versions, aliases: aliases) : declared
    }
}
