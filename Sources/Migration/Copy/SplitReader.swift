package import CQLClient
import CQLWire
package import PostgresClient
package import SchemaTranslation
import WireKit

/// Copies one split at a time from its PostgreSQL session, which is inside the snapshot, to its bulk writer.
///
/// Confined to its lane: reading, transcoding and writing happen on one thread, and while the reader waits for one
/// side, the answers of the other are taken all the same.
package final class SplitReader {
    /// So many rejected rows are gathered before they are written down.
    private static let rejectBatchCount = 256

    private let postgres: PostgresConnection
    private let writer: BulkWriter
    private let rejects: RejectsFile
    private var pendingRejects: [RejectedRow] = []

    package init(postgres: PostgresConnection, writer: BulkWriter, rejects: RejectsFile) {
        self.postgres = postgres
        self.writer = writer
        self.rejects = rejects
    }

    /// Whether both connections can be used for another split.
    package var isUsable: Bool { postgres.isUsable }

    /// Copies the rows of `split`; returns when the target has answered for every one of them.
    ///
    /// - Throws: `MigrationError` for the table, when it cannot be read or written; the connections may be of no use
    ///   then (`isUsable`).
    package func copy(_ split: CopySplit, of table: TableCopy) async throws(MigrationError) {
        let acknowledgedBefore = writer.acknowledgedCount
        do throws(MigrationError) {
            try await targetStep(table) { () async throws(CQLError) in
                try await self.writer.prepare(
                    table.plan.insertStatement,
                    table: TableSpec(keyspace: table.plan.target.schema, table: table.plan.target.name),
                    partitionKey: table.plan.partitionKey
                )
            }
            try await table.plan.reading { () async throws(PostgresError) in
                try await self.postgres.startCopyOut(table.plan.copyStatement(for: split))
            }
            try await transcode(table, countingFrom: acknowledgedBefore)
        } catch {
            // Rows in flight belong to this split; the next one starts with an empty window.
            await abandonRows()
            throw error
        }
        table.progress.finishSplit()
    }

    private func transcode(_ table: TableCopy, countingFrom start: Int) async throws(MigrationError) {
        var loop = CopyLoop(table.plan, nullLength: table.nullLength, timestamp: table.timestamp)
        let conversion = RowConversion(table.plan, nullLength: table.nullLength)
        var counted = start
        var floored = 0
        copying: while true {
            let step = loop.consume(&postgres.input, into: writer.windows)
            writer.flushWhatIsWorthIt()
            table.progress.add(rows: writer.acknowledgedCount - counted, floored: loop.flooredCount - floored)
            counted = writer.acknowledgedCount
            floored = loop.flooredCount
            switch step {
            case .needInput:
                if writer.needsService { try await serviceWriter(table) }
                try await table.plan.reading { () async throws(PostgresError) in try await self.postgres.fillInput() }
            case .windowFull:
                try await targetStep(table) { () async throws(CQLError) in try await self.writer.waitForProgress() }
            case .careful(let tuple):
                try await convert(tuple, conversion, table)
            case .malformed(let defect):
                postgres.close()
                throw table.plan.unreadable(defect)
            case .endOfData:
                if try await finishCopy(table) { break copying }
            }
            if !writer.refusalsAreEmpty { try await serviceWriter(table) }
        }
        try await targetStep(table) { () async throws(CQLError) in try await self.writer.finish() }
        try await serviceWriter(table)
        try await writeRejects(synchronizing: true)
        table.progress.add(rows: writer.acknowledgedCount - counted)
    }

    /// Whether the copy is over; false when more of its data follows what came in between.
    private func finishCopy(_ table: TableCopy) async throws(MigrationError) -> Bool {
        var isOver = false
        try await table.plan.reading { () async throws(PostgresError) in
            if case .complete = try await self.postgres.finishCopyOut() { isOver = true }
        }
        return isOver
    }

    // MARK: Rows out of the ordinary

    /// Converts the row at the front of the input with care: into a frame like any other, or into a rejected row.
    private func convert(
        _ tuple: Range<Int>,
        _ conversion: RowConversion,
        _ table: TableCopy
    ) async throws(MigrationError) {
        let offset = tuple.lowerBound - postgres.input.readIndex
        let message = postgres.input.take(tuple.upperBound - postgres.input.readIndex)
        let bytes = message[offset...]
        let converted = try table.plan.understanding { () throws(WireError) in try conversion.convert(bytes) }
        switch converted {
        case .failure(let rejection):
            let row = try table.plan.understanding { () throws(WireError) in
                try RejectedRow(rejection, tuple: bytes, plan: table.plan)
            }
            try await reject(row, table)
        case .success(let converted):
            table.progress.add(floored: converted.flooredCount)
            try await write(converted.values, table)
        }
    }

    private func write(_ values: [UInt8], _ table: TableCopy) async throws(MigrationError) {
        while !writer.append(values, timestamp: table.timestamp) {
            writer.flush()
            try await targetStep(table) { () async throws(CQLError) in try await self.writer.waitForProgress() }
        }
    }

    private func serviceWriter(_ table: TableCopy) async throws(MigrationError) {
        try await targetStep(table) { () async throws(CQLError) in try await self.writer.service() }
        for refusal in writer.takeRefusals() {
            let row = try table.plan.understanding { () throws(WireError) in
                try RejectedRow(refusal: refusal.error.message, values: refusal.values, plan: table.plan)
            }
            try await reject(row, table)
        }
    }

    private func reject(_ row: RejectedRow, _ table: TableCopy) async throws(MigrationError) {
        pendingRejects.append(row)
        table.progress.add(rejected: 1)
        if pendingRejects.count >= Self.rejectBatchCount { try await writeRejects(synchronizing: false) }
    }

    private func writeRejects(synchronizing: Bool) async throws(MigrationError) {
        guard !pendingRejects.isEmpty || synchronizing else { return }
        let rows = pendingRejects
        pendingRejects.removeAll()
        try await rejects.append(rows)
        if synchronizing { try await rejects.synchronize() }
    }

    // MARK: Errors

    private func abandonRows() async {
        // The server is asked to stop: it would go on reading a table that nobody listens to.
        await postgres.abandonCopyOut()
        if !postgres.isUsable { postgres.close() }
        writer.abandon()
        let rows = pendingRejects
        pendingRejects.removeAll()
        // The error that ended the split is the one to report.
        try? await rejects.append(rows)
    }

    private func targetStep(
        _ table: TableCopy,
        _ body: () async throws(CQLError) -> Void
    ) async throws(MigrationError) {
        do throws(CQLError) {
            try await body()
        } catch {
            throw MigrationError("cannot be written", table: table.plan.source, error)
        }
    }
}

extension MigrationError {
    /// The task was cancelled.
    static var interrupted: MigrationError { MigrationError(.interrupted, "interrupted") }
}
