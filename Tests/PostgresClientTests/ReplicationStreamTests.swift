import PosixIO
import PostgresClient
import PostgresWire
import TestSupport
import Testing

/// Changes as a live server sends them, on whatever version the tests run with.
@Suite(.disabled(if: PostgresServer.isSkipped, "PGSCYLLA_SKIP_LIVE is set"))
struct ReplicationStreamTests {
    /// A database with a table, a publication and a slot, which is dropped afterwards.
    private struct Scene: Sendable {
        let server: PostgresServer
        let database: String
        let slot: String

        func run(_ sql: String) async throws { _ = try await server.psql(sql, database: database) }

        /// Follows the slot on a session of its own.
        func follow(
            _ options: PgOutputOptions,
            _ loop: EventLoop,
            _ body: (ReplicationStream) async throws -> Void
        ) async throws {
            var configuration = server.configuration(database: database)
            configuration.replication = .database
            let connection = try await PostgresConnection.connect(configuration, on: loop)
            try await connection.withReplication(slot: slot, options, body)
            // The session is idle, and takes no second stream.
            _ = try await connection.identifySystem()
            let again = await #expect(throws: PostgresError.self) {
                try await connection.withReplication(slot: slot, options) { _ in }
            }
            #expect(again.map { "\($0)" }?.hasPrefix("a session follows one replication stream") == true)
            connection.close()
        }

        /// Where the server's log ends.
        func position() async throws -> LogSequenceNumber {
            let text = try await server.psql("SELECT pg_current_wal_insert_lsn()")
            return try #require(LogSequenceNumber(text))
        }
    }

    private func withScene(
        _ slotOptions: LogicalSlotOptions = LogicalSlotOptions(),
        _ body: @Sendable (Scene, PostgresConnection) async throws -> Void
    ) async throws {
        let server = try await PostgresServer.shared()
        let database = try await server.createUniqueDatabase()
        let slot = "s_\(database)"
        let scene = Scene(server: server, database: database, slot: slot)
        try await scene.run(
            """
            CREATE TABLE "t x" (id int PRIMARY KEY, v text, n numeric); CREATE TYPE mood AS ENUM ('ok');
            CREATE TABLE f (id int, m mood, big text); ALTER TABLE f REPLICA IDENTITY FULL;
            CREATE PUBLICATION "p q'x" FOR ALL TABLES
            """
        )
        try await onLane { lane in
            var configuration = server.configuration(database: database)
            configuration.replication = .database
            let connection = try await PostgresConnection.connect(configuration, on: lane.loop)
            _ = try await connection.createLogicalSlot(slot, slotOptions)
            do {
                try await body(scene, connection)
            } catch {
                Issue.record(error)
            }
            if connection.isUsable { try await connection.dropSlot(slot, waits: true) }
            connection.close()
        }
    }

    private static let publications = ["p q'x"]

    /// Takes changes until the `count`-th transaction has ended.
    private static func changes(_ stream: ReplicationStream, transactions count: Int) async throws -> [PgOutputEvent] {
        var events: [PgOutputEvent] = []
        var left = count
        while left > 0, let event = try await stream.next() {
            guard case .change(let change, _) = event else { continue }
            events.append(change)
            switch change.message {
            case .commit, .streamCommit, .prepare, .streamPrepare, .commitPrepared, .rollbackPrepared: left -= 1
            default: break
            }
        }
        return events
    }

    private static func texts(_ tuple: TupleData) -> [String?] {
        tuple.values.map { value in
            switch value {
            case .null: nil
            case .unchangedTOAST: "(unchanged)"
            case .text(let bytes): String(decoding: bytes, as: UTF8.self)
            case .binary(let bytes): "(\(bytes.count) bytes)"
            }
        }
    }

    @Test func everyKindOfChangeArrives() async throws {
        try await withScene { scene, connection in
            let options = PgOutputOptions(publications: Self.publications, hasMessages: true)
            try await scene.run(
                """
                INSERT INTO "t x" VALUES (1, 'one', 1.50), (2, NULL, 'NaN'); UPDATE "t x" SET v = 'uno' WHERE id = 1;
                UPDATE "t x" SET id = 3 WHERE id = 1; DELETE FROM "t x" WHERE id = 2;
                INSERT INTO f SELECT 1, 'ok', string_agg(md5(i::text), '') FROM generate_series(1, 500) AS i;
                UPDATE f SET id = 2; DELETE FROM f; TRUNCATE "t x", f RESTART IDENTITY CASCADE;
                SELECT pg_logical_emit_message(true, 'prefix', 'content')
                """
            )
            let events = try await connection.withReplication(slot: scene.slot, options) { stream in
                try await Self.changes(stream, transactions: 9)
            }
            var seen: [String] = []
            for event in events {
                switch event.message {
                case .insert(let insert): seen.append("I\(Self.texts(insert.new).prefix(2))")
                case .update(let update):
                    seen.append("U\(update.old.map { Self.texts($0.tuple).prefix(2) }.map { "\($0)" } ?? "")")
                case .delete(let delete): seen.append("D\(Self.texts(delete.old.tuple).prefix(2))")
                case .truncate(let truncate):
                    seen.append("T\(truncate.relations.count)\(truncate.cascades)\(truncate.restartsIdentity)")
                case .message(let message):
                    seen.append("M\(message.prefix)=\(String(decoding: message.content, as: UTF8.self))")
                // Sent again whenever the server has forgotten that it was sent, after TRUNCATE at the latest.
                case .type(let type): if !seen.contains("Y\(type.name)") { seen.append("Y\(type.name)") }
                case .relation(let relation):
                    let text = "R\(relation.name)\(relation.replicaIdentity)"
                    if !seen.contains(text) { seen.append(text) }
                default: break
                }
            }
            #expect(
                seen == [
                    "Rt xprimaryKey", #"I[Optional("1"), Optional("one")]"#, #"I[Optional("2"), nil]"#, "U",
                    #"U[Optional("1"), nil]"#, #"D[Optional("2"), nil]"#, "Ymood", "Rffull",
                    #"I[Optional("1"), Optional("ok")]"#, #"U[Optional("1"), Optional("ok")]"#,
                    #"D[Optional("2"), Optional("ok")]"#, "T2truetrue", "Mprefix=content",
                ]
            )
            #expect(connection.isUsable)
        }
    }

    @Test func whatWasNotConfirmedComesAgain() async throws {
        try await withScene { scene, connection in
            let options = PgOutputOptions(publications: Self.publications)
            for id in 1...3 { try await scene.run("INSERT INTO \"t x\" VALUES (\(id))") }
            func ids(_ events: [PgOutputEvent]) -> [String?] {
                events.compactMap { event in
                    guard case .insert(let insert) = event.message else { return nil }
                    return Self.texts(insert.new)[0]
                }
            }
            try await scene.follow(options, connection.loop) { stream in
                let first = try await Self.changes(stream, transactions: 1)
                let rest = try await Self.changes(stream, transactions: 2)
                #expect(ids(first + rest) == ["1", "2", "3"])
                guard case .commit(let commit)? = first.last?.message else { return }
                stream.confirm(flushed: commit.endLSN)
            }
            try await scene.follow(options, connection.loop) { stream in
                #expect(ids(try await Self.changes(stream, transactions: 2)) == ["2", "3"])
                stream.confirm(flushed: try await scene.position())
            }
            try await scene.run("INSERT INTO \"t x\" VALUES (4)")
            try await scene.follow(options, connection.loop) { stream in
                let last = try await Self.changes(stream, transactions: 1)
                #expect(ids(last) == ["4"])
            }
        }
    }

    @Test func largeTransactionsAreStreamed() async throws {
        try await withScene { scene, connection in
            guard connection.serverMajorVersion >= 14 else { return }
            try await connection.execute("SET logical_decoding_work_mem = '64kB'")
            let isParallel = connection.serverMajorVersion >= 16
            let options = PgOutputOptions(publications: Self.publications, streaming: isParallel ? .parallel : .on)
            try await scene.run(
                """
                BEGIN; INSERT INTO "t x" SELECT i, repeat('x', 50), i FROM generate_series(1, 4000) AS i;
                SAVEPOINT s; INSERT INTO "t x" SELECT i, repeat('y', 50), i FROM generate_series(5001, 8000) AS i;
                ROLLBACK TO s; COMMIT
                """
            )
            let events = try await connection.withReplication(slot: scene.slot, options) { stream in
                try await Self.changes(stream, transactions: 1)
            }
            var rows = 0
            var undone: UInt32?
            var bySubtransaction: [UInt32: Int] = [:]
            for event in events {
                if case .insert = event.message {
                    rows += 1
                    bySubtransaction[event.streamedTransaction ?? 0, default: 0] += 1
                }
                if case .streamAbort(let abort) = event.message {
                    undone = abort.subtransaction
                    #expect((abort.place != nil) == isParallel)
                }
            }
            let kept = rows - (undone.flatMap { bySubtransaction[$0] } ?? 0)
            #expect(kept == 4000)
            #expect(undone != nil)
            #expect(events.contains { if case .streamStart = $0.message { true } else { false } })
        }
    }

    @Test func preparedTransactionsArriveWhenPrepared() async throws {
        guard try await PostgresServer.shared().majorVersion >= 15 else { return }
        try await withScene(LogicalSlotOptions(isTwoPhase: true)) { scene, connection in
            let options = PgOutputOptions(publications: Self.publications, isBinary: true, isTwoPhase: true)
            #expect(options.protocolVersion == 3)
            let name = "tx \(scene.database)"
            try await scene.run("BEGIN; INSERT INTO \"t x\" VALUES (1, 'b', 2); PREPARE TRANSACTION '\(name)'")
            try await connection.withReplication(slot: scene.slot, options) { stream in
                let prepared = try await Self.changes(stream, transactions: 1)
                guard case .beginPrepare(let begin)? = prepared.first?.message,
                    case .prepare(let prepare)? = prepared.last?.message
                else {
                    Issue.record("\(prepared)")
                    return
                }
                #expect(begin.gid == name && prepare.transaction == begin)
                for case .insert(let insert) in prepared.map(\.message) {
                    #expect(Self.texts(insert.new) == ["(4 bytes)", "(1 bytes)", "(10 bytes)"])
                }
                try await scene.run("COMMIT PREPARED '\(name)'")
                guard case .commitPrepared(let commit)? = try await Self.changes(stream, transactions: 1).last?.message
                else {
                    Issue.record("the prepared transaction was not committed")
                    return
                }
                #expect(commit.gid == name)
            }
        }
    }

    @Test func anExportedSnapshotShowsWhatTheStreamDoesNot() async throws {
        let server = try await PostgresServer.shared()
        let database = try await server.createUniqueDatabase()
        let slot = "s_\(database)"
        _ = try await server.psql(
            "CREATE TABLE t (id int PRIMARY KEY); CREATE PUBLICATION p FOR TABLE t; INSERT INTO t VALUES (1)",
            database: database
        )
        try await onLane { lane in
            var configuration = server.configuration(database: database)
            let reader = try await PostgresConnection.connect(configuration, on: lane.loop)
            configuration.replication = .database
            let connection = try await PostgresConnection.connect(configuration, on: lane.loop)
            let created = try await connection.createLogicalSlot(slot, LogicalSlotOptions(snapshot: .export))
            _ = try await server.psql("INSERT INTO t VALUES (2)", database: database)
            let options = TransactionOptions(isolation: .repeatableRead, isReadOnly: true, snapshot: created.snapshot)
            let copied = try await reader.withTransaction(options) { reader in
                try await reader.query("SELECT id FROM t")[0].rows.map { try $0.decode(Int32.self, 0) }
            }
            #expect(copied == [1])
            let events = try await connection.withReplication(slot: slot, PgOutputOptions(publications: ["p"])) {
                try await Self.changes($0, transactions: 1)
            }
            let inserted = events.compactMap { event -> [String?]? in
                guard case .insert(let insert) = event.message else { return nil }
                return Self.texts(insert.new)
            }
            #expect(inserted == [["2"]])
            try await connection.dropSlot(slot, waits: true)
            reader.close()
            connection.close()
        }
    }

    /// The server gives a client up that says nothing for `wal_sender_timeout`; ours answers and goes on.
    @Test func anIdleStreamStaysAlive() async throws {
        try await withScene { scene, connection in
            try await connection.execute("SET wal_sender_timeout = '1s'")
            let options = PgOutputOptions(publications: Self.publications)
            try await connection.withReplication(slot: scene.slot, options) { stream in
                var keepaliveCount = 0
                while keepaliveCount < 4 {
                    if case .keepalive? = try await stream.next() { keepaliveCount += 1 }
                }
            }
            #expect(connection.isUsable)
        }
    }

    /// The server hears from us while the consumer is busy with something else, and confirmations reach it.
    @Test func aBusyConsumerIsHeardFrom() async throws {
        try await withScene { scene, connection in
            try await scene.run(#"INSERT INTO "t x" VALUES (1, 'a', 1)"#)
            try await connection.execute("SET wal_sender_timeout = '1s'")
            let options = PgOutputOptions(publications: Self.publications)
            let interval = Duration.milliseconds(50)
            try await connection.withReplication(slot: scene.slot, options, statusInterval: interval) { stream in
                let changes = try await Self.changes(stream, transactions: 1)
                guard case .commit(let commit)? = changes.last?.message else {
                    Issue.record("the transaction ends with its commit: \(changes)")
                    return
                }
                stream.confirm(flushed: commit.endLSN)
                // Ends when five updates came, the last of which with what was confirmed above.
                try await scene.run(
                    """
                    SET statement_timeout = '60s';
                    DO $$ DECLARE seen timestamptz[] := '{}'; r record; BEGIN
                        LOOP
                            PERFORM pg_stat_clear_snapshot();
                            SELECT reply_time, flush_lsn INTO STRICT r FROM pg_stat_replication
                                JOIN pg_replication_slots s ON s.active_pid = pid WHERE slot_name = '\(scene.slot)';
                            IF NOT r.reply_time = ANY (seen) THEN seen := seen || r.reply_time; END IF;
                            EXIT WHEN cardinality(seen) > 5 AND r.flush_lsn = '\(commit.endLSN)';
                        END LOOP;
                    END $$
                    """
                )
                try await scene.run(#"INSERT INTO "t x" VALUES (2, 'b', 2)"#)
                #expect(!(try await Self.changes(stream, transactions: 1)).isEmpty)
            }
            #expect(connection.isUsable)
        }
    }

    @Test func aCancelledConsumerEndsTheStreamInOrder() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await withScene { scene, connection in
                    let options = PgOutputOptions(publications: Self.publications)
                    let error = await #expect(throws: PostgresError.self) {
                        try await connection.withReplication(slot: scene.slot, options) { stream in
                            withUnsafeCurrentTask { $0?.cancel() }
                            while try await stream.next() != nil {}
                        }
                    }
                    #expect(error == .cancelled)
                    #expect(connection.isUsable)
                    connection.close()
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func errorsOfTheStreamAreTheServers() async throws {
        try await withScene { scene, connection in
            let nowhere = PgOutputOptions(publications: Self.publications)
            let missing = await #expect(throws: PostgresError.self) {
                try await connection.withReplication(slot: "no_such_slot", nowhere) { _ in }
            }
            #expect(missing?.serverError?.sqlState == .undefinedObject)
            #expect(connection.isUsable)
            try await scene.run("INSERT INTO \"t x\" VALUES (1)")
            // Found out in the middle of the stream.
            let unknown = PgOutputOptions(publications: ["nosuch"])
            if connection.serverMajorVersion < 18 {
                let error = await #expect(throws: PostgresError.self) {
                    try await connection.withReplication(slot: scene.slot, unknown) { stream in
                        while try await stream.next() != nil {}
                    }
                }
                #expect(error?.serverError?.sqlState == .undefinedObject)
            }
        }
    }

    @Test func theServerMayEndTheSession() async throws {
        let server = try await PostgresServer.shared()
        try await withScene { scene, connection in
            let process = connection.backendKey?.processID ?? 0
            let options = PgOutputOptions(publications: Self.publications)
            let error = await #expect(throws: PostgresError.self) {
                try await connection.withReplication(slot: scene.slot, options) { stream in
                    _ = try await server.psql("SELECT pg_terminate_backend(\(process), 60000)")
                    while try await stream.next() != nil {}
                }
            }
            #expect(error?.serverError?.sqlState == .adminShutdown)
            #expect(!connection.isUsable)
            try await scene.run("SELECT pg_drop_replication_slot('\(scene.slot)')")
        }
    }
}
