import Scheduling

/// How the requests that came in together share runs.
enum TurnPlan {
    /// The runs, in the order of their first requests: those of one shape go together, as many as have room; one that has more rows than
    /// that runs alone.
    static func runs<Job>(_ requests: [WaitingRequest<Job>], mostRows: Int) -> [[WaitingRequest<Job>]] {
        guard requests.count > 1 else { return requests.isEmpty ? [] : [requests] }
        var runs: [(rows: Int, requests: [WaitingRequest<Job>])] = []
        for request in requests {
            let last = runs.lastIndex { $0.requests[0].shape == request.shape }
            if let last, request.shape != nil, runs[last].rows + request.rows <= mostRows {
                runs[last].rows += request.rows
                runs[last].requests.append(request)
            } else {
                runs.append((request.rows, [request]))
            }
        }
        return runs.map(\.requests)
    }
}
