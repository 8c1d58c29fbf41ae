import CQLClient
import CQLWire
import SchemaTranslation
import WireKit

/// Reads token ranges of the target for comparison, page by page; confined to its lane.
struct TargetVerifier {
    /// Bytes that a page should have.
    private static let pageByteCount = 1 << 20
    /// Rows of the first page of a table, and the bounds for the others.
    private static let firstPageSize: Int32 = 100
    private static let pageSizes: ClosedRange<Int32> = 16...5000

    let session: CQLSession
    let key: DigestKey
    let board: VerificationBoard
    private var prepared: (table: QualifiedName, statement: PreparedStatement)?
    private var pageSize = firstPageSize

    init(session: CQLSession, key: DigestKey, board: VerificationBoard) {
        self.session = session
        self.key = key
        self.board = board
    }

    /// Gives every row of a token range to `sink`.
    ///
    /// - Throws: `MigrationError` for the table.
    mutating func read(
        _ range: TokenRange,
        of plan: TablePlan,
        into sink: inout some CanonicalRowSink
    ) async throws(MigrationError) {
        let loop = TargetRowLoop(plan, key: key)
        do throws(CQLError) {
            let statement = try await statement(for: plan)
            let values = [Self.value(range.lowerBound), Self.value(range.upperBound)]
            // Of a range that has one owner its last token has the same.
            let table = TableSpec(keyspace: plan.target.schema, table: plan.target.name)
            let route = Route(table: table, token: Token(rawValue: range.upperBound))
            var options = StatementOptions()
            repeat {
                options.pageSize = pageSize
                let pages = RowPages(.prepared(statement, values: values), session: session, route: route, options)
                guard let page = try await pages.next() else { break }
                try consume(page.rows, loop, into: &sink)
                options.pagingState = page.pagingState
            } while options.pagingState != nil
        } catch {
            throw MigrationError("table \(plan.target) cannot be read", table: plan.source, error)
        }
    }

    private mutating func consume(
        _ rows: Rows,
        _ loop: borrowing TargetRowLoop,
        into sink: inout some CanonicalRowSink
    ) throws(CQLError) {
        do throws(WireError) {
            try loop.consume(
                rows.content,
                rowCount: rows.rowCount,
                columnCount: rows.metadata.columnCount,
                into: &sink
            )
        } catch {
            throw .codec(error)
        }
        board.add(rows: rows.rowCount)
        pageSize = Self.pageSize(after: pageSize, rowCount: rows.rowCount, byteCount: rows.content.count)
    }

    private mutating func statement(for plan: TablePlan) async throws(CQLError) -> PreparedStatement {
        if let prepared, prepared.table == plan.target { return prepared.statement }
        let statement = try await session.prepare(plan.selectStatement(.tokenRange))
        prepared = (plan.target, statement)
        pageSize = Self.firstPageSize
        return statement
    }

    private static func value(_ token: Int64) -> CQLValueBytes {
        var writer = ByteWriter()
        writer.writeInteger(token)
        return .bytes(writer.bytes)
    }

    /// Rows to ask for next, so that a page of wide rows is not hundreds of megabytes: servers count rows, not bytes.
    ///
    /// It grows by steps, since the rows that come next may be wider, and shrinks at once.
    static func pageSize(after current: Int32, rowCount: Int, byteCount: Int) -> Int32 {
        guard rowCount > 0, byteCount > 0 else { return current }
        let fitting = Double(pageByteCount) * Double(rowCount) / Double(byteCount)
        let bounded = Int32(min(fitting, Double(pageSizes.upperBound)))
        return min(max(bounded, pageSizes.lowerBound), max(current, 1) * 8)
    }
}
