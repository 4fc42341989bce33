import Contracts

extension RecipeFit {
    /// Whether the features of an order's rows do not fit in memory, though the rows themselves do. Blocks the thread.
    ///
    /// Throws as ``fit(_:rows:progress:)`` does.
    func isTooWide(_ order: RecipeOrder, rows: [DatasetRow]) throws -> Bool {
        let usable = rows.filter { !order.recipe.needsLabels || $0.isLabeled }
        let train = usable.filter { $0.split == "train" }
        // What is wrong with so few is said where they are fitted.
        guard train.count >= Self.fewest else { return false }
        return FeatureMaker.isTooLarge(usable.count, try maker(order).graph(train))
    }
}
