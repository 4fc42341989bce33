import HTTPService
import Hummingbird

extension ServiceContext {
    /// The version that the path names, by number or alias; nil where it names none.
    var reference: String? {
        get throws { parameters.get("version") == nil ? nil : try parameter("version") }
    }

    /// The version that the path names, or the one that is meant by none; nil where none is named and there is none yet.
    /// Throws `versionUnknown`.
    func version(of model: PublishedModel) throws -> ServedModel? {
        guard let reference = try reference else { return model.standard }
        return try model.resolve(reference)
    }
}
