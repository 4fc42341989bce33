import Contracts
import Foundation
import Postgres
import ServiceTestSupport
import TestSupport
import Testing

@Suite("Roles on labeling's routes")
struct RoleTests {
    /// Each route with a sound request, and who gets past the guard.
    struct Row: Sendable, CustomTestStringConvertible {
        let method: String
        let pattern: String
        let path: String
        var body: String?
        let admits: Set<String>
        var testDescription: String { "\(method) \(pattern)" }
    }

    static let everybody: Set<String> = ["viewer", "labeler", "engineer", "operator", "administrator"]
    static let builders: Set<String> = ["engineer", "administrator"]
    static let labelers: Set<String> = ["labeler", "engineer", "administrator"]
    static let task = #"{"reason":"r","tasks":[{"rowId":"r1","input":{"pixels":[1,2]}}]}"#

    static let rows = [
        Row(method: "GET", pattern: "/label/", path: "/label/", admits: everybody.union(["nobody"])),
        Row(method: "GET", pattern: "/label/{file}", path: "/label/label.js", admits: everybody.union(["nobody"])),
        Row(method: "GET", pattern: "/v1/labeling/projects", path: "/v1/labeling/projects", admits: everybody),
        Row(
            method: "POST", pattern: "/v1/labeling/projects", path: "/v1/labeling/projects", body: #"{"capability":"shapes"}"#,
            admits: builders),
        Row(method: "GET", pattern: "/v1/labeling/projects/{project}", path: "/v1/labeling/projects/shapes", admits: everybody),
        Row(
            method: "POST", pattern: "/v1/labeling/projects/{project}/tasks", path: "/v1/labeling/projects/shapes/tasks", body: task,
            admits: builders.union(["monitor"])),
        Row(
            method: "GET", pattern: "/v1/labeling/projects/{project}/tasks", path: "/v1/labeling/projects/shapes/tasks",
            admits: ["viewer", "engineer", "operator", "administrator"]),
        Row(
            method: "POST", pattern: "/v1/labeling/projects/{project}/requests", path: "/v1/labeling/projects/shapes/requests",
            body: #"{"count":1,"method":"random","reason":"r"}"#, admits: builders),
        Row(
            method: "POST", pattern: "/v1/labeling/projects/{project}/leases", path: "/v1/labeling/projects/shapes/leases", body: "{}",
            admits: labelers),
        Row(
            method: "GET", pattern: "/v1/labeling/projects/{project}/progress", path: "/v1/labeling/projects/shapes/progress",
            admits: everybody),
        Row(
            method: "POST", pattern: "/v1/labeling/projects/{project}/commits", path: "/v1/labeling/projects/shapes/commits",
            admits: builders),
        Row(
            method: "POST", pattern: "/v1/labeling/tasks/{task}/annotations", path: "/v1/labeling/tasks/none/annotations",
            body: #"{"lease":"x","label":1}"#, admits: labelers),
        Row(
            method: "POST", pattern: "/v1/labeling/tasks/{task}/skips", path: "/v1/labeling/tasks/none/skips", body: #"{"lease":"x"}"#,
            admits: labelers),
    ]

    @Test("the table covers every route of labeling")
    func complete() {
        let covered = Set(Self.rows.map { "\($0.method) \($0.pattern)" })
        #expect(covered == Set(RouteTable.routes(of: .labeling).map { "\($0.method) \($0.pattern)" }))
    }

    @Test("every route lets in whom the route table lets in, and nobody else")
    func matrix() async throws {
        try await withMesh { mesh in
            let faults = try await RoleMatrix.faults(of: try mesh.service(), authority: mesh.authority)
            #expect(faults == [])
        }
    }

    @Test("every route admits exactly its roles and services")
    func roles() async throws {
        try await withLabeling { mesh, labeling in
            var tokens: [(String, String?)] = Role.allCases.map { ($0.rawValue, mesh.authority.person("p", roles: [$0])) }
            tokens += [("nobody", nil), ("monitor", mesh.authority.service(.monitor)), ("trainer", mesh.authority.service(.trainer))]
            for row in Self.rows {
                for (name, token) in tokens {
                    let headers = row.body == nil ? [:] : ["Content-Type": "application/json"]
                    let answer = try await labeling.probe.send(
                        row.method, row.path, token: token, headers: headers, body: row.body.map { Array($0.utf8) })
                    // A service's token is no key to a page that anybody may open either way.
                    if row.path.hasPrefix("/label/"), ["monitor", "trainer"].contains(name) { continue }
                    let isAdmitted = answer.status != 401 && answer.status != 403
                    #expect(isAdmitted == row.admits.contains(name), "\(row.testDescription) as \(name): \(answer.status) \(answer.text)")
                    #expect(answer.status < 500, "\(row.testDescription) as \(name): \(answer.text)")
                }
            }
        }
    }

    @Test("another team finds no project, no task and makes none")
    func teams() async throws {
        try await withLabeling { mesh, labeling in
            _ = try await labeling.push(Fixtures.tasks(0..<1))
            let lease = try await labeling.lease("ann").decode(TaskLease.self)
            let stranger = mesh.authority.person("eve", roles: [.engineer], team: "mobile")
            let root = "/v1/labeling/projects"
            for path in ["\(root)/shapes", "\(root)/shapes/progress", "\(root)/shapes/tasks"] {
                #expect(try await labeling.probe.send("GET", path, token: stranger).status == 404, "\(path)")
            }
            for (path, body) in [
                ("leases", "{}"), ("commits", "{}"), ("tasks", Self.task), ("requests", #"{"count":1,"method":"all","reason":"r"}"#),
            ] {
                #expect(
                    try await labeling.probe.send("POST", "\(root)/shapes/\(path)", token: stranger, json: body).status == 404, "\(path)")
            }
            let answer = NewAnnotation(lease: lease.lease, label: 1)
            #expect(try await labeling.post("/v1/labeling/tasks/\(lease.task.id)/annotations", answer, token: stranger).status == 404)
            #expect(try await labeling.probe.send("GET", root, token: stranger).decode(Page<LabelingProject>.self).items.isEmpty)
            #expect(try await labeling.post(root, NewProject(capability: "shapes", name: "mine"), token: stranger).status == 403)
        }
    }

    @Test("a project cannot take the name of a capability to come, and a service is never given another capability's project")
    func squatting() async throws {
        try await withLabeling { mesh, labeling in
            let named = try await labeling.post(
                "/v1/labeling/projects", NewProject(capability: "shapes", name: "future"), token: mesh.owner)
            #expect(named.status == 400 && named.json["errors"]?.arrayValue?.first?["field"] == "name", "\(named.text)")

            try await mesh.database.execute("INSERT INTO projects (id, capability, created_by) VALUES ('future', 'shapes', 'key:1')")
            let tasks = NewTasks(reason: "alarm", tasks: Fixtures.tasks(0..<1))
            let path = "/v1/labeling/projects/future/tasks"
            let pushed = try await labeling.post(path, tasks, token: mesh.authority.service(.monitor))
            #expect(pushed.status == 409, "\(pushed.text)")
            #expect(try await mesh.database.number("SELECT count(*) AS n FROM tasks") == 0)
        }
    }
}
