import PosixIO
import PostgresClient
import PostgresWire
import TestSupport
import Testing

/// Commands of replication connections, on whatever version the tests run with.
@Suite(.disabled(if: PostgresServer.isSkipped, "PGSCYLLA_SKIP_LIVE is set"))
struct ReplicationCommandTests {
    @Test func theSystemIsIdentified() async throws {
        let server = try await PostgresServer.shared()
        try await withSession(replication: .database) { connection in
            let system = try await connection.identifySystem()
            let expected = try await server.psql("SELECT system_identifier FROM pg_control_system()")
            #expect(system.systemID == expected)
            #expect(system.database == "postgres")
            #expect(system.timeline == 1)
            #expect(system.position > .zero)
        }
        try await withSession(replication: .physical) { connection in
            let system = try await connection.identifySystem()
            #expect(system.database == nil)
        }
    }

    @Test(arguments: LogicalSlotOptions.Snapshot.allCases)
    func slotsAreMadeAndDropped(_ snapshot: LogicalSlotOptions.Snapshot) async throws {
        let server = try await PostgresServer.shared()
        let name = "slot_\(snapshot.rawValue)_\(UInt32.random(in: 0...(.max)))"
        try await withSession(replication: .database) { connection in
            var options = LogicalSlotOptions(snapshot: snapshot)
            options.isTwoPhase = connection.serverMajorVersion >= 15
            let twoPhase = options.isTwoPhase ? "t" : "f"
            if snapshot == .use { try await connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY") }
            let slot = try await connection.createLogicalSlot(name, options)
            if snapshot == .use { try await connection.execute("COMMIT") }
            #expect(slot.name == name && slot.consistentPoint > .zero)
            #expect((slot.snapshot != nil) == (snapshot == .export))
            let shown = "SELECT plugin, temporary, two_phase FROM pg_replication_slots WHERE slot_name = '\(name)'"
            #expect(try await server.psql(shown) == "pgoutput|f|\(twoPhase)")
            try await connection.dropSlot(name, waits: true)
            options.isTemporary = true
            options.snapshot = .nothing
            _ = try await connection.createLogicalSlot(name, options)
            #expect(try await server.psql(shown) == "pgoutput|t|\(twoPhase)")
            let error = await #expect(throws: PostgresError.self) { _ = try await connection.createLogicalSlot(name) }
            #expect(error?.serverError?.sqlState == SQLState(rawValue: "42710"))
            #expect(connection.isUsable)
        }
    }

    @Test func physicalSlotsAreRead() async throws {
        let name = "physical_\(UInt32.random(in: 0...(.max)))"
        try await withSession(replication: .physical) { connection in
            _ = try await connection.createPhysicalSlot(name, isTemporary: true, reservesLog: true)
            if connection.serverMajorVersion >= 15 {
                #expect(try await connection.readSlot(name)?.restart != nil)
                #expect(try await connection.readSlot("no_such_slot") == nil)
            } else {
                let error = await #expect(throws: PostgresError.self) { _ = try await connection.readSlot(name) }
                #expect("\(error.map { "\($0)" } ?? "")".contains("needs PostgreSQL 15 or newer"))
            }
            try await connection.dropSlot(name)
        }
    }

    @Test func whatTheServerIsTooOldForIsSaid() async throws {
        let name = "failover_\(UInt32.random(in: 0...(.max)))"
        try await withSession(replication: .database) { connection in
            let version = connection.serverMajorVersion
            let options = LogicalSlotOptions(isTemporary: false, isFailover: true)
            if version >= 17 {
                _ = try await connection.createLogicalSlot(name, options)
                try await connection.alterSlot(name, isFailover: false)
                if version >= 18 { try await connection.alterSlot(name, isTwoPhase: true) }
                try await connection.dropSlot(name)
            } else {
                let created = await #expect(throws: PostgresError.self) {
                    _ = try await connection.createLogicalSlot(name, options)
                }
                let altered = await #expect(throws: PostgresError.self) {
                    try await connection.alterSlot(name, isFailover: true)
                }
                for error in [created, altered] {
                    let text = error.map { "\($0)" } ?? ""
                    #expect(text.hasSuffix("needs PostgreSQL 17 or newer, and this server is PostgreSQL \(version)"))
                }
            }
            guard version < 16 else { return }
            let parallel = PgOutputOptions(publications: ["p"], streaming: .parallel)
            let error = await #expect(throws: PostgresError.self) {
                try await connection.withReplication(slot: name, parallel) { _ in }
            }
            #expect(error.map { "\($0)" }?.hasPrefix("streaming=parallel needs PostgreSQL 16") == true)
            #expect(connection.isUsable)
        }
    }
}
