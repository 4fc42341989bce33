import Contracts

extension NewDatasetVersion {
    /// The rows that faults name by their place, as in `labels[3].rowId` or `rows[0].input.pixels`: by id, each with its fault.
    func rows(named faults: [FieldFault]) -> [String: String] {
        var named: [String: String] = [:]
        for fault in faults {
            let label = Self.place(fault.field, in: "labels[").flatMap { place in
                labels.flatMap { $0.indices.contains(place) ? $0[place].rowId : nil }
            }
            let row = Self.place(fault.field, in: "rows[").flatMap { place in
                rows.flatMap { $0.indices.contains(place) ? $0[place].id : nil }
            }
            if let id = label ?? row, named[id] == nil { named[id] = "\(fault.field): \(fault.expected)" }
        }
        return named
    }

    private static func place(_ field: String, in list: String) -> Int? {
        field.hasPrefix(list) ? Int(field.dropFirst(list.count).prefix { $0 != "]" }) : nil
    }
}
