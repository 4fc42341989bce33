import Contracts
import Testing

@Suite("Who calls whom")
struct CallTests {
    /// The folder of a participant's code.
    private func folder(_ name: ServiceName) -> String {
        name == .gatewayAgent ? "deploy/Mesh/Agent/" : "Services/\(RoomTests.folder(name))/"
    }

    /// Peers that a participant makes clients of.
    private func peers(_ name: ServiceName) -> Set<ServiceName> {
        let text = SourceTree.product.filter { $0.path.hasPrefix(folder(name)) }.map(\.text).joined()
        let used = text.matches(of: /peer: \.(\w+)/).map { String($0.1) }
        return Set(used.compactMap { word in ServiceName.allCases.first { "\($0)" == word } })
    }

    @Test("is the golden file, by the clients that each service makes")
    func golden() throws {
        let lines = ServiceName.allCases.compactMap { name -> String? in
            let peers = peers(name).map(\.rawValue).sorted()
            return peers.isEmpty ? nil : "\(name.rawValue) calls \(peers.joined(separator: ", "))"
        }

        #expect(lines.sorted() == (try SourceTree.golden("calls.txt")))
    }

    @Test("whoever calls is let in by a row of the table, and nobody is let in who does not call")
    func granted() {
        for name in ServiceName.allCases {
            let granting = RouteTable.all.filter { $0.services.contains(name) }
            // A call inside the mesh reaches inference where the table names the router, which stands before it for callers.
            let granted = Set(granting.map { $0.pattern.hasPrefix("/v2/") ? ServiceName.inference : $0.service })
            #expect(granted.map(\.rawValue).sorted() == peers(name).map(\.rawValue).sorted(), "\(name.rawValue)")
        }
    }

    @Test("open routes are the golden file")
    func open() throws {
        let open = RouteTable.all.filter { $0.access == .open }.map { "\($0.method) \($0.pattern)" }.sorted()

        #expect(open == (try SourceTree.golden("open-routes.txt")))
    }

    @Test("every problem code is used by somebody, save those that the golden file reserves")
    func codes() throws {
        let declared = SourceTree.product.filter { $0.path.hasPrefix("Shared/Contracts/Errors/ProblemCode+") }
            .flatMap { $0.text.matches(of: /static let (\w+) = ProblemCode/).map { String($0.1) } }
        let users = SourceTree.product.filter { !$0.path.hasPrefix("Shared/Contracts/Errors/") }

        #expect(declared.count > 30)
        let unused = declared.filter { code in !users.contains { $0.text.contains(".\(code)") } }
        #expect(unused.sorted() == (try SourceTree.golden("reserved-codes.txt")))
    }
}
