extension CQLConnection {
    /// Sets the stream ids 0..<count aside for a bulk writer, whose answers go to `receiver` without an allocation.
    ///
    /// The writer appends ready frames to `output` and calls `flush()`. Other requests go on beside it on other ids.
    ///
    /// - Returns: false when a request has been lent one of these ids already, or there are not so many.
    package func reserveStreams(count: Int, for receiver: any BulkResponseReceiver) -> Bool {
        guard failure == nil, streamIDs.reserve(count: count) else { return false }
        bulkReceiver = receiver
        return true
    }

    /// Ends a reservation whose requests have all been answered.
    package func releaseReservedStreams() {
        _ = streamIDs.reserve(count: 0)
        bulkReceiver = nil
    }
}
