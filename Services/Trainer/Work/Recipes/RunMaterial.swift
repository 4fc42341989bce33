import Contracts

/// What a run is fitted to.
struct RunMaterial: Sendable {
    let reference: DatasetReference
    /// All rows that count; none where they are streamed.
    let rows: [DatasetRow]
    /// What reads the rows where they do not fit in memory.
    let stream: StreamedRows?
}
