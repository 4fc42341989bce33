import Contracts
import Foundation
import TestSupport
import Testing

@testable import MeshCommand

extension MeshTests.Played {
    @Test("scaling up, a rolling restart of every program and scaling down fail no prediction")
    func failsNoPrediction() async throws {
        let before = try await instances()

        let load = try await underLoad {
            try await mesh.command("scale", "inference=3", "experiment-router=3")
            for program in ServiceName.serving.map(\.rawValue) + Program.singles.map(\.name) { try await mesh.command("restart", program) }
            try await mesh.command("scale", "inference=2", "experiment-router=2")
        }

        let after = try await instances()
        #expect(Set(after.map(\.process)).isDisjoint(with: before.map(\.process)), "every instance is another")
        #expect(after.count { $0.program == .service(.inference) } == 2 && after.count { $0.program == .service(.experimentRouter) } == 2)
        #expect(load.sent > 1_000)
        #expect(load.failures.isEmpty, "\(load.failures.count) of \(load.sent): \(load.failures.prefix(3))")
    }

    private func instances() async throws -> [Member] {
        try await mesh.fleet().members.filter { $0.program.service != nil }
    }

    /// What clients that never try again heard while the body ran.
    private func underLoad(_ body: () async throws -> Void) async throws -> (sent: Int, failures: [String]) {
        guard case .key(let key) = loop.progress.cast.product.credential else { throw TestSupportError("the product has no key") }
        let gateway = try mesh.gateway
        let request = try WireJSON.encode(DemoTraffic.body("somebody", [DemoDigits.sample().wild[0]]))
        let heard = Recorder((sent: 0, failures: [String]()))
        let isOver = Recorder(false)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    while !isOver.value {
                        let fault = await Self.predict(at: gateway, key: key, Array(request))
                        heard.change { $0 = ($0.sent + 1, $0.failures + (fault.map { [$0] } ?? [])) }
                    }
                }
            }
            defer { isOver.change { $0 = true } }
            try await body()
        }
        return heard.value
    }

    /// What was wrong with the answer to one request; nil when it is a prediction.
    private static func predict(at gateway: HTTPProbe, key: String, _ body: [UInt8]) async -> String? {
        do {
            let answer = try await gateway.send(
                "POST", "/v2/models/digits/infer", token: key, headers: ["Content-Type": "application/json"], body: body)
            return answer.status == 200 ? nil : "\(answer.status) \(answer.text.prefix(200))"
        } catch {
            return "\(error)"
        }
    }
}
