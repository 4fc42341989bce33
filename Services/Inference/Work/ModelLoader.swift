import Contracts
import ServiceLifecycle
import Synchronization

/// Brings what is in memory and what is served to what is declared and asked for.
///
/// Desired state: every instance comes to the same by itself. Models are loaded one after the other before anybody calls them, as far as
/// the memory allows; the others are loaded when they are called.
final class ModelLoader: Service {
    private struct State {
        /// As declared when it was served last: what is the same object needs no second look.
        var declared: [String: PublishedModel] = [:]
        /// Models that are served otherwise than declared, until a successor has been in memory.
        var waiting: Set<String> = []
        /// Those successors.
        var awaited: [ServedModel] = []
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

    func run() async throws {
        let declared = source.changes()
        let asked = desired.changes()
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { for await _ in declared { self.follow() } }
                group.addTask { for await _ in asked { self.follow() } }
                group.addTask { for await _ in self.wakeUps.stream { await self.loadWanted() } }
                group.addTask {
                    while (try? await Task.sleep(for: Self.pause)) != nil { self.wakeUps.continuation.yield() }
                }
            }
        }
    }

    /// Serves what is declared and asked for now, and has the rest loaded.
    func follow() {
        state.withLock { $0.isFull = false }
        guard serve() else { return }
        wakeUps.continuation.yield()
    }

    /// Loads what is wanted and not there, with the newest wishes before each. Ends with a look at what may be served then.
    private func loadWanted() async {
        guard directory.isLoaded else { return }
        while !Task.isCancelled, let (next, isAwaited) = nextWanted() {
            // The cache has noted why when it failed.
            _ = try? await cache.load(next, isCalled: isAwaited)
            state.withLock { state in
                state.done.insert(next.key)
                state.isFull = state.isFull || (!isAwaited && cache.state(of: next) == .idle)
            }
            if isAwaited { _ = serve() }
        }
        _ = serve()
        settled.store(true, ordering: .releasing)
    }

    /// What is to be loaded next. Successors are loaded as if they were called: the version before them is.
    private func nextWanted() -> (model: ServedModel, isAwaited: Bool)? {
        let (done, awaited, isFull) = state.withLock { ($0.done, $0.awaited, $0.isFull) }
        func isDue(_ model: ServedModel) -> Bool {
            // What was driven out since it was loaded comes back when it is called.
            cache.isDue(model) && !(done.contains(model.key) && cache.state(of: model) == .idle)
        }
        if let next = awaited.first(where: isDue) { return (next, true) }
        guard !isFull, let next = wanted().first(where: { isDue($0) && cache.hasRoom(for: $0) }) else { return nil }
        return (next, false)
    }

    /// Champions first: most requests mean them. What follows a version that serves on for an alias is wanted too.
    private func wanted() -> [ServedModel] {
        let desires = desired.desires
        let serving = directory.models
        let all = (source.declared() ?? [:]).values.sorted { $0.name < $1.name }.flatMap { model -> [(ServedModel, isStandard: Bool)] in
            let desire = desires[model.name]
            guard desire?.isLoaded != false else { return [] }
            let serving = serving[model.name].map { Set($0.aliases.values) } ?? []
            let numbers = serving.union(ModelDesire.wanted(of: model, desire).map(\.number))
            return model.versions.filter { numbers.contains($0.number) }.map { ($0, $0 === model.standard) }
        }
        return all.filter(\.isStandard).map(\.0) + all.filter { !$0.isStandard }.map(\.0)
    }

    /// Writes the directory; false before there is anything to be served.
    private func serve() -> Bool {
        state.withLock { state in
            guard let declared = source.declared() else { return false }
            follow(desired.desires, among: declared, &state)
            let before = directory.models
            let wanted = Set(wanted().map(\.key))
            let done = state.done
            var awaited: [ServedModel] = []
            cache.want(wanted.union(before.values.flatMap(\.aliased).map(\.key)))
            var waiting: Set<String> = []
            let served = declared.mapValues { model in
                let name = model.name
                if let old = before[name], state.declared[name] === model, !state.waiting.contains(name) { return old }
                let serving = Succession.serve(model, after: before[name]) { old, new in
                    guard wanted.contains(new.key), self.waits(old, new, wasThere: done.contains(new.key)) else { return false }
                    awaited.append(new)
                    return true
                }
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
