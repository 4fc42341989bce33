/// The part of a dataset that a row belongs to. It never changes once the row is there.
public enum Split: String, Sendable, Codable, CaseIterable {
    case train
    case validation
    case test

    /// By the bucket of the row's key (its group, else its id): test first, then validation, then train.
    ///
    /// A row that was asked for because it is hard, rare or alarming is a train row whatever its bucket, so that test rows stay a random
    /// sample.
    public static func assigned(
        key: String, salt: String, shares: CapabilityManifest.DataSection.Split, selection: Selection.Method
    ) -> Split {
        guard selection == .all || selection == .random else { return .train }
        let bucket = Double(Bucket.of(key, salt: salt)) / Double(Bucket.count)
        if bucket < shares.test { return .test }
        return bucket < shares.test + shares.validation ? .validation : .train
    }
}
