import CQLClient
import PosixIO
import PostgresClient
import SchemaTranslation
import WireKit

/// The comparison of all tables: readers of either side on lanes, which take parts from one board until all is known.
struct VerificationRun: Sendable {
    private static let progressInterval = Duration.milliseconds(250)
    /// How long a reader waits when the other side, or another table, must come first.
    private static let pause = Duration.milliseconds(2)

    let verification: VerifyConfiguration
    /// What is known of the target's nodes.
    let cluster: ClusterBoard
    let snapshotIdentifier: String
    let board: VerificationBoard
    let key = DigestKey.random()
    let observer: any RunObserver

    /// Compares everything; a table's failure is the table's, not the run's.
    ///
    /// - Throws: `MigrationError` (interrupted) when the task was cancelled, or when no thread can be started.
    func run(on control: isolated Lane) async throws(MigrationError) {
        let readerCount = verification.readerCount
        let lanes = try Lane.start(count: min(readerCount, onlineProcessorCount()))
        defer { for lane in lanes { lane.stop() } }
        await withTaskGroup(of: Void.self) { reporting in
            reporting.addTask(executorPreference: control.loop) { await report(on: control) }
            await withTaskGroup(of: Void.self) { readers in
                for number in 0..<readerCount {
                    let lane = lanes[number % lanes.count]
                    readers.addTask(executorPreference: lane.loop) {
                        await lane.run { lane in await readSource(on: lane) }
                    }
                }
                // The target answers page by page: two readers per source reader keep it busy meanwhile.
                for number in 0..<2 * readerCount {
                    let lane = lanes[number % lanes.count]
                    readers.addTask(executorPreference: lane.loop) {
                        await lane.run { lane in await readTarget(on: lane) }
                    }
                }
            }
            reporting.cancelAll()
        }
        observer.progressed(board.progress)
        if Task.isCancelled { throw .interrupted }
    }

    private func report(on control: isolated Lane) async {
        while !Task.isCancelled {
            observer.progressed(board.progress)
            do throws(TransportError) { try await control.loop.sleep(for: Self.progressInterval) } catch { return }
        }
    }

    // MARK: Source

    private func readSource(on lane: isolated Lane) async {
        var connection: PostgresConnection?
        defer { connection?.close() }
        while !Task.isCancelled {
            switch board.update({ $0.nextSplit() }) {
            case .over: return
            case .wait:
                do throws(TransportError) { try await lane.loop.sleep(for: Self.pause) } catch { return }
            case .task(let task):
                board.begin(task.table)
                do throws(MigrationError) {
                    let postgres = try await connect(&connection, on: lane.loop)
                    try await read(task, SourceVerifier(postgres: postgres, key: key, board: board))
                } catch {
                    board.update { $0.fail(task.table, error) }
                    // The error has aborted the session's transaction, or ended the session; what the server still reads
                    // for it, it reads in vain.
                    await connection?.abandonCopyOut()
                    connection?.close()
                    connection = nil
                }
                board.finishPart(of: task.table)
            }
        }
    }

    /// A session inside the snapshot.
    private func connect(
        _ connection: inout PostgresConnection?,
        on loop: EventLoop
    ) async throws(MigrationError) -> PostgresConnection {
        if let connection { return connection }
        let made = try await verification.source.connect(on: loop)
        connection = made
        try await SourceSnapshot.enter(snapshotIdentifier, over: made)
        return made
    }

    private func read(
        _ task: VerificationSchedule.Task<CopySplit>,
        _ reader: SourceVerifier
    ) async throws(MigrationError) {
        let plan = board.plan(of: task.table)
        switch task.reading {
        case .digests(let bitCount):
            var sink = DigestSink(key: key, bitCount: bitCount)
            let limit = verification.exampleLimit
            let rejections = try await reader.read(task.part, of: plan, into: &sink, exampleLimit: limit)
            let table = sink.table
            board.update { $0.finishSplit(task.table, table, rejections) }
        case .rows(let selection, let allowance):
            var sink = CollectingSink(selection: selection, allowance: allowance)
            _ = try await reader.read(task.part, of: plan, into: &sink, exampleLimit: 0)
            let rows = sink.rows
            if let evidence = board.update({ $0.finishSplit(task.table, rows) }) { try conclude(evidence) }
        }
    }

    // MARK: Target

    private func readTarget(on lane: isolated Lane) async {
        var verifier: TargetVerifier?
        defer { verifier?.session.close() }
        while !Task.isCancelled {
            switch board.update({ $0.nextRange() }) {
            case .over: return
            case .wait:
                do throws(TransportError) { try await lane.loop.sleep(for: Self.pause) } catch { return }
            case .task(let task):
                board.begin(task.table)
                do throws(MigrationError) {
                    var reader = verifier ?? makeTargetVerifier(on: lane.loop)
                    try await read(task, &reader)
                    verifier = reader
                } catch {
                    board.update { $0.fail(task.table, error) }
                }
                board.finishPart(of: task.table)
            }
        }
    }

    private func makeTargetVerifier(on loop: EventLoop) -> TargetVerifier {
        let session = CQLSession(verification.target.client, sharing: cluster, on: loop)
        return TargetVerifier(session: session, key: key, board: board)
    }

    private func read(
        _ task: VerificationSchedule.Task<TokenRange>,
        _ reader: inout TargetVerifier
    ) async throws(MigrationError) {
        let plan = board.plan(of: task.table)
        switch task.reading {
        case .digests(let bitCount):
            var sink = DigestSink(key: key, bitCount: bitCount)
            try await reader.read(task.part, of: plan, into: &sink)
            let table = sink.table
            board.update { $0.finishRange(task.table, table) }
        case .rows(let selection, let allowance):
            var sink = CollectingSink(selection: selection, allowance: allowance)
            try await reader.read(task.part, of: plan, into: &sink)
            let rows = sink.rows
            if let evidence = board.update({ $0.finishRange(task.table, rows) }) { try conclude(evidence) }
        }
    }

    // MARK: Comparing rows

    /// Compares the rows of a table's differing buckets.
    private func conclude(_ evidence: VerificationSchedule.Evidence) throws(MigrationError) {
        let plan = board.plan(of: evidence.table)
        var classification: RowClassification?
        if evidence.isComplete {
            do throws(WireError) {
                classification = try RowClassification(
                    source: evidence.source,
                    target: evidence.target,
                    plan: plan,
                    exampleLimit: verification.exampleLimit
                )
            } catch {
                throw MigrationError(.target, "rows cannot be compared", table: plan.source, underlying: error)
            }
        }
        let found = classification
        board.update { $0.conclude(evidence.table, found) }
    }
}
