import Statistics
import Testing

@Suite("Representation")
struct RepresentationTests {
    @Test("after collecting what is missing every cell has its part and nothing is missing")
    func fixedPoint() {
        let wild = ["a": 0.5, "b": 0.3, "c": 0.15, "d": 0.05]
        var rows = ["a": 900, "b": 100, "c": 3]

        let before = Representation(rows: rows, wild: wild)
        for cell in before.missing { rows[cell.cell, default: 0] += cell.collect }
        let after = Representation(rows: rows, wild: wild)

        #expect(before.missing.map(\.cell).sorted() == ["b", "c", "d"])
        #expect(before.missing.map(\.collect) == before.missing.map(\.collect).sorted(by: >))
        #expect(after.missing.isEmpty)
        #expect((after.test?.cramersV ?? 1) < (before.test?.cramersV ?? 0))
    }

    @Test("rows that match the wild lack nothing")
    func matching() throws {
        let report = Representation(rows: ["a": 60, "b": 40], wild: ["a": 3, "b": 2])

        #expect(report.missing.isEmpty && report.undeclared.isEmpty)
        #expect(try #require(report.test).pValue == 1)
    }

    @Test("needs are added to the shares, and cells nobody declared are named")
    func needs() {
        let report = Representation(rows: ["a": 60, "b": 40, "x": 1], wild: ["a": 0.6, "b": 0.4], needs: ["b": 50, "y": 7])

        #expect(report.missing == [MissingCell(cell: "b", have: 40, want: 50), MissingCell(cell: "y", have: 0, want: 7)])
        #expect(report.undeclared == ["x"])
    }

    @Test("no rows at all give no test, and the needs as what to collect")
    func empty() {
        let report = Representation(rows: [:], wild: ["a": 1, "b": 1], needs: ["a": 5])

        #expect(report.test == nil)
        #expect(report.missing == [MissingCell(cell: "a", have: 0, want: 5)])
    }
}
