extension SearchFilter {
    /// The tag by which the client leaves prompts out of its searches for models.
    public static let promptTag = SearchField(.tag, "mlflow.prompt.is_prompt")

    /// Whether a record passes.
    ///
    /// - Parameter values: what the record has for a field: nothing when it lacks the key, several only for its datasets or for
    ///   metrics that were measured on several; one value that fits is enough.
    public func matches(_ values: (SearchField) -> [SearchValue]) -> Bool {
        comparisons.allSatisfy { comparison in
            var found = values(comparison.field)
            if found.isEmpty, absenceMeansFalse(comparison) { found = [.text("false")] }
            return comparison.matches(found)
        }
    }

    /// Whether a record without the comparison's key counts as one whose value is "false": `!= 'true'` then lets it through.
    ///
    /// Only for the prompt tag, under `=` and `!=`; any other comparison leaves records without the key out.
    public func absenceMeansFalse(_ comparison: SearchComparison) -> Bool {
        (kind == .registeredModels || kind == .modelVersions) && comparison.field == Self.promptTag
            && (comparison.comparator == .equal || comparison.comparator == .notEqual)
    }
}

extension SearchComparison {
    func matches(_ values: [SearchValue]) -> Bool {
        switch comparator {
        case .isNull: values.isEmpty
        case .isNotNull: !values.isEmpty
        default: values.contains(where: matches)
        }
    }

    private func matches(_ value: SearchValue) -> Bool {
        switch (operand, value) {
        case (.list(let texts), .text(let text)):
            texts.contains { $0.utf8.elementsEqual(text.utf8) } == (comparator == .isIn)
        case (.value(.text(let pattern)), .text(let text)) where comparator == .like:
            LikePattern(pattern).matches(text)
        case (.value(.text(let pattern)), .text(let text)) where comparator == .caseInsensitiveLike:
            LikePattern(pattern, ignoringCase: true).matches(text)
        case (.value(let literal), _): value.compared(with: literal).map(comparator.holds) ?? false
        default: false
        }
    }
}
