/// The stored members of the contract types as the sources declare them: Swift cannot list the members of a type that it has no value of.
enum ContractSource {
    struct Member: Hashable {
        let name: String
        let isOptional: Bool
    }

    /// Members of each type that is declared at the top level of a file of Contracts.
    static let members: [String: Set<Member>] = SourceTree.product.filter { $0.module == "Contracts" }
        .reduce(into: [:]) { result, file in
            for (name, members) in types(in: file) { result[name, default: []].formUnion(members) }
        }

    private static func types(in file: SourceFile) -> [String: Set<Member>] {
        var current: String?
        var found: [String: Set<Member>] = [:]
        for line in file.lines {
            if let declared = line.firstMatch(of: /^public struct (\w+)/) {
                current = String(declared.1)
                found[String(declared.1)] = []
            } else if line.hasPrefix("}") {
                current = nil
            } else if let current, let member = line.firstMatch(of: /^    public (?:var|let) `?(\w+)`?: ([^={]+)$/) {
                found[current, default: []].insert(Member(name: String(member.1), isOptional: member.2.hasSuffix("?")))
            }
        }
        return found
    }
}
