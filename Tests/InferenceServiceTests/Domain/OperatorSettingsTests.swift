import Contracts
import Testing

@testable import InferenceService

@Suite("Operator settings")
struct OperatorSettingsTests {
    @Test("a model has its own trace settings, and follows the server in all others")
    func models() throws {
        var settings = OperatorSettings()
        try settings.change(.modelTrace("a"), by: ["trace_rate": 2])
        try settings.change(.trace, by: ["trace_level": "TIMESTAMPS", "trace_rate": 5])

        #expect(settings.trace(of: nil) == TraceSettings(isOn: true, rate: 5))
        #expect(settings.trace(of: "a") == TraceSettings(isOn: true, rate: 2))
        #expect(settings.trace(of: "b") == TraceSettings(isOn: true, rate: 5))
        #expect(settings.tracedModels == ["a"])
    }

    @Test("null takes a trace setting back: a model's to the server's, the server's to its default")
    func null() throws {
        var settings = OperatorSettings()
        try settings.change(.trace, by: ["trace_rate": 7])
        try settings.change(.modelTrace("a"), by: ["trace_rate": 2, "trace_level": "TIMESTAMPS"])
        try settings.change(.modelTrace("a"), by: ["trace_rate": .null])

        #expect(settings.trace(of: "a") == TraceSettings(isOn: true, rate: 7))
        try settings.change(.modelTrace("a"), by: ["trace_level": .null])
        try settings.change(.trace, by: ["trace_rate": .null])
        #expect(settings.trace(of: nil) == TraceSettings() && settings.trace(of: "a") == TraceSettings())
        #expect(settings.tracedModels == [])
    }

    static let faults: [(JSONValue, String)] = [
        (["trace_level": ["TENSORS"]], "trace_level"), (["trace_level": 1], "trace_level"), (["trace_rate": 0], "trace_rate"),
        (["trace_rate": "often"], "trace_rate"), (["trace_count": -2], "trace_count"), (["trace_file": "/etc/passwd"], "trace_file"),
        (["trace_mode": "opentelemetry"], "trace_mode"), (["log_frequency": "1"], "log_frequency"), (["trace_file": .null], "trace_file"),
        (["trace_rate": 5, "trace_level": ["OFF", "TIMESTAMPS"]], "trace_level"),
    ]

    @Test("a trace setting that cannot be is refused by name, and changes nothing", arguments: faults)
    func refused(_ members: JSONValue, _ name: String) throws {
        for place in [SettingsPlace.trace, .modelTrace("a")] {
            var settings = OperatorSettings()
            let fault = #expect(throws: FieldFault.self) { try settings.change(place, by: members.objectValue ?? [:]) }
            #expect(fault?.field == name)
            #expect(settings == OperatorSettings())
        }
    }

    @Test("the log is as it was at the start but for what was set, and null is no value of it")
    func log() throws {
        var settings = OperatorSettings()
        let initial = LogSettings(info: false)
        #expect(settings.log(from: initial) == initial)

        try settings.change(.log, by: ["log_verbose_level": 1])
        #expect(settings.log(from: initial) == LogSettings(info: false, verboseLevel: 1))
        #expect(throws: FieldFault.self) { try settings.change(.log, by: ["log_info": .null]) }
        #expect(settings.log(from: initial) == LogSettings(info: false, verboseLevel: 1))
    }

    @Test("places are stored by name")
    func places() {
        for place in [SettingsPlace.log, .trace, .modelTrace("a"), .modelTrace("trace")] {
            #expect(SettingsPlace(text: place.text) == place)
        }
        #expect(SettingsPlace(text: "colour") == nil)
    }

    @Test("of two states the later one has more changes, whatever place was changed")
    func changes() throws {
        var settings = OperatorSettings()
        #expect(settings.changes == 0)
        try settings.change(.log, by: ["log_info": true])
        try settings.change(.modelTrace("digits"), by: ["trace_rate": 10])
        try settings.change(.log, by: ["log_info": true])
        #expect(settings.changes == 3)
    }
}
