import Contracts
import Foundation

/// How the supervisor sees its processes.
extension Supervisor {
    /// Takes in which children ended, and how.
    func reap() {
        for member in fleet.members {
            guard let pid = member.process?.pid else { continue }
            var status: Int32 = 0
            // Fails for processes of an earlier supervisor: they are nobody's children but the system's.
            guard waitpid(pid, &status, WNOHANG) == pid else { continue }
            endings[pid] = Self.ending(status)
        }
    }

    /// An exit status in words.
    static func ending(_ status: Int32) -> String {
        let signal = status & 0x7f
        return signal == 0 ? "exit status \(status >> 8 & 0xff)" : "signal \(signal)"
    }

    func sighting(of member: Member, view: GatewayView?, _ now: Date) -> Sighting {
        guard let process = member.process else { return Sighting(isAlive: false) }
        guard endings[process.pid] == nil, process.isAlive else { return Sighting(isAlive: false, ending: endings[process.pid]) }
        return Sighting(
            isReady: isReady(member),
            isRouted: member.port.map { view?.isRouted(member.name, port: $0) == true } ?? true,
            isDrained: view?.isDrained(member.name, since: member.since) == true)
    }

    /// The last answer, if it came from the process that runs now.
    func isReady(_ member: Member) -> Bool {
        guard let known = readiness[member.name] else { return false }
        return known.process == member.process && known.isReady
    }

    /// Asks a member whether it is ready, unless it was asked a moment ago or has yet to answer.
    func askReadiness(of member: Member, _ now: Date) {
        guard let process = member.process, !asking.contains(member.name) else { return }
        if let known = readiness[member.name], known.process == process, known.isReady, now.timeIntervalSince(known.at) < Self.readinessAge
        {
            return
        }
        asking.insert(member.name)
        let question = readinessQuestion(member)
        Task {
            let isReady = await offload(question)
            readiness[member.name] = (process, isReady, .now)
            asking.remove(member.name)
        }
    }

    private func readinessQuestion(_ member: Member) -> @Sendable () -> Bool {
        let (layout, settings, process) = (layout, settings, member.process)
        switch member.program {
        case .service:
            let port = member.port ?? 0
            return { PlainHTTP.get(port: port, path: "/readyz")?.status == 200 }
        case .agent:
            return { PrivateFile.json(GatewayView.self, at: layout.gatewayView)?.agent == process?.pid }
        case .gateway(let listener):
            let port = settings.gateway.addresses(of: listener).traffic.split(separator: ":").last.flatMap { Int($0) } ?? 0
            return {
                guard let connection = LoopbackSocket.connect(port: port, seconds: 1) else { return false }
                close(connection)
                return true
            }
        }
    }
}

extension Program {
    /// What asks the program to end gracefully.
    var stopSignal: Int32 {
        if case .gateway = self { SIGUSR1 } else { SIGTERM }
    }
}

extension Member {
    /// The member as HAProxy should have it; nil for one that is no service, or takes no requests yet.
    var gatewayServer: GatewayServer? {
        guard let service = program.service, let port else { return nil }
        switch phase {
        case .ready: return GatewayServer(service: service, name: name, port: port)
        // One that crashed comes back at its port: its place on the hash ring stays, HAProxy's checks keep requests away.
        case .starting, .waiting, .restarting: return restarts > 0 ? GatewayServer(service: service, name: name, port: port) : nil
        case .draining, .stopping: return GatewayServer(service: service, name: name, port: port, isDraining: true)
        }
    }
}
