import ArgumentParser
import Contracts
import MeshClient

/// An alias or a version of a capability's model, as `digits@champion`.
struct AliasReference: ExpressibleByArgument, Sendable, Hashable {
    let capability: String
    /// Champion where the argument names a capability only.
    let reference: String

    init?(argument: String) {
        let parts = argument.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard Names.isName(parts[0]) else { return nil }
        capability = parts[0]
        reference = parts.count > 1 ? parts[1] : "champion"
        guard !reference.isEmpty, reference.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }) else { return nil }
    }

    var defaultValueDescription: String { "\(capability)@\(reference)" }

    /// Path of the alias, or of what is below it.
    func path(_ part: String? = nil) -> Path {
        guard let part else { return Path("v1", "registry", "models", capability, "aliases", reference) }
        return Path("v1", "registry", "models", capability, "aliases", reference, part)
    }
}
