import Settings
import Testing

@Suite("Settings reader")
struct SettingsReaderTests {
    @Test("every fault is told at once, and none shows a secret")
    func allFaults() throws {
        var reader = SettingsReader(
            environment: ["PORT": "http", "RATIO": "2", "HOME_URL": "ftp://x", "KEY": "short"], arguments: ["--colour", "red", "stray"])

        _ = reader.string("NAME", help: "the name")
        _ = reader.integer("PORT", in: 0...65_535, help: "the port")
        _ = reader.double("RATIO", in: 0...1, help: "the ratio")
        _ = reader.url("HOME_URL", help: "the page")
        _ = reader.secret("KEY", minimumLength: 32, help: "the key")

        let error = try #require(throws: SettingsError.self) { try reader.finish() }
        #expect(error.faults.count == 7)
        #expect(error.description.contains("NAME is missing: the name"))
        #expect(error.description.contains("PORT must be a whole number between 0 and 65535, not 'http'"))
        #expect(error.description.contains("unknown flag --colour"))
        #expect(error.description.contains("unexpected argument 'stray'"))
        #expect(!error.description.contains("short"))
    }

    @Test("a flag wins over the environment", arguments: [["--listen-port", "2"], ["--listen-port=2"]])
    func flagWins(arguments: [String]) throws {
        var reader = SettingsReader(environment: ["LISTEN_PORT": "1"], arguments: arguments)

        let port = reader.integer("LISTEN_PORT", in: 0...9, help: "port")

        try reader.finish()
        #expect(port == 2)
    }

    @Test("defaults stand in for what is absent or empty")
    func defaults() throws {
        var reader = SettingsReader(environment: ["EMPTY": ""], arguments: ["--verbose"])

        let text = reader.string("EMPTY", default: "x", help: "text")
        let wait = reader.duration(milliseconds: "WAIT", default: 250, help: "wait")
        let verbose = reader.bool("VERBOSE", default: false, help: "verbose")
        let absent = reader.optional("ABSENT", help: "absent")

        try reader.finish()
        #expect(text == "x")
        #expect(wait == .milliseconds(250))
        #expect(verbose)
        #expect(absent == nil)
    }

    @Test("help lists the keys and hides the faults")
    func help() throws {
        var reader = SettingsReader(environment: [:], arguments: ["--help"])
        _ = reader.string("NAME", help: "the name")
        _ = reader.integer("PORT", in: 0...9, default: 3, help: "the port")

        let error = try #require(throws: SettingsError.self) { try reader.finish() }

        #expect(error.faults.isEmpty)
        #expect(error.help?.contains("NAME or --name (required)") == true)
        #expect(error.help?.contains("PORT or --port (default 3)") == true)
    }

    @Test("a secret never prints itself")
    func secret() {
        let secret = Secret("hunter2")
        var dumped = ""

        dump(["key": secret], to: &dumped)

        #expect("\(secret) \(String(reflecting: secret)) \(dumped)".contains("hunter2") == false)
        #expect(secret.reveal() == "hunter2")
    }

    @Test("a flag is taken from the command line alone, and the help shows how the program is called")
    func flags() throws {
        var reader = SettingsReader(environment: ["HOST": "0.0.0.0"], arguments: ["--log", "/tmp"])
        reader.usage = "program --log DIR"
        let host = reader.flag("HOST", help: "the host")
        let log = reader.flag("LOG", help: "the log")
        try reader.finish()
        #expect(host == nil)
        #expect(log == "/tmp")

        var asked = SettingsReader(environment: [:], arguments: ["--help"])
        asked.usage = "program --log DIR"
        _ = asked.flag("LOG", help: "the log")
        let help = #expect(throws: SettingsError.self) { try asked.finish() }
        #expect(help?.help?.hasPrefix("program --log DIR") == true)
        #expect(help?.help?.contains("  --log (optional)") == true)
        #expect(help?.help?.contains("LOG or --log") == false)
    }
}
