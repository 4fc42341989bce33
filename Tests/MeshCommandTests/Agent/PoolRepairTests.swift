import Testing

@testable import MeshCommand

@Suite("Servers without a pool")
struct PoolRepairTests {
    @Test("a server is found that closes its connections at once or may keep none")
    func finds() {
        let shown = """
            # bkname/svname bkid/svid addr port - purge_delay used_cur used_max need_est unsafe_nb safe_nb idle_lim idle_cur idle_per_thr[2]
            inference/inference-1 5/1 127.0.0.1 20018 - 5000 0 1 1 0 0 -1 0 0 0
            inference/inference-2 5/2 127.0.0.1 20019 - 0 0 1 1 0 0 -1 0 0 0
            monitor/monitor-2 6/2 127.0.0.1 20021 - 5000 0 1 1 0 0 0 0 0 0
            """
        #expect(PoolRepair.withoutPool(shown) == ["inference/inference-2", "monitor/monitor-2"])
        #expect(PoolRepair.withoutPool("").isEmpty)
    }

    @Test("each worker is told to go once")
    func once() {
        var repair = PoolRepair()
        let workers: [(Listener, Int32)] = [(.public, 7), (.public, 7), (.internal, 7), (.public, 8)]
        var told: [Bool] = []
        for (listener, worker) in workers { told.append(repair.mustReload(listener, worker: worker)) }
        #expect(told == [true, false, true, true])
    }
}
