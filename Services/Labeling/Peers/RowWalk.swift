import Contracts
import MeshClient

/// Reads rows of one dataset version page after page, in a random order that stays the same over the pages.
struct RowWalk: Sendable {
    let client: MeshClient
    let path: Path
    let query: [(String, String)]
    /// How many rows there are in all; known after the first page.
    private(set) var total = 0
    private var cursor: String?
    private var hasBegun = false

    init(client: MeshClient, path: Path, query: [(String, String)]) {
        self.client = client
        self.path = path
        self.query = query
    }

    /// The next rows; nil after the last ones.
    mutating func next() async throws -> [DatasetRow]? {
        if hasBegun && cursor == nil { return nil }
        do throws(ClientError) {
            let answer = try await client.answer(ClientRequest("GET", path, query: query + (cursor.map { [("page", $0)] } ?? [])))
            if !hasBegun {
                guard let total = answer.headers["x-total-count"].flatMap({ Int($0) }) else { throw ClientError(.unexpectedAnswer) }
                self.total = total
            }
            let page = try answer.decode(Page<DatasetRow>.self)
            (cursor, hasBegun) = (page.nextPage, true)
            return page.items
        } catch {
            throw Problem(peer: "dataset", error)
        }
    }
}

extension MeshClient {
    /// The answer to a request with its headers; a refusal is thrown.
    fileprivate func answer(_ request: ClientRequest) async throws(ClientError) -> ClientResponse {
        let answer: ClientResponse
        do { answer = try await send(request) } catch { throw error as? ClientError ?? ClientError(.cancelled) }
        guard answer.isSuccess else {
            throw ClientError(.refused(status: answer.status, try? answer.decode(Problem.self)))
        }
        return answer
    }
}
