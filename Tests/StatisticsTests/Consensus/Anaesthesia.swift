import Statistics

/// Dawid & Skene 1979, table 1: 45 patients, classes 1 to 4, the first observer three times and four others once.
enum Anaesthesia {
    private static let rows = """
        1111111 3334334 1122122 2223121 2223222 2223322 1222111 3333433 2222223 2322223 4444444 2223343
        1111111 2223212 1211111 1112111 1111111 1111111 2222221 2221322 2222222 2222221 2223222 2212222
        1111111 1111111 2322222 1111111 1111111 1121121 1111111 3333233 1111111 2222222 2223232 4334343
        2212232 2323233 3333432 1111111 1111111 1212111 2322222 1211111 2222222
        """

    static var table: AnswerTable {
        let patients = rows.split(whereSeparator: \.isWhitespace)
        let answers = patients.enumerated().flatMap { index, row in
            row.enumerated().map { position, label in
                AnswerTable.Answer(
                    item: index + 1 < 10 ? "0\(index + 1)" : "\(index + 1)",
                    annotator: "observer \(max(1, position - 1))", label: String(label))
            }
        }
        return AnswerTable(answers)
    }
}
