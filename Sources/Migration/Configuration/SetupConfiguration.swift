package import SchemaTranslation

/// Everything that `pgscylla setup` was asked to do.
package struct SetupConfiguration: Equatable, Sendable {
    package let source: SourceConfiguration
    package let target: TargetConfiguration
    package let request: PlanRequest
    package let loadMethod: LoadMethod
    /// For the methods that create triggers; a plain copy takes ACCESS SHARE.
    package let lockMode: TableLockMode
    /// Concurrent readers of the source.
    package let readerCount: Int
    /// An upper bound on requests in flight per reader; nil leaves it to the window.
    package let requestLimit: Int?
    /// Create the tables, copy nothing.
    package let skipsExistingData: Bool
    /// Where rows go that the target cannot hold.
    package let rejectsPath: String

    /// Checks and gathers the options of `setup`.
    ///
    /// - Throws: `InvalidOption` naming the option at fault; a load method that is not there yet is one too.
    package init(
        source: SourceConfiguration,
        target: TargetConfiguration,
        request: PlanRequest,
        loadMethod: LoadMethod,
        lockMode: TableLockMode,
        readerCount: Int,
        requestLimit: Int?,
        fetchSize: Int?,
        skipsExistingData: Bool,
        rejectsPath: String
    ) throws(InvalidOption) {
        try InvalidOption.require("--num-threads", readerCount, atLeast: 1)
        try InvalidOption.require("--direct-load-concurrency", requestLimit, atLeast: 1)
        try InvalidOption.require("--direct-load-fetch-size", fetchSize, atLeast: 1)
        try InvalidOption.require("--rejects-file", notEmpty: rejectsPath)
        if loadMethod == .fdw {
            throw InvalidOption("--load-method", "fdw is not yet available: use --load-method direct")
        }
        self.source = source
        self.target = target
        self.request = request
        self.loadMethod = loadMethod
        self.lockMode = lockMode
        self.readerCount = readerCount
        self.requestLimit = requestLimit
        self.skipsExistingData = skipsExistingData
        self.rejectsPath = rejectsPath
    }
}
