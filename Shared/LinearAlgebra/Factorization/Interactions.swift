/// What users did with items: a sparse matrix of users x items in compressed rows, items ascending within a user.
public struct Interactions: Sendable, Equatable {
    /// One number of the matrix.
    public struct Entry: Sendable, Equatable, Codable {
        public let user: Int
        public let item: Int
        /// How often or how long (implicit feedback), or a rating (explicit feedback).
        public let value: Double

        public init(user: Int, item: Int, value: Double = 1) {
            self.user = user
            self.item = item
            self.value = value
        }
    }

    public let users: Int
    public let items: Int
    private let starts: [Int]
    private let columns: [Int]
    private let values: [Double]

    /// Entries in any order; those of the same user and item are added up. Throws where an index is outside or a value is not finite.
    public init(users: Int, items: Int, entries: [Entry]) throws(TrainingError) {
        guard users > 0 else { throw .invalid(option: "users", expected: "above 0") }
        guard items > 0 else { throw .invalid(option: "items", expected: "above 0") }
        guard !entries.isEmpty else { throw .empty }
        for (index, entry) in entries.enumerated() {
            guard (0..<users).contains(entry.user) else {
                throw .invalid(option: "the user of entry \(index)", expected: "in 0 ..< \(users)")
            }
            guard (0..<items).contains(entry.item) else {
                throw .invalid(option: "the item of entry \(index)", expected: "in 0 ..< \(items)")
            }
            guard entry.value.isFinite else { throw .notFinite(row: index) }
        }
        // By index among equals: a sum of doubles depends on its order.
        let order = entries.indices.sorted {
            (entries[$0].user, entries[$0].item, $0) < (entries[$1].user, entries[$1].item, $1)
        }
        self.init(users: users, items: items, sorted: order.map { entries[$0] })
    }

    private init(users: Int, items: Int, sorted: [Entry]) {
        var starts = [Int](repeating: 0, count: users + 1)
        var columns: [Int] = []
        var values: [Double] = []
        var previous: Entry?
        for entry in sorted {
            if let previous, previous.user == entry.user, previous.item == entry.item {
                values[values.count - 1] += entry.value
            } else {
                columns.append(entry.item)
                values.append(entry.value)
                starts[entry.user + 1] += 1
            }
            previous = entry
        }
        for user in 0..<users { starts[user + 1] += starts[user] }
        (self.users, self.items, self.starts, self.columns, self.values) = (users, items, starts, columns, values)
    }

    /// How many (user, item) pairs there are.
    public var count: Int { values.count }

    /// The items of a user, ascending.
    public func items(of user: Int) -> ArraySlice<Int> { columns[starts[user]..<starts[user + 1]] }

    /// The values of a user's items, in their order.
    public func values(of user: Int) -> ArraySlice<Double> { values[starts[user]..<starts[user + 1]] }

    var smallest: Double { values.min() ?? 0 }

    /// Items x users.
    var transposed: Interactions {
        var entries: [[Entry]] = Array(repeating: [], count: items)
        for user in 0..<users {
            for (item, value) in zip(items(of: user), values(of: user)) {
                entries[item].append(Entry(user: item, item: user, value: value))
            }
        }
        return Interactions(users: items, items: users, sorted: Array(entries.joined()))
    }
}
