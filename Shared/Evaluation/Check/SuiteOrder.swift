import Contracts

/// A model to be tested, and by what.
public struct SuiteOrder: Sendable {
    public var id: String
    public var model: SuiteRunner.Model
    public var manifest: CapabilityManifest
    public var revision: Int
    public var dataset: DatasetReference
    public var material: SuiteMaterial

    public init(
        id: String, model: SuiteRunner.Model, manifest: CapabilityManifest, revision: Int, dataset: DatasetReference,
        material: SuiteMaterial
    ) {
        self.id = id
        self.model = model
        self.manifest = manifest
        self.revision = revision
        self.dataset = dataset
        self.material = material
    }
}
