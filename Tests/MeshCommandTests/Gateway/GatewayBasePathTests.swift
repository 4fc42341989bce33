import ArgumentParser
import Contracts
import Foundation
import Settings
import TestSupport
import Testing

@testable import MeshCommand

@Suite("The gateway below a base path")
struct GatewayBasePathTests {
    private static let base = BasePath(rawValue: "/team-1/m.l")

    @Test("below the base path and without it a request meets the same route, rules and service")
    func served() async throws {
        try await TestGateway.run(basePath: Self.base) { gateway async throws in
            let token = try gateway.token(scope: "infer")
            for base in ["", "/team-1/m.l"] {
                let infer = try await gateway.http.send("POST", base + "/v2/models/a/infer?x=/team-1/m.l/", token: token, json: "{}")
                #expect(infer.status == 200)
                #expect(infer.json["path"]?.stringValue == "/v2/models/a/infer?x=/team-1/m.l/")
                #expect(try await gateway.http.send("GET", base + "/label/").json["path"] == "/label/")
                let unknown = try await gateway.http.send("POST", base + "/v2/models/a/infer", json: "{}")
                #expect(unknown.status == 401 && unknown.json.objectValue?.keys.sorted() == ["error", "requestId"])
                #expect(try await gateway.http.send("GET", base + "/v1/identity/people", token: token).status == 403)
                let method = try await gateway.http.send("PUT", base + "/v2/models/a/infer", token: token, json: "{}")
                #expect(method.status == 405 && method[header: "allow"] == "POST")
            }
        }
    }

    @Test(
        "other spellings of the base path are one, and it is taken off once",
        arguments: [
            ("/team-1/m.l//v2", "/v2"), ("//team-1/./m.l/v2", "/v2"), ("/%74eam-1/m%2El/v2", "/v2"), ("/team-1/m.l/../m.l/v2", "/v2"),
            ("/x/../team-1/m.l/v2", "/v2"), ("/team-1/m.l/x/%2e%2e/v2", "/v2"), ("/team-1/m.l/../../v2", "/v2"),
            ("/team-1/m.l/v2/models/a%2F..%2Fb", "/v2/models/a%2F..%2Fb"),
        ])
    func spelling(path: String, meant: String) async throws {
        try await TestGateway.run(basePath: Self.base) { gateway async throws in
            let answer = try await gateway.http.send("GET", path, token: try gateway.token(scope: "read infer"))
            #expect(answer.status == 200 && answer.json["path"]?.stringValue == meant, "\(answer.status) \(answer.text)")
            #expect(try await gateway.http.send("GET", path).status == (meant == "/v2" ? 200 : 401))
        }
    }

    @Test("what only looks like the base path is none of ours")
    func others() async throws {
        try await TestGateway.run(basePath: Self.base) { gateway async throws in
            let token = try gateway.token(scope: "read infer")
            for path in [
                "/team-1/m.l", "/team-1/m.l/", "/team-1/m.l?x=/v2", "/team-1/m.lx/v2", "/team-1/mxl/v2", "/team-1/v2", "/Team-1/m.l/v2",
                "/team-1%2Fm.l/v2", "/team-1/m.l/team-1/m.l/v2", "/team-1/m.l/../v2", "/x/team-1/m.l/v2",
            ] {
                let answer = try await gateway.http.send("GET", path, token: token)
                #expect(answer.status == 404, "\(path): \(answer.status)")
            }
            #expect(try await gateway.http.send("GET", "/team-1/m.l/v2/%zz", token: token).status == 400)
        }
        try await TestGateway.run { gateway async throws in
            #expect(try await gateway.http.send("GET", "/team-1/m.l/v2").status == 404)
        }
    }

    @Test("a place that an answer names is below the base path for who asked there")
    func locations() async throws {
        try await TestGateway.run(basePath: Self.base) { gateway async throws in
            let sent = { (base: String, place: String) async throws -> String? in
                try await gateway.http.send("GET", base + "/label/", headers: ["X-Stub-Location": place])[header: "location"]
            }
            #expect(try await sent("/team-1/m.l", "/v1/jobs/7") == "/team-1/m.l/v1/jobs/7")
            #expect(try await sent("/team-1/m.l", "/") == "/team-1/m.l/")
            #expect(try await sent("/team-1/m.l", "https://mlmesh.example/v1") == "https://mlmesh.example/v1")
            #expect(try await sent("/team-1/m.l", "//other/v1") == "//other/v1")
            #expect(try await sent("", "/v1/jobs/7") == "/v1/jobs/7")
        }
    }

    @Test("a mesh that runs takes and loses it, while every request is answered")
    func renewed() async throws {
        try await TestMesh.run { mesh async throws in
            var settings = mesh.settings
            for base in [Self.base, nil] {
                settings.gateway.basePath = base
                try PrivateFile.write(json: settings, to: mesh.layout.settings)
                try await MeshStart(layout: mesh.layout, patience: .seconds(30)).renewGateway { _ in }
                try await eventually {
                    #expect(try await mesh.http.send("GET", "/label/").status == 200)
                    let status = try await mesh.http.send("GET", "/team-1/m.l/label/").status
                    return status == (base == nil ? 404 : 200) ? nil : "\(status)"
                }
            }
        }
    }

    @Test("the commands refuse what is no base path and say why; settings from before it had one are read")
    func option() throws {
        for text in ["ml", "/ml/", "/m'l", "/v2", "/label/x"] {
            let fault = #expect(throws: (any Error).self) { try UpCommand.parse(["--base-path", text]) }
            #expect(fault.map { UpCommand.message(for: $0) }?.contains("--base-path must ") == true)
            #expect(throws: (any Error).self) {
                try GatewayFilesCommand.parse(["public", "--folder", "f", "--public-keys", "k", "--base-path", text])
            }
        }
        #expect(try UpCommand.parse(["--base-path", "/ml"]).basePath == "/ml")
        #expect(try UpCommand.parse(["--base-path", ""]).basePath?.isEmpty == true)

        let addresses = #"{"traffic":"127.0.0.1:1","metrics":"127.0.0.1:2"}"#
        let old =
            #"{"publicAddresses":\#(addresses),"internalAddresses":\#(addresses),"issuer":"i","audience":"a","requestsPerMinute":60"#
        let read = { (text: String) throws -> GatewaySettings in try WireJSON.decode(GatewaySettings.self, from: Data(text.utf8)) }
        #expect(try read(old + "}").basePath == nil)
        #expect(try read(old + #","basePath":"/ml"}"#).basePath?.rawValue == "/ml")
        #expect(throws: (any Error).self) { try read(old + #","basePath":"/m l"}"#) }
    }
}
