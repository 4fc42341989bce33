import Testing

@testable import MeshCommand

@Suite("Gateway templates")
struct GatewayTemplateTests {
    @Test("words are replaced, and the words in what replaces them")
    func replaces() throws {
        let template = GatewayTemplate { ["outer": "<{{inner}}>", "inner": "x"][$0] }

        #expect(try template.render("a {{outer}} b {{inner}}") == "a <x> b x")
    }

    @Test("a word without meaning is an error, not an empty text")
    func unknown() {
        #expect(throws: GatewayTemplate.UnknownWord(word: "typo")) { try GatewayTemplate { _ in nil }.render("{{typo}}") }
    }
}
