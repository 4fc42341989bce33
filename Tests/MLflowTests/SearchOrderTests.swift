import MLflow
import Testing

@Suite("Orders")
struct SearchOrderTests {
    @Test(
        "an order is made total with the kind's own last terms",
        arguments: [
            (SearchKind.runs, [String](), "start_time DESC, run_id ASC"),
            (.runs, ["metrics.loss"], "metric.`loss` ASC, start_time DESC, run_id ASC"),
            (.runs, ["attribute.created asc", "tags.\"a b\" desc"], "start_time ASC, tag.`a b` DESC, run_id ASC"),
            (.runs, ["params.`x.y` DESC", "run_id DESC"], "param.`x.y` DESC, run_id DESC, start_time DESC"),
            (.experiments, [], "creation_time DESC, experiment_id ASC"),
            (.experiments, ["name DESC"], "name DESC, experiment_id DESC"),
            (.registeredModels, [], "name ASC"),
            (.registeredModels, ["timestamp DESC"], "last_updated_timestamp DESC, name ASC"),
            (.modelVersions, [], "name ASC, version_number DESC"),
            (.modelVersions, ["creation_timestamp"], "creation_timestamp ASC, name ASC, version_number DESC"),
            (.loggedModels, [], "creation_timestamp DESC, model_id ASC"),
        ])
    func terms(kind: SearchKind, clauses: [String], expected: String) throws {
        #expect(try SearchOrder(clauses, kind: kind).description == expected)
    }

    @Test(
        "an order that cannot be is refused with what was expected",
        arguments: [
            (SearchKind.runs, ["metrics.loss UPWARDS"], "expected ASC, DESC or the end, found 'UPWARDS'"),
            (.runs, ["metrics.loss ASC, metrics.x"], "expected ASC, DESC or the end, found ','"),
            (.runs, ["dataset.name"], "expected a key of attribute, metric, param, tag"),
            (.runs, [""], "expected a key, as in metrics.loss, found the end"),
            (.runs, ["metrics.a", "metric.a DESC"], "duplicate fields: metric.`a`"),
            (.experiments, ["tags.a"], "expected a key of attribute"),
            (.registeredModels, ["version_number"], "expected one of name, creation_timestamp, last_updated_timestamp"),
        ])
    func faults(kind: SearchKind, clauses: [String], expected: String) {
        let error = #expect(throws: MLflowError.self) { try SearchOrder(clauses, kind: kind) }

        #expect(error?.code == .invalidParameterValue)
        #expect(error?.message.contains(expected) == true, "\(error?.message ?? "")")
    }

    @Test("logged models are ordered by objects, on a dataset too")
    func loggedModels() throws {
        let order = try SearchOrder([
            LoggedModelOrder(fieldName: "metrics.val/loss", ascending: false, datasetName: "digits", datasetDigest: "d1"),
            LoggedModelOrder(fieldName: "creation_time"),
        ])

        #expect(order.description == "metric.`val/loss` DESC ON 'digits' 'd1', creation_timestamp ASC, model_id ASC")
    }

    @Test(
        "an order of logged models that cannot be is refused",
        arguments: [
            LoggedModelOrder(fieldName: nil), LoggedModelOrder(fieldName: "params.a"), LoggedModelOrder(fieldName: "metrics."),
            LoggedModelOrder(fieldName: "metrics.a", datasetDigest: "d"), LoggedModelOrder(fieldName: "name", datasetName: "d"),
        ])
    func loggedModelFaults(element: LoggedModelOrder) {
        #expect(throws: MLflowError.self) { try SearchOrder([element]) }
    }

    @Test("NaN and then what is absent come last in both directions", arguments: ["ASC", "DESC"])
    func last(direction: String) throws {
        let order = try SearchOrder(["metrics.a \(direction)"], kind: .runs)
        let values: [SearchValue?] = [nil, .number(.nan), .number(2), .integer(1)]

        let sorted = values.sorted { order.places([$0, nil, nil], before: [$1, nil, nil]) }.map { $0?.description ?? "absent" }

        #expect(sorted == (direction == "ASC" ? ["1", "2.0", "nan", "absent"] : ["2.0", "1", "nan", "absent"]))
    }

    @Test("later terms decide between equals, and equal records are not before each other")
    func ties() throws {
        let order = try SearchOrder(["metrics.a"], kind: .runs)
        let early: [SearchValue?] = [.number(1), .integer(5), .text("b")]
        let late: [SearchValue?] = [.number(1), .integer(9), .text("a")]

        #expect(order.places(late, before: early))
        #expect(!order.places(early, before: late))
        #expect(!order.places(early, before: early))
    }
}
