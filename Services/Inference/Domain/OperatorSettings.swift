import Contracts

/// What operators set while the server runs.
struct OperatorSettings: Sendable, Hashable {
    /// What was set of one place.
    struct Entry: Sendable, Hashable {
        /// Members that are otherwise than at the server's start.
        var members: [String: JSONValue] = [:]
        /// Rises with every change, also with one that says what was so already.
        var revision = 0
    }

    private(set) var entries: [SettingsPlace: Entry]

    init(_ entries: [SettingsPlace: Entry] = [:]) {
        self.entries = entries
    }

    /// Changes some of a place's settings; throws a fault that names the setting, and changes nothing then.
    ///
    /// Of traces, null takes a setting back: a model then has what the server has, and the server its default.
    mutating func change(_ place: SettingsPlace, by wishes: [String: JSONValue]) throws(FieldFault) {
        var own = members(of: place)
        for (name, value) in wishes {
            if value == .null, place != .log, TraceSettings.names.contains(name) {
                own.removeValue(forKey: name)
            } else {
                own[name] = value
            }
        }
        switch place {
        case .log: _ = try LogSettings().changed(by: own)
        case .trace: _ = try TraceSettings().changed(by: own)
        case .modelTrace: _ = try trace(of: nil).changed(by: own)
        }
        entries[place] = Entry(members: own, revision: revision(of: place) + 1)
    }

    /// How often anything was changed: of two states the one with more changes is the later.
    var changes: Int { entries.values.reduce(0) { $0 + $1.revision } }

    /// How often a place was changed.
    func revision(of place: SettingsPlace) -> Int { entries[place]?.revision ?? 0 }

    private func members(of place: SettingsPlace) -> [String: JSONValue] { entries[place]?.members ?? [:] }

    /// What the process logs, where it logged `initial` at its start.
    func log(from initial: LogSettings) -> LogSettings {
        (try? initial.changed(by: members(of: .log))) ?? initial
    }

    /// Which requests of a model are traced; for nil those of a model without settings of its own.
    func trace(of model: String?) -> TraceSettings {
        let server = (try? TraceSettings().changed(by: members(of: .trace))) ?? TraceSettings()
        guard let model else { return server }
        return (try? server.changed(by: members(of: .modelTrace(model)))) ?? server
    }

    /// Models with trace settings of their own.
    var tracedModels: [String] {
        entries.compactMap { place, entry in
            if case .modelTrace(let model) = place, !entry.members.isEmpty { model } else { nil }
        }
    }
}
