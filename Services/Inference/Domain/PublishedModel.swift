import Contracts

/// A model under its name: who may call it, its versions, and what its aliases stand for.
final class PublishedModel: Sendable {
    /// Which version a request means that names none.
    static let defaultAlias = "champion"
    /// The newest version; not an alias of anybody's.
    static let newest = "latest"

    let name: String
    let team: String
    /// Declared for all versions.
    let interface: Interface
    /// Nil where a folder is served.
    let manifest: CapabilityManifest?
    /// Ascending by number.
    let versions: [ServedModel]
    /// Numbers of versions by alias.
    let aliases: [String: Int]
    /// Other teams that may call it; nil where everybody may.
    private let callers: Set<String>?
    /// By number, alias and ``newest``.
    private let references: [String: ServedModel]

    init(
        name: String, team: String, callers: Set<String>?, interface: Interface, manifest: CapabilityManifest?, versions: [ServedModel],
        aliases: [String: Int]
    ) {
        self.name = name
        self.team = team
        self.callers = callers
        self.interface = interface
        self.manifest = manifest
        self.versions = versions.sorted { $0.number < $1.number }
        var references = Dictionary(versions.map { ($0.version, $0) }) { first, _ in first }
        references[Self.newest] = self.versions.last
        let existing = aliases.filter { references[String($0.value)] != nil }
        for (alias, number) in existing { references[alias] = references[String(number)] }
        self.references = references
        self.aliases = existing
    }

    /// The same model with other versions and aliases.
    func with(versions: [ServedModel], aliases: [String: Int]) -> PublishedModel {
        PublishedModel(
            name: name, team: team, callers: callers, interface: interface, manifest: manifest, versions: versions, aliases: aliases)
    }

    /// The version that is meant by no version; nil before there is one.
    var standard: ServedModel? { references[Self.defaultAlias] }

    /// Versions that an alias stands for, ascending.
    var aliased: [ServedModel] {
        let numbers = Set(aliases.values)
        return versions.filter { numbers.contains($0.number) }
    }

    /// The version of a number, an alias or `latest`; nil when there is none.
    func version(_ reference: String) -> ServedModel? { references[reference] }

    /// The version that a request means. Throws `versionUnknown`.
    func resolve(_ reference: String?) throws(Problem) -> ServedModel {
        if let reference, !reference.isEmpty {
            guard let version = references[reference] else {
                throw Problem(.versionUnknown, "Model \(name) has no version \(reference).")
            }
            return version
        }
        guard let standard else { throw Problem(.versionUnknown, "Model \(name) has no champion yet: name a version.") }
        return standard
    }

    /// Whether a team may call it: its owner, or one that it lets in.
    func admits(team caller: String) -> Bool {
        callers.map { caller == team || $0.contains(caller) } ?? true
    }
}
