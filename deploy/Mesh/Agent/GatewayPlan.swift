import Contracts

/// The commands that bring a running HAProxy from the servers it has to those it should have.
enum GatewayPlan {
    /// Commands of HAProxy's runtime interface, in order. Nothing when all is as it should be.
    static func commands(from current: [GatewayServerState], to desired: [GatewayServer]) -> [String] {
        let present = Dictionary(current.map { ($0.reference, $0) }) { first, _ in first }
        let wanted = Set(desired.map(\.reference))
        let arrivals = desired.flatMap { commands(for: $0, present: present[$0.reference]) }
        let departures = current.filter { !wanted.contains($0.reference) }.flatMap { server in
            // A server in use cannot be deleted; the next round tries again.
            (server.isOff ? [] : ["set server \(server.reference) state maint"]) + ["del server \(server.reference)"]
        }
        return arrivals + departures
    }

    private static func commands(for server: GatewayServer, present: GatewayServerState?) -> [String] {
        guard let present else {
            return server.isDraining
                ? []
                : [
                    "add server \(server.reference) \(server.address) id \(server.number) \(GatewayServer.checks)",
                    "enable health \(server.reference)", "enable server \(server.reference)",
                ]
        }
        var commands: [String] = []
        if present.port != server.port { commands.append("set server \(server.reference) addr 127.0.0.1 port \(server.port)") }
        if server.isDraining, !present.isDraining { commands.append("set server \(server.reference) state drain") }
        if !server.isDraining, present.isDraining { commands.append("set server \(server.reference) state ready") }
        return commands
    }
}
