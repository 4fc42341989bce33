import Contracts
import Foundation
import MeshClient

/// One call of the demo on a mesh: which name it plays under, or that the loop was closed before.
struct DemoRun: Sendable {
    static let capability = "digits"

    let administrator: DemoCaller
    let story: DemoStory
    let digits: DemoDigits
    /// The sample's manifest.
    let manifest: JSONValue

    /// Plays the loop, unless it was played and `again` is false; gives what a person needs to go on.
    func run(again: Bool, interlude: @escaping @Sendable (DemoChapter) async throws -> Void = { _ in }) async throws -> DemoOutcome {
        let (names, free) = try await takenNames()
        if !again, let (name, champion) = try await closedLoop(names) {
            story.tell("The loop of capability \(name) is closed: version \(champion) serves and no alarm fires.")
            story.tell("mesh demo --again plays it once more, under another name.")
            return try await outcome(name, champion: champion, progress: nil)
        }
        let name = free
        let demo = Demo(
            name: name, manifest: Self.renamed(manifest, name), administrator: administrator, digits: digits, story: story,
            interlude: interlude)
        let progress = try await demo.play()
        return try await outcome(name, champion: progress.champion, progress: progress)
    }

    /// The newest loop that an earlier call closed: its champion serves, an alarm came and went, none fires.
    private func closedLoop(_ names: [String]) async throws -> (name: String, champion: Int)? {
        for name in names.reversed() {
            guard let champion = try await status(name)?.aliases.first(where: { $0.alias == "champion" })?.version else { continue }
            let health: CapabilityHealth = try await administrator.get(Path("v1", "monitor", "capabilities", name))
            if health.alarms.contains(where: { $0.state == .resolved }), !health.alarms.contains(where: { $0.state == .firing }) {
                return (name, champion)
            }
        }
        return nil
    }

    /// The names of earlier demos, and the first of `digits`, `digits-2`, `digits-3`, … that is not taken: what is there is never touched.
    private func takenNames() async throws -> (taken: [String], free: String) {
        var taken: [String] = []
        while true {
            let name = taken.isEmpty ? Self.capability : "\(Self.capability)-\(taken.count + 1)"
            if try await status(name) == nil { return (taken, name) }
            taken.append(name)
        }
    }

    private func status(_ name: String) async throws -> CapabilityStatus? {
        let request = ClientRequest("GET", Path("v1", "registry", "capabilities", name, "status"))
        let answer = try await administrator.send(request)
        if answer.status == 404 { return nil }
        guard answer.isSuccess else { throw administrator.refusal(of: request, answer) }
        return try answer.decode(CapabilityStatus.self)
    }

    /// The manifest under another name, with a data set of its own.
    static func renamed(_ manifest: JSONValue, _ name: String) -> JSONValue {
        guard case .object(var root) = manifest, case .object(var metadata)? = root["metadata"], case .object(var data)? = root["data"]
        else { return manifest }
        metadata["name"] = .string(name)
        data["dataset"] = .string(name)
        root["metadata"] = .object(metadata)
        root["data"] = .object(data)
        return .object(root)
    }

    private func outcome(_ name: String, champion: Int, progress: Demo.Progress?) async throws -> DemoOutcome {
        let key = try await DemoCast.key("demo", team: DemoCast.team, roles: [.engineer], administrator).secret
        let engineer = try await DemoCast.invite("Engineer", roles: [.engineer], administrator)
        let labeler = try await DemoCast.invite("Labeler", roles: [.labeler], administrator)
        let body = String(decoding: try WireJSON.encode(DemoTraffic.body("me", [digits.wild[0]])), as: UTF8.self)
        let url = administrator.url
        return DemoOutcome(
            capability: name, played: progress != nil, seconds: story.seconds, story: story.entries, champion: champion,
            experiment: progress?.experiment, decision: progress?.decision, alarm: progress?.alarm, gatewayURL: url, key: key,
            consoleURL: engineer.url, labelerURL: labeler.url,
            curl: "curl -sS -H 'Authorization: Bearer \(key)' -H 'Content-Type: application/json' "
                + "-d '\(body)' \(url)/v2/models/\(name)/infer")
    }
}
