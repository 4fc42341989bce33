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
    ///   - substitute: what serves in the place of a version that an alias stands for and that nothing waits for.
    static func serve(
        _ declared: PublishedModel, after before: PublishedModel?, waits: (_ old: ServedModel, _ new: ServedModel) -> Bool,
        substitute: (ServedModel) -> ServedModel? = { _ in nil }
    ) -> PublishedModel {
        var isChanged = false
        func keep(_ old: ServedModel?, for new: ServedModel) -> ServedModel {
            guard let old, old.key != new.key, waits(old, new) else { return new }
            isChanged = true
            return old
        }
        let versions = declared.versions.map { keep(before?.version($0.version), for: $0) }
        let byNumber = Dictionary(versions.map { ($0.number, $0) }) { first, _ in first }
        var aliases = declared.aliases
        for (alias, number) in declared.aliases {
            guard let new = byNumber[number] else { continue }
            let kept = keep(before?.aliases[alias].flatMap { byNumber[$0] }, for: new)
            aliases[alias] = kept.number
            if kept === new, let other = substitute(new) {
                isChanged = true
                aliases[alias] = other.number
            }
        }
        return isChanged ? declared.with(versions: versions, aliases: aliases) : declared
    }
}
