import Contracts
import HTTPService
import HTTPTypes
import Hummingbird

/// Files of rows.
enum ImportFile {
    static let types = ["text/csv", "application/x-ndjson", "application/jsonl", "application/jsonlines"]

    /// The rows of a file, each with the beginning of its faults' field. Throws a problem that names lines and columns.
    static func rows(
        _ body: [UInt8], type: String, _ options: ImportColumns.Options, _ rules: RowRules
    ) throws(Problem) -> [(row: RowInput, place: String)] {
        guard type == "text/csv" else { return try RowJSON.lines(body) }
        let document = try CSVDocument(body)
        let columns = try ImportColumns(document.header, options, rules)
        var faults: [FieldFault] = []
        var rows: [(row: RowInput, place: String)] = []
        for record in document.records where faults.count < RowRules.mostFaults {
            rows.append((columns.row(record, &faults), "line \(record.line): "))
        }
        guard faults.isEmpty else { throw Problem(.rowInvalid, errors: Array(faults.prefix(RowRules.mostFaults))) }
        return rows
    }
}

extension Request {
    /// The content type without its parameters; throws when it is none of these.
    @discardableResult
    func requireType(_ types: [String]) throws -> String {
        let essence = (headers[.contentType] ?? types[0]).prefix { $0 != ";" }.lowercased().filter { $0 != " " }
        guard types.contains(essence) else {
            throw Problem(.unsupportedMediaType, "The route takes \(types.joined(separator: ", ")), not '\(essence.prefix(100))'")
        }
        return essence
    }

    /// What the query says of the columns: `label=digit`, `context=writer,site`, `ignore=notes`.
    func importOptions() throws -> ImportColumns.Options {
        func names(_ parameter: String) throws -> [String] {
            try query(parameter)?.split(separator: ",").map(String.init) ?? []
        }
        return ImportColumns.Options(
            id: try query("id"), label: try query("label"), group: try query("group"), subject: try query("subject"),
            context: try names("context"), ignore: try names("ignore"))
    }
}
