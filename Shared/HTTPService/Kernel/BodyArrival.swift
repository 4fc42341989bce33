import Synchronization

/// A body that is coming in: it has a place among those until it is there.
final class BodyArrival: Sendable {
    private let place: Mutex<InFlightLimit.Place?>

    init(_ place: InFlightLimit.Place) { self.place = Mutex(place) }

    /// The body is there.
    func end() { place.withLock { $0 = nil } }
}
