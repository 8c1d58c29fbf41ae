import Migration
import SchemaTranslation
import TestSupport
import Testing

@Suite(.disabled(if: PostgresServer.isSkipped, "PGSCYLLA_SKIP_LIVE is set")) struct SampleDataTests {
    private static let checksum = """
        SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM
            (SELECT a::text FROM animals a UNION ALL SELECT h::text FROM habitats h
             UNION ALL SELECT f::text FROM feedings f UNION ALL SELECT e::text FROM equipment e) AS t
        """

    private func source(_ server: PostgresServer, _ database: String) throws -> SourceConfiguration {
        try SourceConfiguration(server, database: database)
    }

    @Test func loadingAgainRestoresTheContent() async throws {
        let server = try await PostgresServer.shared()
        let database = try await server.createUniqueDatabase()
        let source = try source(server, database)
        let first = try await SampleData.load(into: source, replacing: false)
        #expect(first.map(\.name) == ["animals", "habitats", "feedings", "equipment"])
        #expect(first.allSatisfy { $0.isCreated && $0.rowCount == 1000 })
        let checksum = try await server.psql(Self.checksum, database: database)

        let changes = """
            DELETE FROM animals WHERE animal_id < 100;
            UPDATE equipment SET description = 'changed';
            INSERT INTO habitats (habitat_id) VALUES (10001);
            """
        _ = try await server.psql(changes, database: database)
        let second = try await SampleData.load(into: source, replacing: false)
        #expect(second.allSatisfy { !$0.isCreated })
        #expect(try await server.psql(Self.checksum, database: database) == checksum)

        let third = try await SampleData.load(into: source, replacing: true)
        #expect(third.allSatisfy { $0.isCreated })
        #expect(try await server.psql(Self.checksum, database: database) == checksum)
    }

    @Test func theValuesThatMigrationsSpoilAreThere() async throws {
        let server = try await PostgresServer.shared()
        let database = try await server.createUniqueDatabase()
        _ = try await SampleData.load(into: try source(server, database), replacing: false)
        let weights = "SELECT string_agg(weight_kg::text, ' ' ORDER BY animal_id) FROM animals WHERE animal_id <= 3"
        #expect(try await server.psql(weights, database: database) == "1.28 327.68 -129.00")
        let nulls = """
            SELECT bool_and(n > 0) FROM (SELECT count(*) FILTER (WHERE weight_kg IS NULL) FROM animals UNION ALL
                SELECT count(*) FILTER (WHERE address IS NULL) FROM equipment UNION ALL
                SELECT count(*) FILTER (WHERE food IS NULL) FROM feedings) AS counts(n)
            """
        #expect(try await server.psql(nulls, database: database) == "t")
    }

    @Test func anotherTableOfTheNameIsLeftAlone() async throws {
        let server = try await PostgresServer.shared()
        let database = try await server.createUniqueDatabase()
        _ = try await server.psql("CREATE TABLE feedings (id int PRIMARY KEY)", database: database)
        let source = try source(server, database)
        let error = await #expect(throws: MigrationError.self) {
            try await SampleData.load(into: source, replacing: false)
        }
        #expect(error?.kind == .planRefused)
        #expect(error?.table?.name == "feedings")
        let tables =
            "SELECT string_agg(relname, ' ') FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        #expect(try await server.psql(tables, database: database) == "feedings")
        #expect(try await SampleData.load(into: source, replacing: true).count == 4)
    }
}
