import Foundation
import TestSupport
import Testing

@testable import MeshCommand

extension MeshTests.Played {
    @Test("promtool finds no fault in the metrics of any instance or gateway after the loop; nothing is parked, dropped or behind")
    func metrics() async throws {
        let members = try await mesh.fleet().members.filter { $0.phase == .ready }
        var services: Set<String> = []
        for member in members {
            guard let port = member.port else { continue }
            services.insert(member.program.name)
            let text = try await HTTPProbe(port: port).send("GET", "/metrics").text
            #expect(try Promtool.faults(in: text).isEmpty, "\(member.name)")
            #expect((EventSample(metrics: text).parked ?? 0) == 0, "\(member.name)")
            #expect((EventSample(metrics: text).lagSeconds ?? 0) < 30, "\(member.name)")
        }
        #expect(services.count == 8)
        let settings = try #require(PrivateFile.json(MeshSettings.self, at: mesh.layout.settings))
        for listener in Listener.allCases {
            let port = try #require(settings.gateway.addresses(of: listener).metrics.split(separator: ":").last.flatMap { Int($0) })
            let text = try await HTTPProbe(port: port).send("GET", "/metrics").text
            #expect(try Promtool.faults(inHAProxy: text).isEmpty, "\(listener)")
        }
    }
}
