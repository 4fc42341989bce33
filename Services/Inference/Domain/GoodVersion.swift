import Contracts

/// A version that served for an alias, as it was served: after a restart it serves again where what follows it is refused.
struct GoodVersion: Sendable, Hashable, Codable {
    var model: String
    var alias: String
    var number: Int
    var team: String
    /// As it was declared then: the present declaration may not fit it.
    var interface: Interface
    var digest: Digest
    var fileBytes: Int
    var settings: ModelSettings

    init(_ served: ServedModel, alias: String) {
        model = served.name
        self.alias = alias
        number = served.number
        team = served.team
        interface = served.interface
        digest = served.digest
        fileBytes = served.fileBytes
        settings = served.settings
    }

    var served: ServedModel {
        ServedModel(
            name: model, number: number, team: team, interface: interface, origin: .blob(digest), fileBytes: fileBytes, settings: settings)
    }

    /// Models as they were served last, by name: only to be succeeded, since nothing is said of who may call them.
    static func models(_ versions: [GoodVersion]) -> [String: PublishedModel] {
        Dictionary(grouping: versions, by: \.model).compactMapValues { versions in
            guard let first = versions.first else { return nil }
            let byNumber = Dictionary(versions.map { ($0.number, $0.served) }) { first, _ in first }
            return PublishedModel(
                name: first.model, team: first.team, callers: [], interface: first.interface, manifest: nil,
                versions: Array(byNumber.values), aliases: Dictionary(versions.map { ($0.alias, $0.number) }) { first, _ in first })
        }
    }
}
