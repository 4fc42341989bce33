import Contracts
import HTTPService
import ServiceTestSupport
import TestSupport
import Testing

@Suite("Pages")
struct PageTests {
    let token = TestAuthority().key(roles: [.viewer])

    @Test("following the cursors lists everything once")
    func everything() async throws {
        let items = try await withRunning(makeEchoService()) { [token] probe async throws in
            var items: [Int] = []
            var path: String? = "/v1/registry/capabilities?limit=4"
            while let next = path {
                let page = try await probe.send("GET", next, token: token).decode(Page<Int>.self)
                items += page.items
                path = page.nextPage.map { "/v1/registry/capabilities?limit=4&page=\($0)" }
            }
            return items
        }

        #expect(items == Array(0..<10))
    }

    @Test("a cursor counts for its own listing, filters and signature only")
    func bound() async throws {
        try await withRunning(makeEchoService()) { [token] probe async throws in
            let page = try await probe.send("GET", "/v1/registry/capabilities?team=a", token: token).decode(Page<Int>.self)
            let cursor = try #require(page.nextPage)
            let flipped = String(cursor.first == "A" ? "B" : "A") + cursor.dropFirst()

            for (query, status) in [
                ("team=a&page=\(cursor)", 200), ("team=b&page=\(cursor)", 400), ("page=\(cursor)", 400),
                ("team=a&page=\(flipped)", 400), ("team=a&page=", 400), ("team=a&page=\(cursor)&page=\(cursor)", 400),
            ] {
                let answer = try await probe.send("GET", "/v1/registry/capabilities?" + query, token: token)
                #expect(answer.status == status, "\(query)")
            }
        }
    }

    @Test("a limit out of range is refused by name", arguments: ["0", "-1", "201", "x", "1e1", "99999999999999999999"])
    func limit(text: String) async throws {
        let answer = try await withRunning(makeEchoService()) { [token] probe async throws in
            try await probe.send("GET", "/v1/registry/capabilities?limit=" + text, token: token)
        }

        #expect(answer.status == 400)
        #expect(answer.json["errors"]?.arrayValue?.first?["field"] == "limit")
    }
}
