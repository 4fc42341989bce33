import Foundation
import Testing

@testable import MeshCommand

@Suite("Ports")
struct PortChoiceTests {
    @Test("a preferred port is kept while it is free")
    func keepsPreferred() {
        var choice = PortChoice(seed: "a") { _ in true }
        let (first, second) = (choice.next(preferring: 20_001), choice.next(preferring: 20_001))

        #expect(first == 20_001)
        #expect(second != 20_001)
    }

    @Test("a preferred port that somebody took gives way to another")
    func takesAnother() throws {
        var choice = PortChoice(seed: "a") { $0 != 20_001 }

        let found = choice.next(preferring: 20_001)

        let port = try #require(found)
        #expect(port != 20_001)
        #expect(PortChoice.range.contains(port))
    }

    @Test("no port is given twice, and all are found before there is none")
    func exhausts() {
        let free = Set(18_500..<18_520)
        var choice = PortChoice(seed: "checkout") { free.contains($0) }

        let ports = (0..<20).compactMap { _ in choice.next() }

        let none = choice.next()
        #expect(Set(ports) == free)
        #expect(none == nil)
    }

    @Test("a port on which somebody listens is not free")
    func looksAtThePort() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = LoopbackSocket.address(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        try #require(LoopbackSocket.withSocketAddress(&address) { bind(descriptor, $0, $1) } == 0)
        try #require(listen(descriptor, 1) == 0)
        withUnsafeMutablePointer(to: &address) { pointer in
            _ = pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }

        #expect(!PortChoice.canBind(Int(in_port_t(bigEndian: address.sin_port))))
    }
}
