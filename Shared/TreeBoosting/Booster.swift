import CXGBoost
import Foundation

/// A booster of the library while it grows, with the rows that it is fitted to and held against.
final class Booster {
    private let library: BoostingLibrary
    private let matrices: [BoostingMatrix]
    private let handle: UnsafeMutableRawPointer

    init(_ library: BoostingLibrary, _ rows: BoostingRows, validation: BoostingRows?, options: BoostingOptions) throws(BoostingError) {
        var matrices = [try BoostingMatrix(library, rows)]
        if let validation { matrices.append(try BoostingMatrix(library, validation)) }
        let handles = matrices.map { Optional($0.handle) }
        var made: UnsafeMutableRawPointer?
        try library.check(library.functions.booster_create(handles, UInt64(handles.count), &made))
        guard let made else { throw .failed("no booster") }
        self.library = library
        self.matrices = matrices
        handle = made
        for (name, value) in options.parameters { try library.check(library.functions.booster_set(handle, name, value)) }
    }

    deinit {
        _ = library.functions.booster_free(handle)
    }

    /// Does one round and measures the losses after it.
    func grow(_ round: Int) throws(BoostingError) -> BoostingStep {
        let iteration = Int32(round - 1)
        try library.check(library.functions.booster_update(handle, iteration, matrices[0].handle))
        let losses = try evaluate(iteration)
        guard losses.count == matrices.count, losses.allSatisfy(\.isFinite) else { throw .failed("the loss is no number") }
        return BoostingStep(round: round, loss: losses[0], validationLoss: losses.count > 1 ? losses[1] : nil)
    }

    /// The model as the library's JSON.
    func saved() throws(BoostingError) -> Data {
        var length: UInt64 = 0
        var text: UnsafePointer<CChar>?
        try library.check(library.functions.booster_save(handle, "{\"format\": \"json\"}", &length, &text))
        guard let text else { throw .failed("no model") }
        // The memory is the library's until its next call on this thread.
        return Data(bytes: text, count: Int(length))
    }

    /// The loss on each matrix, out of a line as "[0]\ta-rmse:0.5\tb-rmse:0.6".
    private func evaluate(_ iteration: Int32) throws(BoostingError) -> [Double] {
        var handles = matrices.map { Optional($0.handle) }
        var text: UnsafePointer<CChar>?
        let status = "a".withCString { first in
            "b".withCString { second in
                var names: [UnsafePointer<CChar>?] = [first, second]
                return library.functions.booster_evaluate(handle, iteration, &handles, &names, UInt64(handles.count), &text)
            }
        }
        try library.check(status)
        guard let text else { return [] }
        return String(cString: text).split(separator: "\t").dropFirst().compactMap { part in
            part.split(separator: ":").last.flatMap { Double($0) }
        }
    }
}
