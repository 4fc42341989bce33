/// How a tensor holds images: which dimensions of a row are height, width and channels.
struct ImageLayout {
    /// Patches along the longer edge when no size is asked for.
    static let standardPatches = 8
    /// A first dimension up to this is taken for channels: grey, with alpha, colours, colours with alpha.
    static let mostChannels = 4

    private let height: Int
    private let width: Int
    private let channels: Int
    private let hasChannelsFirst: Bool

    /// Nil for what is no image: rows of one dimension, or of more than three.
    init?(_ shape: [Int]) {
        let row = Array(shape.dropFirst())
        switch row.count {
        case 2: (height, width, channels, hasChannelsFirst) = (row[0], row[1], 1, true)
        case 3 where row[0] <= Self.mostChannels: (channels, height, width, hasChannelsFirst) = (row[0], row[1], row[2], true)
        case 3: (height, width, channels, hasChannelsFirst) = (row[0], row[1], row[2], false)
        default: return nil
        }
        guard height > 1, width > 1 else { return nil }
    }

    /// The patch of each element, row-major; a patch takes all channels.
    func patches(edge: Int?) -> [Int] {
        let edge = max(1, edge ?? (max(height, width) + Self.standardPatches - 1) / Self.standardPatches)
        let across = (width + edge - 1) / edge
        let plane = (0..<height).flatMap { y in (0..<width).map { x in y / edge * across + x / edge } }
        if hasChannelsFirst { return (0..<channels).flatMap { _ in plane } }
        return plane.flatMap { [Int](repeating: $0, count: channels) }
    }
}
