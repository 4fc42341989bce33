import Contracts

extension CatalogueCapability {
    /// Throws `forbidden` unless a dataset is of the capability's own team: what a manifest names is not thereby its team's to read or write.
    public func requireOwn(_ dataset: DatasetRecord) throws(Problem) {
        guard dataset.team == team else {
            throw Problem(
                .forbidden,
                "Dataset \(dataset.name) belongs to team \(dataset.team), and capability \(name) to team \(team): name one of \(team) in data.dataset."
            )
        }
    }
}
