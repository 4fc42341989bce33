import Contracts

/// What differs between two manifests, as JSON. Elements with names are known by them, so that a test that moves in its list is the same.
enum ManifestDiff {
    /// Changes in the order of their paths.
    ///
    /// - Parameter from: nil when there was no manifest.
    static func changes(from: JSONValue?, to: JSONValue) -> [ManifestChange] {
        differences(from, to, at: "").sorted { $0.path < $1.path }
    }

    private static func differences(_ from: JSONValue?, _ to: JSONValue?, at path: String) -> [ManifestChange] {
        if from == to { return [] }
        switch (from, to) {
        case (.object(let old), .object(let new)):
            return Set(old.keys).union(new.keys).flatMap { key in
                differences(old[key], new[key], at: path.isEmpty ? key : "\(path).\(key)")
            }
        case (.array(let old), .array(let new)):
            guard let before = named(old), let after = named(new) else { return [ManifestChange(path: path, from: from, to: to)] }
            return Set(before.keys).union(after.keys).flatMap { name in
                differences(before[name], after[name], at: "\(path)[\(name)]")
            }
        case (nil, .object(let new)) where path.isEmpty:
            return new.map { ManifestChange(path: $0.key, to: $0.value) }
        default: return [ManifestChange(path: path, from: from, to: to)]
        }
    }

    /// Elements by their names; nil where one has none or two have the same.
    private static func named(_ elements: [JSONValue]) -> [String: JSONValue]? {
        var named: [String: JSONValue] = [:]
        for element in elements {
            guard let name = element["name"]?.stringValue, named.updateValue(element, forKey: name) == nil else { return nil }
        }
        return named
    }
}
