/// A token of the slice grammar and where it starts in the text, in UTF-8 bytes.
struct SliceToken {
    enum Kind: Equatable {
        case word(String)
        case literal(SliceLiteral)
        case comparison(SliceComparison)
        case symbol(UInt8)
        case end
    }

    let kind: Kind
    let start: Int
    let end: Int
}
