/// What is said of a device variant that a test means and nobody has made: what is not measured has not passed.
enum VariantWording {
    static func absent(_ variant: String?) -> String {
        guard let variant else { return "There is no model's file to measure." }
        return "The model has no device variant \(variant) yet, so there is nothing to measure."
    }
}
