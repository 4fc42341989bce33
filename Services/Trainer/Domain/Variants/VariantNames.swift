import Contracts

/// What a manifest's tests call a variant.
enum VariantNames {
    /// Its precision, and for all with 8-bit weights `int8`.
    static func all(_ precision: String) -> Set<String> {
        precision.hasPrefix("int8-") ? [precision, "int8"] : [precision]
    }

    /// The manifest with the tests that concern a variant: those of the model, and those that mean this very variant.
    static func manifest(_ manifest: CapabilityManifest, for precision: String) -> CapabilityManifest {
        var own = manifest
        let names = all(precision)
        own.tests = manifest.tests?.filter { test in test.variant.map(names.contains) ?? true }
        return own
    }
}
