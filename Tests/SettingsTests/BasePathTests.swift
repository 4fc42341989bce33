import Settings
import Testing

@Suite("Base path")
struct BasePathTests {
    @Test("segments of plain characters, up to the longest", arguments: ["/ml", "/a/b.c/-d_1", "/" + String(repeating: "x", count: 127)])
    func good(text: String) {
        #expect(BasePath(rawValue: text)?.rawValue == text)
        #expect(BasePath.fault(in: text, routes: ["v2"]) == nil)
    }

    @Test(
        "anything else is refused in words that show it",
        arguments: [
            "", "/", "ml", "/ml/", "//ml", "/a//b", "/.", "/a/..", "/%6dl", "/m l", "/ml?x", "/ml\n", "/é", "/{x}", "/a'b",
            "/" + String(repeating: "x", count: 128),
        ])
    func bad(text: String) {
        #expect(BasePath(rawValue: text) == nil)
        #expect(BasePath.fault(in: text, routes: [])?.hasSuffix("not '\(text)'") == true)
    }

    @Test("none may hide routes, and a longer name hides none")
    func taken() {
        #expect(BasePath.fault(in: "/v2/ml", routes: ["v1", "v2"]) == "must not begin with '/v2', where routes of our own do")
        #expect(BasePath.fault(in: "/v2ml", routes: ["v1", "v2"]) == nil)
    }
}
