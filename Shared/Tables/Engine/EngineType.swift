import CDuckDB

/// A type of the engine, by the interface's numbers, as far as tables here hold it.
indirect enum EngineType {
    case bool
    /// Whole numbers by their bytes in memory.
    case signed(Int)
    case unsigned(Int)
    /// 128 bits, as sums of whole numbers have.
    case wide
    case float
    case double
    /// Whole numbers over a power of ten.
    case decimal(storage: EngineType, scale: Int)
    case text
    case blob
    case list(EngineType)

    init(api: OpaquePointer, type: OpaquePointer?, name: String) throws(TableError) {
        let id = mesh_duckdb_type_id(api, type)
        switch id {
        case 1: self = .bool
        case 2: self = .signed(1)
        case 3: self = .signed(2)
        case 4, 13: self = .signed(4)  // dates count days
        case 5, 12, 31: self = .signed(8)  // times count microseconds
        case 6: self = .unsigned(1)
        case 7: self = .unsigned(2)
        case 8: self = .unsigned(4)
        case 9: self = .unsigned(8)
        case 10: self = .float
        case 11: self = .double
        case 16: self = .wide
        case 17: self = .text
        case 18: self = .blob
        case 19:
            let storage = Self.storage(mesh_duckdb_decimal_storage(api, type))
            self = .decimal(storage: storage, scale: Int(mesh_duckdb_decimal_scale(api, type)))
        case 24:
            let element = mesh_duckdb_list_element(api, type)
            defer { mesh_duckdb_release_type(api, element) }
            self = .list(try EngineType(api: api, type: element, name: name))
        default: throw TableError(.type, "column \(name) has a type of number \(id), which tables do not hold: cast it")
        }
    }

    private static func storage(_ id: Int32) -> EngineType {
        switch id {
        case 3: .signed(2)
        case 4: .signed(4)
        case 5: .signed(8)
        default: .wide
        }
    }
}
