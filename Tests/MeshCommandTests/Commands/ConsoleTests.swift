import Testing

@testable import MeshCommand

@Suite("Tables")
struct ConsoleTests {
    @Test("columns are as wide as their widest cell, numbers are aligned to the right")
    func aligns() {
        let table = Console.table(["SERVICE", "REQ/S"], [["inference", "7"], ["a", "1200.5"]], right: ["REQ/S"])

        #expect(
            table == """
                SERVICE     REQ/S
                inference       7
                a          1200.5
                """)
    }

    @Test("the log of an instance belongs to its service, that of another service does not")
    func logs() {
        #expect(LogsCommand.isInstance("inference-12", of: "inference"))
        #expect(!LogsCommand.isInstance("gateway-public", of: "gateway"))
        #expect(!LogsCommand.isInstance("model-registry-1", of: "model"))
    }
}
