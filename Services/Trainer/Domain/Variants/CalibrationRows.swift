import Contracts

/// Which rows ranges are calibrated on: of the train split, as many as are enough, always the same ones.
enum CalibrationRows {
    /// A few hundred rows are what converters ask for; more change ranges little.
    static let most = 256

    /// Rows by the digest of their ids, so that they are spread over the data however it is ordered.
    static func pick(_ rows: [DatasetRow], most: Int = most) -> [DatasetRow] {
        let train = rows.filter { $0.split == Split.train.rawValue }
        return train.map { (Digest(of: $0.id.utf8), $0) }.sorted { $0.0 < $1.0 }.prefix(most).map(\.1)
    }
}
