import Contracts
import Testing

@testable import MeshCommand

@Suite struct DemoDigitsTests {
    @Test("the sample is read whole: two of three scans are collected, every third is wild, and no scan is in both")
    func sample() throws {
        let digits = try DemoDigits.sample()

        #expect(digits.collected.count == 1_198 && digits.wild.count == 599)
        #expect(Set(digits.collected.map(\.pixels)).isDisjoint(with: digits.wild.map(\.pixels)))
        #expect(digits.collectedCSV.split(separator: "\n").count == 1_199)
        #expect(Set(digits.collected.map(\.digit)) == Set(0...9) && Set(digits.wild.map(\.digit)) == Set(0...9))
    }

    @Test("order forms hold hardly any 8, as the README says")
    func orders() throws {
        let digits = try DemoDigits.sample()
        let orders = (digits.collected + digits.wild).filter { $0.form == "order" }

        #expect(orders.count { $0.digit == 8 } == 5)
        #expect(orders.count == 1_048)
    }

    @Test("a person sees what a scan shows, also on a moved one, however its numbers are written")
    func sight() throws {
        let digits = try DemoDigits.sample()
        let scan = digits.wild[7]
        let written = ["pixels": JSONValue.array(scan.moved.pixels.map { .number(Double($0)) })]

        #expect(digits.digit(of: scan.input) == scan.digit)
        #expect(digits.digit(of: written) == scan.digit)
        #expect(digits.digit(of: ["pixels": [1, 2, 3]]) == nil)
    }

    @Test("a moved scan is one column to the right and one row down, its last column and row gone")
    func moved() {
        let scan = DemoScan(pixels: Array(1...64), digit: 1, source: "b", form: "order")

        #expect(Array(scan.moved.pixels[0..<8]) == Array(repeating: 0, count: 8))
        #expect(Array(scan.moved.pixels[8..<16]) == [0, 1, 2, 3, 4, 5, 6, 7])
        #expect(Array(scan.moved.pixels[56..<64]) == [0, 49, 50, 51, 52, 53, 54, 55])
    }

    @Test("a file that is no table of scans is refused", arguments: ["", "a,b\n1,2\n", "digit\n"])
    func refused(_ csv: String) {
        #expect(throws: CommandFault.self) { try DemoDigits(csv: csv) }
    }

    @Test("a deck deals every scan once before it deals one again")
    func deck() throws {
        let wild = try DemoDigits.sample().wild
        var deck = DemoDeck(wild, seed: 3)

        #expect(Set(deck.deal(wild.count)) == Set(wild))
        #expect(Set(deck.deal(wild.count)) == Set(wild))
    }
}
