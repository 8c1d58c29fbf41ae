package import CQLWire
import WireKit

/// The pages of one SELECT, fetched one at a time, and again over another connection when one breaks.
package final class RowPages {
    /// What is read.
    package enum Source: Sendable {
        case query(String)
        case prepared(PreparedStatement, values: [CQLValueBytes])
    }

    private let source: Source
    private let session: CQLSession
    private let route: Route?
    private var options: StatementOptions
    private var isFinished = false

    /// Begins at `options.pagingState`, or at the first row; rows per page as `options.pageSize` says.
    ///
    /// - Parameters:
    ///   - source: what is read.
    ///   - session: over whose connections.
    ///   - route: where the rows are; nil when they are in no one place.
    ///   - options: how it is read.
    package init(_ source: Source, session: CQLSession, route: Route? = nil, _ options: StatementOptions) {
        self.source = source
        self.session = session
        self.route = route
        self.options = options
    }

    /// The next page, which may be empty; nil behind the last one.
    ///
    /// - Throws: `CQLError`.
    package func next() async throws(CQLError) -> ResultPage? {
        guard !isFinished else { return nil }
        let options = options
        let source = source
        let result = try await session.retrying(isIdempotent: true, route: route) { connection throws(CQLError) in
            switch source {
            case .query(let query): try await connection.query(query, options)
            case .prepared(let statement, let values): try await connection.execute(statement, values: values, options)
            }
        }
        guard case .rows(let rows) = result else { throw .unexpectedResult(result.kind, query: query) }
        let page: ResultPage
        do throws(WireError) {
            page = try ResultPage(rows, preparedColumns: preparedColumns)
        } catch {
            throw .codec(error)
        }
        self.options.pagingState = page.pagingState
        isFinished = page.pagingState == nil
        return page
    }

    private var query: String {
        switch source {
        case .query(let query): query
        case .prepared(let statement, _): statement.query
        }
    }

    private var preparedColumns: [ColumnSpec] {
        switch source {
        case .query: []
        case .prepared(let statement, _): statement.columns
        }
    }
}
