import Contracts
import ServiceTestSupport
import TestSupport
import Testing

@Suite("The labeler's page")
struct PageTests {
    @Test("page, style and script come with their types, a policy, and 304 when they are known")
    func files() async throws {
        try await withMesh { mesh in
            try await mesh.run { probe in
                let types = ["": "text/html", "label.css": "text/css", "label.js": "text/javascript"]
                for (name, type) in types {
                    let answer = try await probe.send("GET", "/label/" + name)
                    #expect(answer.status == 200 && answer[header: "content-type"] == type + "; charset=utf-8")
                    #expect(answer[header: "content-security-policy"]?.contains("script-src 'self'") == true)
                    #expect(answer[header: "x-content-type-options"] == "nosniff")
                    #expect(answer[header: "cache-control"] == "no-cache")
                    let tag = try #require(answer[header: "etag"])
                    let known = try await probe.send("GET", "/label/" + name, headers: ["If-None-Match": tag])
                    #expect(known.status == 304 && known.body.isEmpty)
                }
                #expect(try await probe.send("GET", "/label/other.js").status == 404)
                #expect(try await probe.send("GET", "/label/..%2Flabel.js").status == 400)
            }
        }
    }

    @Test("the page runs no inline script or style, which the policy would stop")
    func inline() async throws {
        try await withMesh { mesh in
            try await mesh.run { probe in
                let text = try await probe.send("GET", "/label/").text
                #expect(!text.contains("style=") && !text.contains("<style") && !text.contains("onclick"))
                for id in [
                    "project", "who", "task", "picture", "choices", "skip", "undo", "message", "mine", "finished", "tasks", "progress",
                ] {
                    #expect(text.contains("id=\"\(id)\""), "no element \(id)")
                }
            }
        }
    }
}
