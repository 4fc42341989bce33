import Cryptography

/// The id of a dataset version: a two-level Merkle root over the salted digests of its rows.
///
/// A row's leaf is the first 12 bits of its digest (4,096 leaves). A leaf's hash is SHA-256 of its row digests in ascending order; the
/// id is SHA-256(`mlmesh.dataset-version/1` 0x1f dataset 0x1f leaf hashes in order). The files that hold the rows do not count, so
/// they may be compacted.
public enum DatasetVersionID {
    public static let format = "mlmesh.dataset-version/1"

    public static func root(dataset: String, rows: some Sequence<Digest>) -> Digest {
        var leaves = [[Digest]](repeating: [], count: 4096)
        for row in rows { leaves[Int(row.bytes[0]) << 4 | Int(row.bytes[1]) >> 4].append(row) }
        var content = Array(format.utf8) + [0x1f] + Array(dataset.utf8) + [0x1f]
        for leaf in leaves {
            content += SHA256.digest(leaf.sorted().flatMap(\.bytes))
        }
        return Digest(of: content)
    }
}
