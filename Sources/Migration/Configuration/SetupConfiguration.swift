package import CQLClient
package import SchemaTranslation

/// Everything that `pgscylla setup` was asked to do.
package struct SetupConfiguration: Equatable, Sendable {
    package let source: SourceConfiguration
    package let target: TargetConfiguration
    package let request: PlanRequest
    /// How changes are carried after the copy; nil copies once and installs nothing.
    package let following: FollowingConfiguration?
    /// Concurrent readers of the source.
    package let readerCount: Int
    /// An upper bound on requests in flight per reader; nil leaves it to the window.
    package let requestLimit: Int?
    /// How rows travel to the target.
    package let grouping: RowGrouping
    /// Create the tables, and their triggers if they are wanted, and copy nothing.
    package let skipsExistingData: Bool
    /// Where rows go that the target cannot hold.
    package let rejectsPath: String

    /// Checks and gathers the options of `setup`.
    ///
    /// - Throws: `InvalidOption` naming the option at fault.
    package init(
        source: SourceConfiguration,
        target: TargetConfiguration,
        request: PlanRequest,
        following: FollowingConfiguration? = nil,
        readerCount: Int,
        requestLimit: Int?,
        batchRowLimit: Int? = nil,
        batchByteLimit: Int? = nil,
        fetchSize: Int?,
        skipsExistingData: Bool,
        rejectsPath: String
    ) throws(InvalidOption) {
        try InvalidOption.require("--num-threads", readerCount, atLeast: 1)
        try InvalidOption.require("--direct-load-concurrency", requestLimit, atLeast: 1)
        try InvalidOption.require("--scylla-batch-rows", batchRowLimit, atLeast: 1)
        try InvalidOption.require("--scylla-batch-bytes", batchByteLimit, atLeast: 1)
        try InvalidOption.require("--direct-load-fetch-size", fetchSize, atLeast: 1)
        try InvalidOption.require("--rejects-file", notEmpty: rejectsPath)
        self.source = source
        self.target = target
        self.request = request
        self.following = following
        self.readerCount = readerCount
        self.requestLimit = requestLimit
        let grouping = RowGrouping()
        self.grouping = RowGrouping(
            rowLimit: batchRowLimit ?? grouping.rowLimit,
            byteLimit: batchByteLimit ?? grouping.byteLimit
        )
        self.skipsExistingData = skipsExistingData
        self.rejectsPath = rejectsPath
    }
}
