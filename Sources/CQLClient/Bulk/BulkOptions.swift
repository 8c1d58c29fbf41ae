/// How a bulk writer uses the cluster.
package struct BulkOptions: Sendable {
    /// Requests in flight over all connections.
    package var requestLimit: Int
    /// Bytes kept for them, over all connections; every connection may keep one window of 64 KiB all the same.
    package var windowByteCount: Int
    /// Connections in all; every node has one all the same.
    package var connectionLimit: Int
    package var grouping: RowGrouping

    package static let defaultRequestLimit = 2048

    package init(
        requestLimit: Int = Self.defaultRequestLimit,
        windowByteCount: Int = 4 << 20,
        connectionLimit: Int = 64,
        grouping: RowGrouping = RowGrouping()
    ) {
        self.requestLimit = max(1, requestLimit)
        self.windowByteCount = windowByteCount
        self.connectionLimit = connectionLimit
        self.grouping = grouping
    }

    /// The window of one of `linkCount` links.
    func makeWindow(linkCount: Int) -> BulkWindow {
        let count = max(1, linkCount)
        return BulkWindow(
            streamCount: min(32_768, max(1, requestLimit / count)),
            maximumByteCount: max(64 << 10, windowByteCount / count)
        )
    }
}
