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
        /// Models that are served otherwise than declared, until a successor is in memory.
        var waiting: Set<String> = []
        /// Loaded once by this loader: what was driven out since comes back when it is called.
        var done: Set<ModelKey> = []
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
        guard serve() else { return }
        wakeUps.continuation.yield()
    }

    /// Loads what is wanted and not there, with the newest wishes before each. Ends with a look at what may be served then.
    private func loadWanted() async {
        guard directory.isLoaded else { return }
        while !Task.isCancelled, let next = nextWanted() {
            // The cache has noted why when it failed.
            _ = try? await cache.load(next, isCalled: false)
            state.withLock { _ = $0.done.insert(next.key) }
            _ = serve()
        }
        _ = serve()
        settled.store(true, ordering: .releasing)
    }

    private func nextWanted() -> ServedModel? {
        let done = state.withLock { $0.done }
        for model in wanted() where !(done.contains(model.key) && cache.state(of: model) == .idle) {
            if cache.isDue(model), cache.hasRoom(for: model.fileBytes) { return model }
        }
        return nil
    }

    /// Champions first: most requests mean them.
    private func wanted() -> [ServedModel] {
        let desires = desired.desires
        let models = (source.declared() ?? [:]).values.sorted { $0.name < $1.name }
        let all = models.flatMap { model in ModelDesire.wanted(of: model, desires[model.name]).map { (model, $0) } }
        return all.filter { $0.0.standard === $0.1 }.map(\.1) + all.filter { $0.0.standard !== $0.1 }.map(\.1)
    }

    /// Writes the directory; false before there is anything to be served.
    private func serve() -> Bool {
        state.withLock { state in
            guard let declared = source.declared() else { return false }
            follow(desired.desires, among: declared, &state)
            let before = directory.models
            let wanted = Set(wanted().map(\.key))
            cache.want(wanted)
            var waiting: Set<String> = []
            let served = declared.mapValues { model in
                let name = model.name
                if let old = before[name], state.declared[name] === model, !state.waiting.contains(name) { return old }
                let serving = Succession.serve(model, after: before[name]) { old, new in
                    wanted.contains(new.key) && self.waits(old, new)
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
            state.done.formIntersection(keys)
            return true
        }
    }

    /// Whether a version serves on: it is there, and what follows it is not, though it could be.
    private func waits(_ old: ServedModel, _ new: ServedModel) -> Bool {
        guard cache.isLoaded(old) else { return false }
        switch cache.state(of: new) {
        case .ready: return false
        case .idle: return cache.hasRoom(for: new.fileBytes)
        default: return true
        }
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
