import Contracts

/// How an image input is laid out, and what becomes of it: channels first, resized, normalised.
public struct ImageShape: Sendable, Hashable {
    public let channels: Int
    /// -1 where it varies.
    public let height: Int
    public let width: Int
    public let isChannelsFirst: Bool
    /// Height and width of the features.
    public let target: [Int]
    /// Multiplies each element first: 1/255 for bytes.
    public let scale: Float
    /// Taken off each channel; empty for nothing.
    public let means: [Float]
    public let deviations: [Float]

    public var columns: Int { channels * target[0] * target[1] }
    public var isResized: Bool { target != [height, width] }

    /// Whether a field holds images: three sizes beside the batch, of which the last or the first is 1 to 4 channels.
    public static func isImage(_ field: Interface.Field) -> Bool {
        field.shape.count == 4 && field.datatype != "BYTES" && ((1...4).contains(field.shape[3]) || (1...4).contains(field.shape[1]))
    }

    /// Throws ``RecipeError/input(_:expected:)`` where the options do not fit the field.
    public init(_ field: Interface.Field, options: FeatureOptions) throws(RecipeError) {
        isChannelsFirst = !(1...4).contains(field.shape[3])
        let sizes = isChannelsFirst ? Array(field.shape[1...]) : [field.shape[3], field.shape[1], field.shape[2]]
        (channels, height, width) = (sizes[0], sizes[1], sizes[2])
        target = options.imageSize.isEmpty ? [height, width] : options.imageSize
        guard target.count == 2, target.allSatisfy({ $0 > 0 }) else {
            throw .input(field.name, expected: "of a fixed height and width, or resized by imageSize: height and width")
        }
        scale = field.datatype == "UINT8" ? 1 / 255 : 1
        means = options.imageMeans.map { Float($0) }
        deviations = options.imageDeviations.map { Float($0) }
        for numbers in [means, deviations] where !numbers.isEmpty && numbers.count != channels {
            throw .input(field.name, expected: "normalised with one mean and one deviation for each of its \(channels) channels")
        }
        guard deviations.allSatisfy({ $0 > 0 }) else { throw .input(field.name, expected: "normalised with deviations above 0") }
    }
}
