import Contracts
import Foundation
import Logging
import Observability

/// What all instances together say of models.
struct ModelStates: Sendable {
    let directory: ModelDirectory
    let source: any ModelSource
    let cache: ModelCache
    let table: StatisticsTable
    /// Nil where there is one instance only.
    let store: InstanceStore?
    /// Name of this instance among those that run, its own for each start.
    let instance: String
    let logger: Logger

    /// States of versions, over all instances. This one's are as they are now, the others' a moment old.
    func states(of versions: [ServedModel]) async -> [RepositoryState] {
        let others = await reports().map(\.states)
        let standIns = Dictionary(grouping: Set(versions.map(\.name)).flatMap(standIns)) {
            ModelPlace(model: $0.model, version: "\($0.serving)")
        }
        return versions.map { version in
            let place = ModelPlace(version)
            let state = RepositoryState([cache.state(of: version)] + others.map { $0[place] ?? .idle })
            return (standIns[place] ?? []).reduce(state) { $0.noting($1.reason) }
        }
    }

    /// Versions of a model that serve here in the place of what is declared.
    func standIns(of model: String) -> [StandIn] {
        guard let declared = source.declared()?[model], let served = directory.published(model) else { return [] }
        return StandIn.all(declared: declared, served: served) { cache.refusal(of: $0)?.reason }
    }

    /// What Prometheus reads: 1 for each alias that an earlier version serves for, 0 for the others.
    var samples: [MetricSample] {
        directory.models.values.flatMap { model in
            let behind = Set(standIns(of: model.name).map(\.alias))
            return model.aliases.keys.map { alias in
                MetricSample(
                    "mesh_inference_alias_behind", .gauge, labels: [("model", model.name), ("alias", alias)],
                    value: behind.contains(alias) ? 1 : 0)
            }
        }
    }

    /// The versions of a model as they are declared: what waits for its turn, or was refused, is among them.
    func versions(of model: PublishedModel) -> [ServedModel] {
        source.declared()?[model.name]?.versions ?? model.versions
    }

    /// What this instance has, or had to refuse.
    func ownReport() -> InstanceReport {
        let versions = (source.declared() ?? [:]).values.sorted { $0.name < $1.name }.flatMap(\.versions)
        return InstanceReport(
            entries: versions.compactMap { version in
                let state = cache.state(of: version)
                return state == .idle ? nil : InstanceReport.Entry(version, state)
            })
    }

    private func reports() async -> [InstanceReport] {
        await others { try await $0.states(except: instance) }
    }

    /// What the others say; nothing when that cannot be read: this instance still speaks for itself.
    private func others<T>(_ read: (InstanceStore) async throws -> [T]) async -> [T] {
        guard let store else { return [] }
        do {
            return try await read(store)
        } catch {
            logger.warning("the other instances' reports could not be read", metadata: ["error": "\(String(reflecting: error))"])
            return []
        }
    }
}

extension ModelStates {
    /// Counts and memory of versions, over all instances. This one's are as they are now, the others' some seconds old.
    func statistics(of versions: [ServedModel]) async -> [VersionUse] {
        let others = await others { try await $0.statistics(except: instance) }
        let all = ([ownStatistics()] + others).map(\.uses)
        return versions.map { version in
            let place = ModelPlace(version)
            return all.compactMap { $0[place] }.reduce(VersionUse(), +)
        }
    }

    /// What this instance counted, as it reports it.
    func ownStatistics() -> InstanceStatistics {
        let bytes = cache.bytes
        let entries = table.all.map { statistics in
            let place = ModelPlace(model: statistics.model, version: statistics.version)
            return InstanceStatistics.Entry(model: place.model, version: place.version, counts: statistics.counts, bytes: bytes[place])
        }
        return InstanceStatistics(entries: entries.filter { $0.counts != ServingCounts() || $0.bytes != nil })
    }
}
