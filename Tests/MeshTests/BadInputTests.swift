import Contracts
import Foundation
import TestSupport
import Testing

@testable import MeshCommand

extension MeshTests.Played {
    @Test("bad input on every route is a client error that says what was wrong", arguments: HostileRequest.Kind.allCases)
    func refusesBadInput(_ kind: HostileRequest.Kind) async throws {
        let (gateway, key) = (try mesh.gateway, try mesh.record.administratorKey)
        for route in RouteTable.all {
            for request in HostileRequest.all(kind, for: route) {
                let answer = try await gateway.send(
                    request.method, request.path, token: key, headers: request.headers, body: request.body)
                #expect(request.isRefused(answer.status), "\(request): \(answer.status) \(answer.text.prefix(300))")
                if answer.status >= 400, request.method != "HEAD" {
                    let problem = try? WireJSON.decode(JSONValue.self, from: Data(answer.text.utf8))
                    #expect(problem?.objectValue?.isEmpty == false, "\(request): no JSON in \(answer.text.prefix(300))")
                }
            }
        }
    }

    @Test("after all of it every service is as ready as before, and none has crashed")
    func survives() async throws {
        let fleet = try await mesh.fleet()

        #expect(
            fleet.members.allSatisfy { $0.phase == .ready && $0.restarts == 0 },
            "\(fleet.members.map { "\($0.name) \($0.lastFault ?? "")" })")
    }
}
