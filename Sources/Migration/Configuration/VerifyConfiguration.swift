package import SchemaTranslation

/// Everything that `pgscylla verify` was asked to do.
package struct VerifyConfiguration: Equatable, Sendable {
    package let source: SourceConfiguration
    package let target: TargetConfiguration
    package let request: PlanRequest
    /// Concurrent readers of the source.
    package let readerCount: Int

    /// Checks and gathers the options of `verify`.
    ///
    /// - Throws: `InvalidOption` naming the option at fault.
    package init(
        source: SourceConfiguration,
        target: TargetConfiguration,
        request: PlanRequest,
        readerCount: Int
    ) throws(InvalidOption) {
        try InvalidOption.require("--num-threads", readerCount, atLeast: 1)
        self.source = source
        self.target = target
        self.request = request
        self.readerCount = readerCount
    }
}
