import CXGBoost

/// Rows as the library holds them; NaN is a missing value.
final class BoostingMatrix {
    let library: BoostingLibrary
    let handle: UnsafeMutableRawPointer

    init(_ library: BoostingLibrary, _ rows: BoostingRows) throws(BoostingError) {
        var made: UnsafeMutableRawPointer?
        let status = rows.features.withUnsafeBufferPointer { values in
            // The array interface of NumPy: an address, and how to read what is there.
            let address = UInt(bitPattern: values.baseAddress)
            let array =
                "{\"data\": [\(address), true], \"shape\": [\(rows.count), \(rows.columns)], \"typestr\": \"<f4\", \"version\": 3}"
            return library.functions.matrix_of_dense(array, "{\"missing\": NaN, \"nthread\": 1}", &made)
        }
        try library.check(status)
        guard let made else { throw .failed("no matrix") }
        self.library = library
        handle = made
        try set("label", rows.targets)
        if let weights = rows.weights { try set("weight", weights) }
    }

    deinit {
        _ = library.functions.matrix_free(handle)
    }

    private func set(_ field: String, _ values: [Float]) throws(BoostingError) {
        try library.check(library.functions.matrix_set_floats(handle, field, values, UInt64(values.count)))
    }
}
