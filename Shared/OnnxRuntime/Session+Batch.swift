import Tensors

extension Session {
    /// Runs several requests as one: their rows are gathered, the engine runs once, and each request gets the outputs of its own rows.
    ///
    /// Rows are never filled up: requests join only when all their tensors have the same names, datatypes and shapes after the first
    /// dimension, in the same order. Throws `notBatchable` when an output has not one entry for each row; the requests then run alone.
    public func run(batch requests: [[Tensor]], outputs names: [String]? = nil, cancellation: RunCancellation? = nil) throws(EngineError)
        -> [[Tensor]]
    {
        guard requests.count > 1 else {
            return requests.isEmpty ? [] : [try run(requests[0], outputs: names, cancellation: cancellation)]
        }
        let joined = try Self.gather(requests)
        let total = joined[0].rows
        let answers = try run(joined, outputs: names, cancellation: cancellation)
        for answer in answers where answer.shape.first != total {
            throw EngineError(
                .notBatchable, "output \(answer.name) of shape \(answer.shape) has not one entry for each of the \(total) rows")
        }
        var start = 0
        return requests.map { request in
            let rows = start..<(start + request[0].rows)
            start = rows.upperBound
            return answers.map { $0.rows(rows) }
        }
    }

    private static func gather(_ requests: [[Tensor]]) throws(EngineError) -> [Tensor] {
        let first = requests[0]
        guard !first.isEmpty else { throw EngineError(.input, "a request without inputs joins no batch") }
        for request in requests {
            guard request.count == first.count, zip(request, first).allSatisfy({ $0.joins($1) }),
                request.allSatisfy({ $0.rows == request[0].rows })
            else { throw EngineError(.input, "requests of different inputs do not join") }
        }
        return first.indices.map { index in Tensor.joined(requests.map { $0[index] }) }
    }
}
