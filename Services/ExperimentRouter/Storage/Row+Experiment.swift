import Contracts
import Foundation
import Postgres

extension Experiment {
    init(row: Row) throws {
        self = try WireJSON.decode(Experiment.self, from: Data(try row.decode("experiment", as: String.self).utf8))
    }
}
