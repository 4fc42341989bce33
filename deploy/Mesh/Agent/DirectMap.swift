import Contracts
import Foundation

/// Which capabilities have no experiment, as the event log tells: their predictions need no experiment-router.
///
/// Events may come twice and in any order: an experiment that has ended never runs again.
struct DirectMap: Sendable, Hashable {
    private var capabilities: Set<String> = []
    /// Experiment -> capability.
    private var running: [String: String] = [:]
    private var ended: Set<String> = []

    /// Models that go straight to inference.
    var models: Set<String> { capabilities.subtracting(running.values) }

    /// Lines of a HAProxy map, sorted.
    var file: String { models.sorted().map { "\($0) 1\n" }.joined() }

    /// Takes an event in.
    mutating func apply(_ event: EventEnvelope) {
        switch event.type {
        case EventType.capabilityApplied:
            // A name goes into a command of HAProxy, so it must be one.
            if let name = event.data["name"]?.stringValue, Names.isName(name) { capabilities.insert(name) }
        case EventType.experimentChanged:
            guard let id = event.data["id"]?.stringValue, let capability = event.data["capability"]?.stringValue else { return }
            if event.data["state"]?.stringValue != Experiment.State.running.rawValue {
                ended.insert(id)
                running[id] = nil
            } else if !ended.contains(id) {
                running[id] = capability
            }
        default: break
        }
    }

    /// The models of what HAProxy answers to `show map`: an address, the model and a value on each line.
    static func shown(_ text: String) -> Set<String> {
        Set(text.split(separator: "\n").map { $0.split(separator: " ") }.filter { $0.count == 3 }.map { String($0[1]) })
    }

    /// The commands that make a HAProxy that knows some models know exactly these, for the map `name`. What needs the experiment-router
    /// again comes first: it is what somebody waits for.
    static func commands(from known: Set<String>, to wanted: Set<String>, map name: String) -> [String] {
        known.subtracting(wanted).sorted().map { "del map \(name) \($0)" }
            + wanted.subtracting(known).sorted().map { "add map \(name) \($0) 1" }
    }
}
