import Contracts
import Recipes

extension FeatureOptions {
    /// By a recipe's parameters; those that it does not have are the standard ones.
    init(_ parameters: [String: JSONValue]) {
        self.init()
        fill = parameters["impute"]?.stringValue.flatMap(Fill.init) ?? fill
        missing = parameters["missing"]?.doubleValue
        maximumCategories = parameters["maximumCategories"]?.wholeNumber ?? maximumCategories
        texts = Set(parameters["texts"]?.arrayValue?.compactMap(\.stringValue) ?? [])
        buckets = parameters["textBuckets"]?.wholeNumber ?? buckets
        words = parameters["textWords"]?.wholeNumber ?? words
        imageSize = parameters["imageSize"]?.arrayValue?.compactMap(\.wholeNumber) ?? imageSize
        // One size is both.
        if imageSize.count == 1 { imageSize += imageSize }
        imageMeans = parameters["imageMeans"]?.arrayValue?.compactMap(\.doubleValue) ?? imageMeans
        imageDeviations = parameters["imageDeviations"]?.arrayValue?.compactMap(\.doubleValue) ?? imageDeviations
    }
}

extension JSONValue {
    /// The whole number, when this is one.
    var wholeNumber: Int? { integerValue.map { Int($0) } }
}
