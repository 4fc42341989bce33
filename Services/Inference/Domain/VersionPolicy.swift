import Contracts

/// Which versions of a model are to be in memory, in the words of Triton's model configuration.
enum VersionPolicy: Sendable, Hashable, Codable {
    /// So many of the newest.
    case latest(Int)
    case specific([Int])
    case all

    static let expectation = #"one of {"latest":{"num_versions":1}}, {"specific":{"versions":[1]}} and {"all":{}}"#

    /// Reads `version_policy` of a model configuration; throws a fault that names the field.
    init(_ value: JSONValue, at field: String) throws(FieldFault) {
        guard let members = value.objectValue, members.count == 1, let (kind, body) = members.first, let body = body.objectValue else {
            throw FieldFault(field, expected: Self.expectation)
        }
        switch kind {
        case "latest":
            let count = body["num_versions"].map { $0.integerValue ?? 0 } ?? 1
            guard (1...1_000).contains(count) else {
                throw FieldFault("\(field).latest.num_versions", expected: "a whole number from 1 to 1000")
            }
            self = .latest(Int(count))
        case "specific":
            let numbers = body["versions"]?.arrayValue?.map { $0.integerValue ?? 0 } ?? []
            guard !numbers.isEmpty, numbers.count <= 1_000, numbers.allSatisfy({ $0 > 0 }) else {
                throw FieldFault("\(field).specific.versions", expected: "a list of version numbers")
            }
            self = .specific(numbers.map { Int($0) })
        case "all": self = .all
        default: throw FieldFault(field, expected: Self.expectation)
        }
    }

    /// The versions that it means, ascending.
    func versions(of model: PublishedModel) -> [ServedModel] {
        switch self {
        case .latest(let count): Array(model.versions.suffix(count))
        case .specific(let numbers): model.versions.filter { numbers.contains($0.number) }
        case .all: model.versions
        }
    }
}
