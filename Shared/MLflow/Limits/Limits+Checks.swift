import Contracts

extension Limits {
    /// A param's value, cut to what is stored.
    public static func storedParamValue(_ value: String) -> String { prefix(value, paramValueLength) }

    /// A run tag's value, cut to what is stored.
    public static func storedTagValue(_ value: String) -> String { prefix(value, tagValueLength) }

    /// Throws `INVALID_PARAMETER_VALUE` when a text is longer than `limit`; `name` is what the fault calls it.
    public static func check(_ text: String, _ name: String, atMost limit: Int) throws(MLflowError) {
        // No text has more code points than bytes: most need no counting.
        guard text.utf8.count > limit, text.unicodeScalars.count > limit else { return }
        throw .tooLong(name, limit: limit)
    }

    /// Throws `INVALID_PARAMETER_VALUE` when a batch has too many of one sort, or in all.
    public static func checkBatch(metrics: Int, params: Int, tags: Int) throws(MLflowError) {
        let counts = [
            ("metrics", metrics, metricsPerBatch), ("params", params, paramsPerBatch), ("tags", tags, tagsPerBatch),
            ("metrics, params, and tags", metrics + params + tags, entitiesPerBatch),
        ]
        for (what, count, limit) in counts where count > limit {
            throw .invalid(
                "A batch logging request can contain at most \(limit) \(what). Got \(count) \(what). "
                    + "Please split up \(what) across multiple requests and try again.")
        }
    }

    /// How many records a page has: what the client asks for, or the kind's own size.
    ///
    /// Throws `INVALID_PARAMETER_VALUE` for less than one and for more than the kind allows.
    public static func pageSize(_ requested: Int64?, of kind: SearchKind) throws(MLflowError) -> Int {
        let (usual, most) = pageSizes(kind)
        guard let requested else { return usual }
        guard requested >= 1, requested <= most else {
            throw .invalidValue(.integer(requested), parameter: "max_results", "It must be at least 1 and at most \(most).")
        }
        return Int(requested)
    }

    private static func pageSizes(_ kind: SearchKind) -> (usual: Int, most: Int64) {
        switch kind {
        case .runs, .experiments: (1_000, 50_000)
        case .registeredModels: (100, 1_000)
        case .modelVersions: (10_000, 200_000)
        case .loggedModels: (100, 50_000)
        }
    }

    private static func prefix(_ text: String, _ limit: Int) -> String {
        guard text.utf8.count > limit, text.unicodeScalars.count > limit else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit)))
    }
}
