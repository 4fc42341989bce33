import Contracts
import Foundation

/// What the body of a load or unload call asks for.
struct LoadOrder: Sendable, Hashable {
    /// Versions that are wanted beside those that aliases stand for.
    var policy: VersionPolicy?

    /// Reads the body of a load: `parameters.config` is a text of JSON as clients of Triton send it, of which `version_policy` counts.
    /// Throws a fault that names the field.
    static func load(_ members: [String: JSONValue]) throws(FieldFault) -> LoadOrder {
        var order = LoadOrder()
        for (name, value) in try parameters(members).sorted(by: { $0.key < $1.key }) {
            switch name {
            case "config": order.policy = try policy(config: value)
            case "version_policy": order.policy = try VersionPolicy(value, at: "parameters.version_policy")
            default:
                throw FieldFault("parameters.\(name)", expected: "no such parameter; there are config and version_policy")
            }
        }
        return order
    }

    /// Reads the body of an unload: no model here depends on another, so `unload_dependents` changes nothing.
    /// Throws a fault that names the field.
    static func unload(_ members: [String: JSONValue]) throws(FieldFault) -> LoadOrder {
        for (name, value) in try parameters(members).sorted(by: { $0.key < $1.key }) {
            guard name == "unload_dependents" else {
                throw FieldFault("parameters.\(name)", expected: "no such parameter; there is unload_dependents")
            }
            guard value.boolValue != nil else { throw FieldFault("parameters.\(name)", expected: "true or false") }
        }
        return LoadOrder()
    }

    private static func parameters(_ members: [String: JSONValue]) throws(FieldFault) -> [String: JSONValue] {
        guard let given = members["parameters"], given != .null else { return [:] }
        guard let parameters = given.objectValue else { throw FieldFault("parameters", expected: "an object") }
        return parameters
    }

    private static func policy(config value: JSONValue) throws(FieldFault) -> VersionPolicy? {
        guard let text = value.stringValue, let config = (try? WireJSON.decode(JSONValue.self, from: Data(text.utf8)))?.objectValue else {
            throw FieldFault("parameters.config", expected: "a text that holds a JSON object")
        }
        for name in config.keys.sorted() where !["version_policy", "name"].contains(name) {
            throw FieldFault(
                "parameters.config.\(name)", expected: "no such setting here; how a model is served is said where it is declared")
        }
        guard let policy = config["version_policy"] else { return nil }
        return try VersionPolicy(policy, at: "parameters.config.version_policy")
    }
}
