import CQLWire
import WireKit

/// Runs recorded writes again: those of the journal, and those that other nodes of the ring send.
final class LogReplay {
    private let database: Database
    private let clock: NodeClock
    private var runner: RequestRunner
    /// The statements that records refer to: they outlive what a change of the schema does to the database's own.
    private var statements: [ArraySlice<UInt8>: (query: String, keyspace: String?)] = [:]
    /// Up to where each node's writes were applied.
    private var applied: [UInt8: (incarnation: UInt64, number: Int64)] = [:]
    /// Records that could not be applied.
    private(set) var failureCount = 0

    init(_ database: Database, _ clock: NodeClock) {
        self.database = database
        self.clock = clock
        runner = RequestRunner(database)
    }

    /// Applies the record whose frame lies in `bytes` at `frame`, unless it was applied before.
    ///
    /// - Returns: what changed in the schema.
    func apply(_ bytes: [UInt8], _ frame: Range<Int>) -> SchemaChange? {
        let body = frame.lowerBound + FrameHeader.byteCount..<frame.upperBound
        guard let opcode = Opcode.Request(rawValue: bytes[frame.lowerBound + 4]),
            let (record, request) = WriteRecord.read(bytes, body)
        else {
            failureCount += 1
            return nil
        }
        guard isNew(record.origin) else { return nil }
        clock.begin(record.stamp)
        database.checksReplicas = false
        defer {
            clock.end()
            database.checksReplicas = true
        }
        runner.use(record.keyspace)
        do throws(StatementError) {
            switch opcode {
            case .execute where try runner.runPlainExecute(bytes, request, version: .v4): return nil
            case .batch where try runner.runPlainBatch(bytes, request, version: .v4): return nil
            default: return run(opcode, bytes, request, record)
            }
        } catch {
            return run(opcode, bytes, request, record)
        }
    }

    private func isNew(_ origin: WriteOrigin) -> Bool {
        if let last = applied[origin.member], last.incarnation == origin.incarnation, last.number >= origin.number {
            return false
        }
        applied[origin.member] = (origin.incarnation, origin.number)
        return true
    }

    private func run(
        _ opcode: Opcode.Request,
        _ bytes: [UInt8],
        _ range: Range<Int>,
        _ record: WriteRecord
    ) -> SchemaChange? {
        var reader = ByteReader(bytes[range])
        guard let request = try? Request.decode(opcode, from: &reader, version: .v4) else {
            failureCount += 1
            return nil
        }
        var answer = runner.run(request)
        if case .prepare(let prepare) = request, case .result(.prepared(let prepared)) = answer.response {
            statements[prepared.id.bytes] = (prepare.query, record.keyspace)
        }
        if case .error(let error) = answer.response, case .unprepared(let id) = error.details,
            let statement = statements[id.bytes],
            (try? database.prepare(statement.query, keyspace: statement.keyspace)) != nil
        {
            answer = runner.run(request)
        }
        if case .error = answer.response { failureCount += 1 }
        return answer.schemaChange
    }
}
