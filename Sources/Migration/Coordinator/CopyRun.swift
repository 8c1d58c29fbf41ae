import CQLClient
import PosixIO
import PostgresClient
import SchemaTranslation

/// The copy of all tables from one snapshot: readers on lanes, which take splits from one queue until it is empty.
struct CopyRun: Sendable {
    private static let progressInterval = Duration.milliseconds(250)

    let setup: SetupConfiguration
    /// What is known of the target's nodes.
    let board: ClusterBoard
    let snapshotIdentifier: String
    let tables: [TableRun]
    let rejects: RejectsFile
    let observer: any RunObserver

    /// Copies everything; a table's failure is the table's, not the run's.
    ///
    /// - Throws: `MigrationError` (interrupted) when the task was cancelled, or when no thread can be started.
    func run(on control: isolated Lane) async throws(MigrationError) {
        let queue = SplitQueue(entries)
        let readerCount = min(setup.readerCount, max(1, entries.count))
        let lanes = try Lane.start(count: min(readerCount, onlineProcessorCount()))
        defer { for lane in lanes { lane.stop() } }
        let start = ContinuousClock.now
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<readerCount {
                let lane = lanes[number % lanes.count]
                group.addTask(executorPreference: lane.loop) {
                    await lane.run { lane in await read(queue, on: lane) }
                }
            }
            let readers = readerCount
            await withTaskGroup(of: Void.self) { reporting in
                reporting.addTask(executorPreference: control.loop) { await report(since: start, on: control) }
                reporting.addTask(executorPreference: control.loop) { await watch(on: control) }
                for _ in 0..<readers { await group.next() }
                reporting.cancelAll()
            }
        }
        observer.progressed(progress(since: start))
        if Task.isCancelled { throw .interrupted }
    }

    /// Large tables first, and of each its splits in order.
    private var entries: [SplitQueue.Entry] {
        let order = tables.indices.sorted { tables[$0].copy.plan.byteCount > tables[$1].copy.plan.byteCount }
        return order.filter { !tables[$0].isOver || tables[$0].splits.isEmpty }.flatMap { index in
            tables[index].splits.map { SplitQueue.Entry(table: index, split: $0) }
        }
    }

    // MARK: Readers

    /// Copies splits until none are left.
    private func read(_ queue: SplitQueue, on lane: isolated Lane) async {
        var connections = ReaderConnections(run: self, loop: lane.loop)
        while !Task.isCancelled, let entry = queue.take() {
            let table = tables[entry.table]
            table.begin()
            do throws(MigrationError) {
                try await connections.reader().copy(entry.split, of: table.copy)
                table.finish()
            } catch {
                table.fail(error)
                queue.cancel(table: entry.table)
                connections.splitFailed()
            }
        }
        connections.close()
    }

    func connectWriter(on loop: EventLoop) async throws(MigrationError) -> BulkWriter {
        var options = BulkOptions(grouping: setup.grouping)
        if let limit = setup.requestLimit { options.requestLimit = min(limit, options.requestLimit) }
        do throws(CQLError) {
            return try await BulkWriter.connect(setup.target.client, board: board, options: options, on: loop)
        } catch {
            throw MigrationError("a connection for writing cannot be made", error)
        }
    }

    // MARK: Progress

    private func report(since start: ContinuousClock.Instant, on control: isolated Lane) async {
        while !Task.isCancelled {
            observer.progressed(progress(since: start))
            do throws(TransportError) { try await control.loop.sleep(for: Self.progressInterval) } catch { return }
        }
    }

    /// Keeps the board true while readers work by it.
    private func watch(on control: isolated Lane) async {
        let watch = ClusterWatch(board, setup.target.client, on: control.loop) { [observer] news in
            switch news {
            case .nodeDown(let endpoint):
                observer.noted("node \(endpoint) cannot be reached; its rows wait for it or go through other nodes")
            case .nodeUp(let endpoint): observer.noted("node \(endpoint) is back")
            }
        }
        await watch.run()
    }

    private func progress(since start: ContinuousClock.Instant) -> ProgressSnapshot {
        let estimates = tables.map(\.copy.plan.estimatedRowCount)
        return ProgressSnapshot(
            elapsed: start.duration(to: .now),
            rowCount: tables.reduce(0) { $0 + $1.copy.progress.rowCount },
            rejectedRowCount: tables.reduce(0) { $0 + $1.copy.progress.rejectedRowCount },
            estimatedRowCount: estimates.contains(nil) ? nil : estimates.reduce(0) { $0 + ($1 ?? 0) },
            finishedSplitCount: tables.reduce(0) { $0 + $1.copy.progress.finishedSplitCount },
            splitCount: tables.reduce(0) { $0 + $1.splits.count },
            finishedTableCount: tables.count(where: \.isOver),
            tableCount: tables.count
        )
    }
}

/// The two connections of one reader, made when they are first needed and again after a failure.
private struct ReaderConnections {
    let run: CopyRun
    let loop: EventLoop
    private var postgres: PostgresConnection?
    private var writer: BulkWriter?
    private var isInsideSnapshot = false

    init(run: CopyRun, loop: EventLoop) {
        self.run = run
        self.loop = loop
    }

    /// A reader whose session is inside the snapshot.
    mutating func reader() async throws(MigrationError) -> SplitReader {
        let source: PostgresConnection
        if let postgres, postgres.isUsable {
            source = postgres
        } else {
            isInsideSnapshot = false
            source = try await run.setup.source.connect(on: loop)
            postgres = source
        }
        if !isInsideSnapshot {
            try await SourceSnapshot.enter(run.snapshotIdentifier, over: source)
            isInsideSnapshot = true
        }
        let target: BulkWriter
        if let writer {
            target = writer
        } else {
            target = try await run.connectWriter(on: loop)
            writer = target
        }
        return SplitReader(postgres: source, writer: target, rejects: run.rejects)
    }

    /// An error has aborted the session's transaction, or ended the session.
    mutating func splitFailed() { isInsideSnapshot = false }

    func close() {
        postgres?.close()
        writer?.close()
    }
}
