import Contracts

/// What applying a manifest would do, before it is done.
enum ManifestPlan {
    /// - Parameters:
    ///   - present: the record that there is, nil when there is none.
    ///   - content: the new manifest as JSON.
    static func plan(_ manifest: CapabilityManifest, content: JSONValue, present: CapabilityRecord?) throws -> CapabilityPlan {
        let old = try present.map { try WireJSON.value($0.manifest) }
        let changes = ManifestDiff.changes(from: old, to: content)
        let name = manifest.metadata.name
        guard let present else {
            let made = "Capability \(name) is made, and belongs to team \(manifest.metadata.team)."
            return CapabilityPlan(
                capability: name, action: .create, revision: 1, changes: changes,
                consequences: [made] + (manifest.tests?.isEmpty == false ? [] : [untested]))
        }
        if changes.isEmpty {
            return CapabilityPlan(capability: name, action: .unchanged, revision: present.revision, changes: [], consequences: [])
        }
        return CapabilityPlan(
            capability: name, action: .change, revision: present.revision + 1, changes: changes,
            consequences: consequences(from: present, to: manifest))
    }

    private static let untested = "There is no test, so no version can take a protected alias."

    private static func consequences(from present: CapabilityRecord, to manifest: CapabilityManifest) -> [String] {
        let (old, new, next) = (present.manifest, manifest, present.revision + 1)
        let names = new.protectedAliases.sorted().joined(separator: ", ")
        var sentences = [
            "Reports on revision \(present.revision) open no gate any more: \(names) move again when the tests have run on revision \(next)."
        ]
        if new.metadata.team != old.metadata.team {
            sentences.append("It belongs to team \(new.metadata.team) and no longer to \(old.metadata.team).")
        }
        sentences += access(from: old, to: new) + protection(from: old, to: new) + tests(from: old.tests ?? [], to: new.tests ?? [])
        if new.interface != old.interface {
            sentences.append("Requests are held to the new interface at once, and so is the model that serves them.")
        }
        if new.data.dataset != old.data.dataset {
            sentences.append("Training and tests take dataset \(new.data.dataset) instead of \(old.data.dataset).")
        }
        if new.data.split != old.data.split { sentences.append("Rows of dataset \(new.data.dataset) fall into other splits.") }
        return sentences
    }

    private static func access(from old: CapabilityManifest, to new: CapabilityManifest) -> [String] {
        let (before, after) = (Set(old.access?.callers ?? []), Set(new.access?.callers ?? []))
        return after.subtracting(before).sorted().map { "Team \($0) may call it." }
            + before.subtracting(after).sorted().map { "Team \($0) may no longer call it." }
    }

    private static func protection(from old: CapabilityManifest, to new: CapabilityManifest) -> [String] {
        let (before, after) = (old.protectedAliases, new.protectedAliases)
        return after.subtracting(before).sorted().map { "Alias \($0) comes behind the gate." }
            + before.subtracting(after).sorted().map { "Alias \($0) moves without a gate." }
    }

    private static func tests(from old: [TestSpec], to new: [TestSpec]) -> [String] {
        let before = Dictionary(old.map { ($0.name, $0) }) { first, _ in first }
        let after = Dictionary(new.map { ($0.name, $0) }) { first, _ in first }
        var sentences = old.filter { after[$0.name] == nil }.map { "Test “\($0.name)” guards nothing any more." }
        sentences += new.filter { before[$0.name] == nil }.map { "Test “\($0.name)” is new." }
        sentences += new.compactMap { test in
            before[test.name].flatMap { test == $0 ? nil : "Test “\(test.name)” is another one: what passed it may fail." }
        }
        return sentences + (new.isEmpty ? [untested] : [])
    }
}
