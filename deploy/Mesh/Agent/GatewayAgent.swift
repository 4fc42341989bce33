import Contracts
import Foundation
import Logging

/// Tells both HAProxy processes which instances there are and which keys are good; the only one that holds their admin sockets.
actor GatewayAgent {
    static let pace = Duration.milliseconds(100)
    /// How often HAProxy is looked at when nothing seems to change: it may have been started anew.
    static let longestPause: TimeInterval = 0.5
    static let keysMap = "keys.map"

    let layout: MeshLayout
    let settings: MeshSettings
    let logger: Logger
    private var view: GatewayView
    /// What was written to the files last.
    private var rendered: [GatewayServer]?
    private var looked = Date.distantPast
    private var keys: KeyMap
    private var cursor: String
    /// The HAProxy worker that knows the present keys.
    private var informed: Int32?
    private var repair = PoolRepair()

    init(layout: MeshLayout, settings: MeshSettings, logger: Logger) {
        self.layout = layout
        self.settings = settings
        self.logger = logger
        view = GatewayView(agent: getpid(), at: .distantPast, listeners: [:])
        let folder = GatewayFolder(layout: layout, settings: settings, listener: .public)
        keys = KeyMap(file: PrivateFile.text(folder.keysMap) ?? "")
        cursor = PrivateFile.text(folder.cursor) ?? ""
    }

    /// Runs until the process ends.
    func run() async throws {
        reloadIfChanged()
        async let identity: Void = followIdentity()
        async let supervisor: Void = watchSupervisor()
        async let limits: Void = GatewayLimits(layout: layout, settings: settings, logger: logger).run()
        async let direct: Void = GatewayExperiments(layout: layout, settings: settings, logger: logger).run()
        while !Task.isCancelled {
            await lookAround(at: .now)
            try await Task.sleep(for: Self.pace)
        }
        _ = try await (identity, supervisor, limits, direct)
    }

    /// Runs beside the public HAProxy of a cluster, which finds instances by DNS, until the process ends.
    func runInCluster() async throws {
        async let identity: Void = followIdentity()
        async let limits: Void = GatewayLimits(layout: layout, settings: settings, logger: logger).run()
        async let direct: Void = GatewayExperiments(layout: layout, settings: settings, logger: logger).run()
        while !Task.isCancelled {
            await informNewWorker()
            showView()
            try await Task.sleep(for: .seconds(Self.longestPause))
        }
        _ = try await (identity, limits, direct)
    }

    /// Renders the configuration; when it differs from what a running HAProxy has read, HAProxy reads it again.
    private func reloadIfChanged() {
        for listener in Listener.allCases {
            do {
                let changed = try folder(listener).refresh(servers: desiredServers() ?? [])
                guard !changed.subtracting(["backends.cfg"]).isEmpty else { continue }
                let answer = AdminSocket(path: layout.masterSocket(listener)).ask("reload")
                if answer != nil { logger.info("configuration changed, gateway reloads", metadata: ["listener": "\(listener.rawValue)"]) }
            } catch {
                logger.error("configuration cannot be rendered", metadata: ["listener": "\(listener.rawValue)", "error": "\(error)"])
            }
        }
    }

    /// One round: files, servers, keys, and what was seen.
    private func lookAround(at now: Date) async {
        guard let desired = desiredServers() else { return }
        let isQuiet = desired == rendered && !desired.contains(where: \.isDraining)
        guard !isQuiet || now.timeIntervalSince(looked) > Self.longestPause else { return }
        looked = now
        if desired != rendered { render(desired) }
        for listener in Listener.allCases {
            view.listeners[listener.rawValue] = await arrange(listener, desired)
            await repairPools(listener)
        }
        await informNewWorker()
        showView()
    }

    /// Writes down what was seen, and that the agent is at work.
    private func showView() {
        view.at = .now
        do {
            try PrivateFile.write(json: view, to: layout.gatewayView)
        } catch {
            logger.error("the view cannot be written", metadata: ["error": "\(error)"])
        }
    }

    private func desiredServers() -> [GatewayServer]? {
        PrivateFile.json(Fleet.self, at: layout.instances)?.members.compactMap(\.gatewayServer)
    }

    /// Files first: a HAProxy that starts at this moment then knows what the running one is told next.
    private func render(_ servers: [GatewayServer]) {
        do {
            for listener in Listener.allCases { try folder(listener).refresh(servers: servers) }
            rendered = servers
        } catch {
            logger.error("server lists cannot be written", metadata: ["error": "\(error)"])
        }
    }

    /// Brings one HAProxy to the servers that it should have. Returns those that it has; nil when it does not answer.
    private func arrange(_ listener: Listener, _ desired: [GatewayServer]) async -> [GatewayServerState]? {
        let socket = AdminSocket(path: layout.adminSocket(listener))
        let logger = logger
        return await offload {
            let look = { socket.ask("show stat -1 4 -1").map(GatewayServerState.parse(stat:)) }
            guard let current = look() else { return nil }
            let commands = GatewayPlan.commands(from: current, to: desired)
            guard !commands.isEmpty else { return current }
            for command in commands {
                let answer = socket.ask(command) ?? "no answer"
                logger.info("gateway told", metadata: ["listener": "\(listener.rawValue)", "command": "\(command)", "answer": "\(answer)"])
            }
            return look()
        }
    }

    /// Lets HAProxy read its file again when it has servers without a pool of idle connections.
    private func repairPools(_ listener: Listener) async {
        let (admin, master) = (AdminSocket(path: layout.adminSocket(listener)), AdminSocket(path: layout.masterSocket(listener)))
        let found = await offload { () -> (servers: [String], worker: Int32)? in
            let servers = admin.ask("show servers conn").map(PoolRepair.withoutPool) ?? []
            return servers.isEmpty ? nil : admin.worker().map { (servers, $0) }
        }
        guard let found, repair.mustReload(listener, worker: found.worker) else { return }
        logger.info("servers have no pool, gateway reloads", metadata: ["listener": "\(listener.rawValue)", "servers": "\(found.servers)"])
        // One that did not hear is told again.
        if await offload({ master.ask("reload") }) == nil { repair = PoolRepair() }
    }

    private func folder(_ listener: Listener) -> GatewayFolder {
        GatewayFolder(layout: layout, settings: settings, listener: listener)
    }
}

/// Keys and sessions.
extension GatewayAgent {
    /// Follows identity's list of keys. While identity is away nothing changes: keys that were good stay good.
    private func followIdentity() async {
        let identity = IdentityFeed(layout: layout, settings: settings)
        while !Task.isCancelled {
            do {
                let change = try await identity.entries(after: cursor)
                if change.cursor != cursor || !change.entries.isEmpty || view.keys == nil { try await apply(change) }
            } catch {
                logger.warning("identity gives no keys", metadata: ["error": "\(error)"])
                try? await Task.sleep(for: .milliseconds(500))
            }
        }
    }

    private func apply(_ change: GatewayEntries) async throws {
        let folder = folder(.public)
        let commands = keys.apply(change.entries, map: Self.keysMap)
        cursor = change.cursor
        try PrivateFile.write(keys.file, to: folder.keysMap)
        try PrivateFile.write(cursor, to: folder.cursor)
        let socket = AdminSocket(path: layout.adminSocket(.public))
        let isTold = await offload { commands.allSatisfy { socket.ask($0)?.isEmpty == true } }
        // Whatever went wrong, the whole list puts right.
        if !isTold { informed = nil }
        view.keys = keys.tokens.count
        logger.info("keys changed", metadata: ["changes": "\(commands.count)", "keys": "\(keys.tokens.count)"])
        await informNewWorker()
    }

    /// Gives the whole list to a HAProxy that may have read an older file.
    private func informNewWorker() async {
        let socket = AdminSocket(path: layout.adminSocket(.public))
        let (keys, informed) = (keys, informed)
        let worker = await offload { () -> Int32? in
            guard let worker = socket.worker(), worker != informed else { return informed }
            guard let answer = socket.ask("prepare map \(Self.keysMap)"), let version = answer.split(separator: " ").last else {
                return nil
            }
            let isTold = keys.replacement(map: Self.keysMap, version: String(version)).allSatisfy { socket.ask($0)?.isEmpty == true }
            return isTold ? worker : nil
        }
        // Keys may have changed meanwhile; those changes were told as well, or the next round tells all.
        if keys == self.keys { self.informed = worker }
    }

    /// Starts a supervisor when there is none: nobody else would notice that it was killed.
    private func watchSupervisor() async throws {
        var misses = 0
        while !Task.isCancelled {
            try await Task.sleep(for: .milliseconds(500))
            misses = FileLock.isHeld(layout.supervisorLock) ? 0 : misses + 1
            guard misses >= 2 else { continue }
            misses = 0
            logger.warning("the supervisor is gone; starting another")
            _ = try? SupervisorLaunch(layout: layout, settings: settings).start()
        }
    }
}
