import CQLClient
import CQLWire
import SchemaTranslation
import WireKit

/// Reads token ranges of the target for comparison, page by page; confined to its lane.
struct TargetVerifier {
    /// Bytes that a page should have, and the rows that it has at most.
    private static let pageByteCount = 1 << 20
    private static let pageRowLimit = 5000

    let session: CQLSession
    let key: DigestKey
    let board: VerificationBoard
    private var prepared: (table: QualifiedName, statement: PreparedStatement)?

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
            let pages = RowPages(
                .prepared(statement, values: [Self.value(range.lowerBound), Self.value(range.upperBound)]),
                session: session,
                StatementOptions(pageSize: Self.pageSize(plan))
            )
            while let page = try await pages.next() {
                let rows = page.rows
                do throws(WireError) {
                    try loop.consume(
                        rows.content,
                        rowCount: rows.rowCount,
                        columnCount: rows.metadata.columnCount,
                        into: &sink
                    )
                } catch {
                    throw CQLError.codec(error)
                }
                board.add(rows: rows.rowCount)
            }
        } catch {
            throw MigrationError("table \(plan.target) cannot be read", table: plan.source, error)
        }
    }

    private mutating func statement(for plan: TablePlan) async throws(CQLError) -> PreparedStatement {
        if let prepared, prepared.table == plan.target { return prepared.statement }
        let statement = try await session.prepare(plan.selectStatement(.tokenRange))
        prepared = (plan.target, statement)
        return statement
    }

    private static func value(_ token: Int64) -> CQLValueBytes {
        var writer = ByteWriter()
        writer.writeInteger(token)
        return .bytes(writer.bytes)
    }

    /// Rows per page so that a page of wide rows is not hundreds of megabytes; servers count rows, not bytes.
    static func pageSize(_ plan: TablePlan) -> Int32 {
        let rowByteCount = plan.byteCount / max(1, plan.estimatedRowCount ?? 1)
        guard plan.estimatedRowCount != nil, rowByteCount > 0 else { return 1000 }
        return Int32(min(max(pageByteCount / rowByteCount, 16), pageRowLimit))
    }
}
