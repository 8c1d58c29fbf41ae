package import CQLWire

/// How one statement is to be run, where it differs from the configuration.
package struct StatementOptions: Sendable {
    package var consistency: Consistency?
    package var serialConsistency: Consistency?
    /// Rows per page; nil for all rows at once.
    package var pageSize: Int32?
    package var pagingState: PagingState?
    /// Microseconds since 1970, in place of the server's clock.
    package var defaultTimestamp: Int64?
    package var timeout: Duration?

    package init(
        consistency: Consistency? = nil,
        serialConsistency: Consistency? = nil,
        pageSize: Int32? = nil,
        pagingState: PagingState? = nil,
        defaultTimestamp: Int64? = nil,
        timeout: Duration? = nil
    ) {
        self.consistency = consistency
        self.serialConsistency = serialConsistency
        self.pageSize = pageSize
        self.pagingState = pagingState
        self.defaultTimestamp = defaultTimestamp
        self.timeout = timeout
    }

    /// The parameters of a request, where nothing else is said with these consistency levels.
    func parameters(
        consistency fallback: Consistency,
        serialConsistency serialFallback: Consistency,
        values: QueryValues?
    ) -> QueryParameters {
        QueryParameters(
            consistency: consistency ?? fallback,
            values: values,
            pageSize: pageSize,
            pagingState: pagingState,
            serialConsistency: serialConsistency ?? serialFallback,
            defaultTimestamp: defaultTimestamp
        )
    }
}
