import Contracts

extension InferenceRequest {
    /// Only `parameters` of a request's JSON; everything else is passed over unread. Nil where the JSON is broken: whoever reads the
    /// whole of it says so.
    public static func scanParameters(_ body: UnsafeBufferPointer<UInt8>) -> [String: JSONValue]? {
        var reader = JSONReader(body)
        var parameters: [String: JSONValue] = [:]
        do throws(JSONFault) {
            var isIn = try reader.openObject()
            while isIn {
                if try reader.key().matches("parameters") {
                    if case .object(let members) = try reader.value() { parameters = members }
                } else {
                    try reader.skip()
                }
                isIn = try reader.nextMember()
            }
        } catch { return nil }
        return parameters
    }
}
