import Contracts

/// One version of a model as it is served. What it says never changes: a change makes another one.
///
/// A class, since every request carries one: passing it on costs one count.
final class ServedModel: Sendable {
    /// Where the model's file comes from.
    enum Origin: Sendable, Hashable {
        /// From the store of blobs.
        case blob(Digest)
        /// A file on this machine, with the digest that it had when it was found.
        case file(path: String, Digest)
    }

    let name: String
    /// The version's number as text.
    let version: String
    let number: Int
    /// The team that owns it.
    let team: String
    /// What requests are checked against before the engine sees them.
    let interface: Interface
    let origin: Origin
    /// Bytes of the file.
    let fileBytes: Int
    let settings: ModelSettings
    let key: ModelKey
    /// Why it cannot be served whatever its file is: what is declared of it is not sound. Nil when all is well.
    let fault: String?

    init(
        name: String, number: Int, team: String, interface: Interface, origin: Origin, fileBytes: Int, settings: ModelSettings,
        fault: String? = nil
    ) {
        self.name = name
        self.number = number
        version = String(number)
        self.team = team
        self.interface = interface
        self.origin = origin
        self.fileBytes = fileBytes
        self.fault = fault
        self.settings = settings
        key = ModelKey(name: name, version: version, digest: origin.digest, interface: interface, settings: settings)
    }

    var digest: Digest { origin.digest }
}

extension ServedModel.Origin {
    var digest: Digest {
        switch self {
        case .blob(let digest), .file(_, let digest): digest
        }
    }
}
