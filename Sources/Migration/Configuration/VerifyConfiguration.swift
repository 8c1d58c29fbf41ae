package import SchemaTranslation

/// Everything that `pgscylla verify` was asked to do.
package struct VerifyConfiguration: Equatable, Sendable {
    package let source: SourceConfiguration
    package let target: TargetConfiguration
    package let request: PlanRequest
    /// Concurrent readers of the source.
    package let readerCount: Int
    /// Rows of each kind of difference that are shown per table.
    package let exampleLimit: Int

    /// Checks and gathers the options of `verify`.
    ///
    /// - Throws: `InvalidOption` naming the option at fault.
    package init(
        source: SourceConfiguration,
        target: TargetConfiguration,
        request: PlanRequest,
        readerCount: Int,
        exampleLimit: Int = 10
    ) throws(InvalidOption) {
        try InvalidOption.require("--num-threads", readerCount, atLeast: 1)
        try InvalidOption.require("--show", exampleLimit, atLeast: 0)
        self.source = source
        self.target = target
        self.request = request
        self.readerCount = readerCount
        self.exampleLimit = exampleLimit
    }
}
