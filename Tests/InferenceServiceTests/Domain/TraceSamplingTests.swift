import Contracts
import Testing

@testable import InferenceService

@Suite("Trace sampling")
struct TraceSamplingTests {
    private func traced(_ sampling: inout TraceSampling, _ model: String, of count: Int) -> [Int] {
        (1...count).filter { _ in sampling.takes(model) }
    }

    @Test("nothing is traced until it is asked for; then one in so many requests, as often as was said")
    func rate() throws {
        var sampling = TraceSampling()
        let taken1 = traced(&sampling, "a", of: 5_000)
        #expect(taken1 == [])
        #expect(!sampling.isOn)
        var settings = OperatorSettings()
        try settings.change(.trace, by: ["trace_level": ["TIMESTAMPS"], "trace_rate": "3", "trace_count": "2"])

        sampling.follow(settings)

        #expect(sampling.isOn)
        let taken2 = traced(&sampling, "a", of: 20)
        #expect(taken2 == [3, 6])
        #expect(sampling.settings(of: nil).json == ["trace_level": ["TIMESTAMPS"], "trace_rate": "3", "trace_count": "0"])
    }

    @Test("a model with settings of its own is counted on its own")
    func models() throws {
        var sampling = TraceSampling()
        var settings = OperatorSettings()
        try settings.change(.modelTrace("a"), by: ["trace_rate": 2])
        try settings.change(.trace, by: ["trace_level": "TIMESTAMPS", "trace_rate": 5])
        sampling.follow(settings)

        let taken3 = traced(&sampling, "a", of: 5)
        #expect(taken3 == [2, 4])
        let taken4 = traced(&sampling, "b", of: 5)
        #expect(taken4 == [5])
        #expect(sampling.settings(of: "a").rate == 2)
        #expect(sampling.settings(of: "b").rate == 5)
    }

    @Test("settings that are heard of again count on; those that somebody set begin anew, also when they are the same")
    func again() throws {
        var sampling = TraceSampling()
        var settings = OperatorSettings()
        try settings.change(.trace, by: ["trace_level": "TIMESTAMPS", "trace_rate": 3, "trace_count": 1])
        sampling.follow(settings)
        let taken5 = traced(&sampling, "a", of: 2)
        #expect(taken5 == [])

        sampling.follow(settings)
        let taken6 = traced(&sampling, "a", of: 5)
        #expect(taken6 == [1], "the third request altogether, and no more than one")
        try settings.change(.trace, by: ["trace_rate": 3])
        sampling.follow(settings)
        let taken7 = traced(&sampling, "a", of: 5)
        #expect(taken7 == [3])
    }
}
