import Contracts
import Foundation

/// What the gateway agent sees of the two HAProxy processes; the supervisor reads it to know what is routed and what is drained.
struct GatewayView: Sendable, Hashable, Codable {
    /// Process of the agent that wrote it.
    var agent: Int32
    var at: Date
    var listeners: [String: [GatewayServerState]]
    /// Keys and sessions that the public listener knows; nil until identity was asked once.
    var keys: Int?

    /// Whether every listener gives the instance requests.
    func isRouted(_ name: String, port: Int) -> Bool {
        Listener.allCases.allSatisfy { listener in
            listeners[listener.rawValue]?.contains { $0.name == name && $0.port == port && $0.isServing } == true
        }
    }

    /// Whether no listener has or will have a request of the instance, seen after `since`.
    func isDrained(_ name: String, since: Date) -> Bool {
        at > since
            && Listener.allCases.allSatisfy { listener in
                guard let server = listeners[listener.rawValue]?.first(where: { $0.name == name }) else {
                    return listeners[listener.rawValue] != nil
                }
                return server.isDraining && server.sessions == 0 && server.queued == 0
            }
    }
}
