import Migration
import PosixIO
import PostgresClient
import SchemaTranslation
import TestSupport
import Testing
import WireKit

/// The catalogue queries on a real server; `PGSCYLLA_POSTGRES_BIN` chooses its version.
@Suite(.disabled(if: PostgresServer.isSkipped, "PGSCYLLA_SKIP_LIVE is set")) struct CatalogueTests {
    private func source(
        _ server: PostgresServer,
        _ database: String,
        schema: String = "shop",
        user: String = "postgres"
    ) throws -> SourceConfiguration {
        try SourceConfiguration(server, user: user, database: database, schema: schema)
    }

    private func makeDatabase(_ server: PostgresServer) async throws -> String {
        let database = try await server.createUniqueDatabase()
        let sql = String(decoding: try Fixtures.bytes("schemas/catalogue.sql"), as: UTF8.self)
        _ = try await server.psql(sql, database: database)
        return database
    }

    private func snapshot(_ source: SourceConfiguration) async throws(MigrationError) -> SchemaSnapshot {
        try await withLane(named: "test") { lane throws(MigrationError) in
            let connection = try await source.connect(on: lane.loop)
            defer { connection.close() }
            return try await Catalogue.snapshot(of: source.schema, over: connection)
        }
    }

    @Test func planMatchesTheApprovedScript() async throws {
        let server = try await PostgresServer.shared()
        let snapshot = try await snapshot(source(server, makeDatabase(server)))
        #expect(snapshot.serverVersion / 10_000 == server.majorVersion)
        #expect(snapshot.serverEncoding == "UTF8")
        var plan = try MigrationPlan(of: snapshot, for: PlanRequest(keyspace: "migration"))
        // Sizes and estimates differ from server to server.
        for table in plan.tables.indices {
            plan.tables[table].estimatedRowCount = nil
            for leaf in plan.tables[table].leaves.indices { plan.tables[table].leaves[leaf].byteCount = 0 }
        }
        let script = PlanScript(of: plan, readerCount: 1).text
        #expect(try script == Golden.approved("schemas/catalogue.cql", replacedBy: script))
    }

    @Test func everySplitCanBeCopied() async throws {
        let server = try await PostgresServer.shared()
        let source = try source(server, await makeDatabase(server))
        let plan = try await MigrationPlan(of: snapshot(source), for: PlanRequest(keyspace: "migration"))
        let statements = plan.tables.flatMap { table in
            table.leaves.flatMap { leaf in
                [nil, PageRange(start: 0, end: 1), PageRange(start: 1, end: nil)].map { pages in
                    table.copyStatement(for: CopySplit(table: table.source, relation: leaf.name, pages: pages))
                }
            }
        }
        #expect(statements.count > 40)
        let output = try await server.psql(
            statements.map { $0 + ";" }.joined(separator: "\n"),
            database: source.connection.database
        )
        #expect(output.split(separator: "PGCOPY\n", omittingEmptySubsequences: false).count - 1 == statements.count)
    }

    @Test func partitionsAndChildrenAreFound() async throws {
        let server = try await PostgresServer.shared()
        let snapshot = try await snapshot(source(server, makeDatabase(server)))
        let measurements = try #require(snapshot.tables.first { $0.name.name == "measurements" })
        #expect(measurements.leaves.map(\.name.description) == ["shop.m2024a", "shop.m2025", "far.m2026"])
        #expect(snapshot.coveredRelations["m2024"] == "measurements")
        #expect(snapshot.coveredRelations["kittens"] == "animals")
        let orders = try #require(snapshot.tables.first { $0.name.name == "orders" })
        #expect(orders.primaryKey == ["order_id", "line"])
        #expect(orders.columns.map(\.name) == ["note", "line", "order_id", "price", "double_price", "placed"])
        #expect(orders.columns.filter(\.isGenerated).map(\.name) == ["double_price"])
        #expect(orders.leaves.map(\.pageCount).reduce(0, +) > 0)
    }

    @Test func policiesHideATableFromOrdinaryRoles() async throws {
        let server = try await PostgresServer.shared()
        let database = try await makeDatabase(server)
        let snapshot = try await snapshot(source(server, database, user: "u_trust"))
        let plan = try MigrationPlan(of: snapshot, for: PlanRequest(keyspace: "migration"))
        let guarded = SkippedTable(table: QualifiedName("shop", "guarded"), reason: .rowSecurity)
        #expect(plan.skippedTables.contains(guarded))
    }

    @Test func aMissingSchemaIsNamedWithThoseThatExist() async throws {
        let server = try await PostgresServer.shared()
        let source = try source(server, await makeDatabase(server), schema: "shoop")
        let error = await #expect(throws: MigrationError.self) { try await snapshot(source) }
        #expect(error?.kind == .schemaNotFound)
        #expect(
            error?.description
                == "schema \"shoop\" does not exist in database \"\(source.connection.database)\"; it has empty, far, public, shop"
        )
    }

    @Test func aSchemaWithoutTablesIsNamed() async throws {
        let server = try await PostgresServer.shared()
        let source = try source(server, await makeDatabase(server), schema: "empty")
        let error = await #expect(throws: MigrationError.self) { try await snapshot(source) }
        #expect(error?.kind == .schemaEmpty)
    }
}
