import Contracts

/// Which rows a run read: for each split the SHA-256 over the ids of its labeled rows, sorted, each with a line feed.
enum SplitDigests {
    static func of(_ rows: [DatasetRow]) -> [String: Digest] {
        Dictionary(grouping: rows.filter { $0.label != nil && $0.label != .null }, by: \.split).mapValues { rows in
            Digest(of: rows.map(\.id).sorted().flatMap { Array($0.utf8) + [0x0A] })
        }
    }
}
