import Contracts
import Testing

@testable import InferenceService

@Suite("Log settings")
struct LogSettingsTests {
    @Test("settings change one by one, and all of them are told")
    func change() throws {
        let changed = try LogSettings().changed(by: ["log_verbose_level": 3, "log_info": false])

        #expect(
            changed.json == [
                "log_file": "", "log_info": false, "log_warning": true, "log_error": true, "log_verbose_level": 3, "log_format": "ISO8601",
            ])
        #expect(Set(LogSettings.names) == Set(changed.json.objectValue?.keys.map { $0 } ?? []))
        #expect(try changed.changed(by: changed.json.objectValue ?? [:]) == changed, "what was read may be written back")
    }

    /// A setting that cannot be, and the name that the fault has.
    static let faults: [(JSONValue, String)] = [
        (["log_verbose_level": -1], "log_verbose_level"), (["log_verbose_level": "1"], "log_verbose_level"),
        (["log_verbose_level": 4_294_967_296], "log_verbose_level"), (["log_verbose_level": 1.5], "log_verbose_level"),
        (["log_info": 1], "log_info"), (["log_warning": .null], "log_warning"), (["log_error": "true"], "log_error"),
        (["log_file": "/etc/passwd"], "log_file"), (["log_format": "default"], "log_format"), (["log_colour": true], "log_colour"),
    ]

    @Test("a setting that cannot be is refused by name", arguments: faults)
    func refused(_ members: JSONValue, _ name: String) {
        let fault = #expect(throws: FieldFault.self) { try LogSettings().changed(by: members.objectValue ?? [:]) }
        #expect(fault?.field == name)
    }
}
