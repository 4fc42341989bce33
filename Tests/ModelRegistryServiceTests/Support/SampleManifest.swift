import Contracts
import Foundation

/// A sound manifest with one test, and changes of it.
enum SampleManifest {
    static let text = """
        {"apiVersion":"mlmesh/v1","kind":"Capability","metadata":{"name":"digits","team":"documents"},"access":{"callers":["mobile"]},
         "interface":{"inputs":[{"name":"pixels","datatype":"FP32","shape":[-1,64],"minimum":0,"maximum":16}],
                      "outputs":[{"name":"label","datatype":"INT64","shape":[-1]}],"context":[{"name":"source","datatype":"BYTES"}]},
         "slices":[{"name":"eights","where":"label = 8","live":"prediction.label = 8"}],
         "data":{"dataset":"digits","split":{"by":"hash","train":0.6,"validation":0.2,"test":0.2},"needs":[{"slice":"eights","atLeast":50}]},
         "tests":[{"name":"good enough","kind":"metric","metric":"accuracy","atLeast":0.9}],
         "rollout":{"stages":["shadow",0.5,"champion"],"kpi":"correct","unit":"user_id"}}
        """

    static var json: JSONValue { (try? WireJSON.decode(JSONValue.self, from: Data(text.utf8))) ?? .null }

    static func changed(_ path: String, _ value: JSONValue) -> JSONValue {
        json.setting(path.split(separator: ".").map(String.init)[...], value)
    }
}

extension JSONValue {
    /// The value with another member (or element, by its number) at a path.
    func setting(_ path: ArraySlice<String>, _ value: JSONValue) -> JSONValue {
        guard let key = path.first else { return value }
        if case .array(var elements) = self, let index = Int(key) {
            elements[index] = elements[index].setting(path.dropFirst(), value)
            return .array(elements)
        }
        var members = objectValue ?? [:]
        members[key] = (members[key] ?? .null).setting(path.dropFirst(), value)
        return .object(members)
    }
}
