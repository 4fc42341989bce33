extension Standardization {
    /// The blocks with their features standardised as they are loaded.
    public func applied(to blocks: RowBlocks) -> RowBlocks {
        RowBlocks(count: blocks.count) { index in
            let block = try blocks.block(index)
            return RowBlock(features: applied(to: block.features), labels: block.labels, weights: block.weights)
        }
    }
}
