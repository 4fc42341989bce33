import Contracts
import ServiceLifecycle
import Synchronization

/// Brings what is in memory and what is served to what is declared and asked for.
///
/// Desired state: every instance comes to the same by itself. Models are loaded before anybody calls them, as far as the memory allows, a few
/// at once; the others are loaded when they are called.
final class ModelLoader: Service {
    private struct State {
        /// As declared when it was served last: what is the same object needs no second look.
        var declared: [String: PublishedModel] = [:]
        /// Models that are served otherwise than declared, until a successor has been in memory.
        var waiting: Set<String> = []
        /// Those successors.
        var awaited: [ServedModel] = []
        /// What is being loaded by this loader, and whether a version serves on until it is there.
        var underWay: [ModelKey: Bool] = [:]
        /// Loaded once by this loader: what was driven out since comes back when it is called.
        var done: Set<ModelKey> = []
        /// The memory turned out to be full: no more is loaded ahead of calls until something changes.
        var isFull = false
        /// The last wish that was followed, by model.
        var generations: [String: Int] = [:]
    }

    private let source: any ModelSource
    private let desired: DesiredModels
    private let directory: ModelDirectory
    private let cache: ModelCache
    private let state = Mutex(State())
    /// Models as they were served before the start, by name.
    private let remembered = Mutex<[String: PublishedModel]>([:])
    private let settled = Atomic(false)
    private let wakeUps = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    /// How often is looked whether what was refused for a passing reason can be loaded.
    private static let pause = Duration.seconds(2)

    init(source: any ModelSource, desired: DesiredModels, directory: ModelDirectory, cache: ModelCache) {
        self.source = source
        self.desired = desired
        self.directory = directory
        self.cache = cache
    }

    /// Whether the models that were declared at the start have been loaded, or refused with a reason.
    var isSettled: Bool { settled.load(ordering: .acquiring) }

    /// Learns which versions served before the start: they serve where what follows them is refused. Before ``run()``.
    func remember(_ versions: [GoodVersion]) { remembered.withLock { $0 = GoodVersion.models(versions) } }

    func run() async throws {
        let declared = source.changes()
        let asked = desired.changes()
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { for await _ in declared { self.follow() } }
                group.addTask { for await _ in asked { self.follow() } }
                group.addTask {
                    while (try? await Task.sleep(for: Self.pause)) != nil { self.wakeUps.continuation.yield() }
                }
                for await _ in self.wakeUps.stream { self.loadWanted(in: &group) }
            }
        }
    }

    /// Serves what is declared and asked for now, and has the rest loaded.
    func follow() {
        state.withLock { $0.isFull = false }
        guard serve() else { return }
        wakeUps.continuation.yield()
    }

    /// Has loaded what is wanted and not there; each load ends with another look. A slow one holds no other up.
    private func loadWanted(in group: inout DiscardingTaskGroup) {
        guard directory.isLoaded else { return }
        let isCurrent = source.isCurrent
        _ = serve()
        while !Task.isCancelled, let (next, isAwaited) = nextWanted() {
            group.addTask { await self.load(next, isAwaited: isAwaited) }
        }
        if isCurrent, state.withLock({ $0.underWay.isEmpty }) { settled.store(true, ordering: .releasing) }
    }

    private func load(_ next: ServedModel, isAwaited: Bool) async {
        // The cache has noted why when it failed.
        _ = try? await cache.load(next, isCalled: isAwaited)
        state.withLock { state in
            state.underWay[next.key] = nil
            state.done.insert(next.key)
            state.isFull = state.isFull || (!isAwaited && cache.state(of: next) == .idle)
        }
        wakeUps.continuation.yield()
    }

    /// What is to be loaded next, which is noted. Successors are loaded as if they were called: the version before them is.
    private func nextWanted() -> (model: ServedModel, isAwaited: Bool)? {
        let (done, awaited, isFull, underWay) = state.withLock { ($0.done, $0.awaited, $0.isFull, $0.underWay) }
        func isDue(_ model: ServedModel) -> Bool {
            // What was driven out since it was loaded comes back when it is called.
            underWay[model.key] == nil && cache.isDue(model) && !(done.contains(model.key) && cache.state(of: model) == .idle)
        }
        if let next = awaited.first(where: isDue) { return note(next, isAwaited: true) }
        guard !isFull, underWay.values.count(where: { !$0 }) < cache.limitAhead else { return nil }
        // A version that served before the start is not needed unless its successor is refused.
        let succeeded = Set(awaited.filter { underWay[$0.key] != nil }.map(\.name))
        let next = wanted().first { wish in
            (wish.isDeclared || !succeeded.contains(wish.model.name)) && isDue(wish.model) && cache.hasRoom(for: wish.model)
        }
        return next.map { note($0.model, isAwaited: false) }
    }

    private func note(_ next: ServedModel, isAwaited: Bool) -> (model: ServedModel, isAwaited: Bool) {
        state.withLock { $0.underWay[next.key] = isAwaited }
        return (next, isAwaited)
    }

    /// Champions first: most requests mean them. What serves on for an alias is wanted beside what is declared to follow it.
    private func wanted() -> [(model: ServedModel, isDeclared: Bool)] {
        let desires = desired.desires
        let serving = directory.models
        let all = (source.declared() ?? [:]).values.sorted { $0.name < $1.name }.flatMap {
            model -> [(model: ServedModel, isDeclared: Bool)] in
            let desire = desires[model.name]
            guard desire?.isLoaded != false else { return [] }
            let serving = serving[model.name].map { Set($0.aliases.values) } ?? []
            let asked = Set(ModelDesire.wanted(of: model, desire).map(\.number))
            return model.versions.filter { asked.contains($0.number) || serving.contains($0.number) }.map {
                ($0, asked.contains($0.number))
            }
        }
        let champions = Set((source.declared() ?? [:]).values.compactMap { $0.standard?.key })
        return all.filter { champions.contains($0.model.key) } + all.filter { !champions.contains($0.model.key) }
    }

    /// Writes the directory; false before there is anything to be served.
    private func serve() -> Bool {
        state.withLock { state in
            guard let declared = source.declared() else { return false }
            follow(desired.desires, among: declared, &state)
            let before = directory.models
            let remembered = remembered.withLock(\.self)
            let wanted = Set(wanted().map(\.model.key))
            let done = state.done
            var awaited: [ServedModel] = []
            cache.want(wanted.union(before.values.flatMap(\.aliased).map(\.key)))
            var waiting: Set<String> = []
            let served = declared.mapValues { model in
                let name = model.name
                if let old = before[name], state.declared[name] === model, !state.waiting.contains(name), !self.isRefused(model) {
                    return old
                }
                let serving = Succession.serve(
                    model, after: before[name] ?? remembered[name],
                    waits: { old, new in
                        guard wanted.contains(new.key), self.waits(old, new, wasThere: done.contains(new.key)) else { return false }
                        awaited.append(new)
                        return true
                    }, substitute: { wanted.contains($0.key) ? self.substitute(for: $0, of: model) : nil })
                if serving !== model { waiting.insert(name) }
                return serving
            }
            if !directory.isLoaded || served.contains(where: { before[$0.key] !== $0.value }) || served.count != before.count {
                directory.publish(served)
            }
            let keys = Set((Array(served.values) + Array(declared.values)).flatMap(\.versions).map(\.key))
            cache.retain(keys)
            state.declared = declared
            state.waiting = waiting
            state.awaited = awaited
            state.done.formIntersection(keys)
            return true
        }
    }

    /// Whether a version serves on: what follows it has not been in memory yet, or was refused while the old one was not.
    private func waits(_ old: ServedModel, _ new: ServedModel, wasThere: Bool) -> Bool {
        if cache.refusal(of: old) != nil { return false }
        if cache.refusal(of: new) != nil { return true }
        return cache.state(of: new) == .loading || (cache.state(of: new) == .idle && !wasThere)
    }

    /// Whether something was refused that an alias stands for: another version may have to serve.
    private func isRefused(_ model: PublishedModel) -> Bool { model.aliased.contains { cache.refusal(of: $0) != nil } }

    /// What serves in the place of a refused version that nothing served before: in a folder, where the newest is the champion, the next
    /// one that is not refused. In a mesh an alias is somebody's decision, and only what it stood for before may take its place.
    private func substitute(for new: ServedModel, of model: PublishedModel) -> ServedModel? {
        guard source.ranksByNumber, cache.refusal(of: new) != nil else { return nil }
        return model.versions.last { $0.number < new.number && cache.refusal(of: $0) == nil }
    }

    /// Follows wishes: unloads, and tries again what was refused where somebody asks for it anew.
    private func follow(_ desires: [String: ModelDesire], among declared: [String: PublishedModel], _ state: inout State) {
        for (name, desire) in desires where state.generations[name] != desire.generation {
            state.generations[name] = desire.generation
            guard desire.isLoaded, let model = declared[name] else { continue }
            cache.forgive(name)
            for version in model.versions { state.done.remove(version.key) }
        }
        cache.unload(Set(desires.filter { !$0.value.isLoaded }.keys))
    }
}
