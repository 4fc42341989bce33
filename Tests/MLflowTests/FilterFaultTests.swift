import MLflow
import Testing

@Suite("Faults of filters and orders")
struct FilterFaultTests {
    private static let faults: [(SearchKind, String, String)] = [
        (
            .runs, "loss < 1",
            "Invalid filter for runs at character 1: invalid attribute key 'loss', expected one of run_id, run_name, status, artifact_uri, "
                + "user_id, start_time, end_time."
        ),
        (
            .runs, "metric.loss < 1 AND speed.x = 1",
            "Invalid filter for runs at character 21: invalid entity type 'speed', expected one of attribute, metric, param, tag, dataset."
        ),
        (
            .runs, "metrics.loss < '1'",
            "Invalid filter for runs at character 16: expected an unquoted finite number for metric.`loss`, found ''1''."
        ),
        (
            .runs, "params.ü = x",
            "Invalid filter for runs at character 12: expected a string in single or double quotes for param.`ü`, found 'x'."
        ),
        (
            .runs, "status IN ('a')",
            "Invalid filter for runs at character 8: expected one of the operators =, !=, LIKE, ILIKE for status, found 'IN'."
        ),
        (
            .runs, "tags.a = 'b' OR tags.a = 'c'",
            "Invalid filter for runs at character 14: expected AND or the end; comparisons can be joined by AND alone, "
                + "without OR, NOT and parentheses, found 'OR'."
        ),
        (
            .runs, "run_id IN ('a'",
            "Invalid filter for runs at character 15: expected a list of strings in quotes, as in ('a', 'b'), found the end."
        ),
        (
            .runs, "tags.a = 'b",
            "Invalid filter for runs at character 10: expected a closing ' for the quote that opens here."
        ),
        (
            .registeredModels, "(name = 'a')",
            "Invalid filter for registered models at character 1: expected a key, as in metrics.loss, found '('."
        ),
        (
            .experiments, "metrics.a > 1",
            "Invalid filter for experiments at character 1: invalid entity type 'metrics', expected one of attribute, tag."
        ),
    ]

    @Test("a fault says where it is and what was expected", arguments: faults)
    func sentences(kind: SearchKind, text: String, message: String) {
        #expect(throws: MLflowError(.invalidParameterValue, message)) { try SearchFilter(text, kind: kind) }
    }

    @Test("a filter has at most a hundred comparisons")
    func comparisons() throws {
        let one = "tags.a = 'b'"
        let most = Array(repeating: one, count: Limits.comparisonsPerFilter).joined(separator: " AND ")

        #expect(try SearchFilter(most, kind: .runs).comparisons.count == 100)
        let error = #expect(throws: MLflowError.self) { try SearchFilter(most + " AND " + one, kind: .runs) }
        #expect(error?.message.contains("expected at most 100 comparisons") == true)
    }

    @Test("an absent, an empty and a blank filter let everything through", arguments: [nil, "", " \n"])
    func empty(text: String?) throws {
        let filter = try SearchFilter(text, kind: .runs)

        #expect(filter.comparisons.isEmpty)
        #expect(filter.matches { _ in [] })
    }
}
