import CQLClient
import CQLWire
import PostgresClient
import PostgresWire
import SchemaTranslation
import WireKit

/// Finds out whether the extension, as it is installed, writes and deletes what the copy would: values go through a
/// foreign table, and are read from the cluster by this process.
///
/// Versions differ: one that is not adapted writes smallint and inet as null, and many a decimal as another number.
struct CarrierProbe {
    /// What was found out.
    struct Outcome {
        /// Types whose values do not arrive as they are, each with what became of one.
        var failures: [ForeignCarrier: String] = [:]
        /// Types by whose values no row is deleted, with the reason: they cannot be in a key.
        var keyFailures: [ForeignCarrier: String] = [:]
        /// The timestamp in microseconds that the first write carried.
        var writeTimestamp: Int64?
    }

    let following: FollowingConfiguration
    let keyspace: String
    let source: PostgresConnection
    let target: CQLSession

    /// Tries each type.
    ///
    /// - Throws: `MigrationError` when the extension does not reach the cluster at all.
    func run(_ carriers: Set<ForeignCarrier>) async throws(MigrationError) -> Outcome {
        var outcome = Outcome()
        // A type that every version knows tells first whether anything arrives.
        let integer = ForeignCarrier(.integer)
        let others = carriers.filter { $0 != integer }.sorted { $0.sqlType < $1.sqlType }
        for carrier in [integer] + others { try await probe(carrier, &outcome) }
        return outcome
    }

    private func probe(_ carrier: ForeignCarrier, _ outcome: inout Outcome) async throws(MigrationError) {
        let names = Names(carrier, keyspace: keyspace, foreignSchema: following.foreignSchema)
        do throws(MigrationError) {
            try await create(carrier, names)
            outcome.failures[carrier] = try await failure(of: carrier, names, &outcome)
        } catch {
            try? await drop(names)
            throw error
        }
        try await drop(names)
    }

    private struct Names {
        let table: QualifiedName
        let foreignTable: QualifiedName

        init(_ carrier: ForeignCarrier, keyspace: String, foreignSchema: String) {
            let name = "pgscylla_probe_\(carrier.isList ? "list_" : "")\(carrier.scalar)"
            table = QualifiedName(keyspace, name)
            foreignTable = QualifiedName(foreignSchema, name)
        }
    }

    // MARK: Tables

    private func create(_ carrier: ForeignCarrier, _ names: Names) async throws(MigrationError) {
        try await drop(names)
        let (keyType, valueType) = (carrier.keyCarrier.targetType.cql, carrier.targetType.cql)
        try await targetStep { () async throws(CQLError) in
            _ = try await target.changeSchema(
                "CREATE TABLE IF NOT EXISTS \(names.table.quoted) (\"k\" \(keyType) PRIMARY KEY, \"v\" \(valueType))"
            )
        }
        try await sourceStep { () async throws(PostgresError) in
            try await source.execute(
                """
                CREATE FOREIGN TABLE \(names.foreignTable.quoted) ("k" \(carrier.keyCarrier.sqlType), "v" \(carrier.sqlType))
                SERVER \(ForeignServer.name) OPTIONS (
                    keyspace \(quotedLiteral(names.table.schema)), "table" \(quotedLiteral(names.table.name)), primary_key 'k'
                )
                """
            )
        }
    }

    private func drop(_ names: Names) async throws(MigrationError) {
        try await sourceStep { () async throws(PostgresError) in
            try await source.execute("SET client_min_messages = warning")
            try await source.execute("DROP FOREIGN TABLE IF EXISTS \(names.foreignTable.quoted)")
            try await source.execute("RESET client_min_messages")
        }
        try await targetStep { () async throws(CQLError) in
            _ = try await target.changeSchema("DROP TABLE IF EXISTS \(names.table.quoted)")
        }
    }

    // MARK: Values

    /// What is wrong with the way a type is carried; nil when nothing is.
    private func failure(
        of carrier: ForeignCarrier,
        _ names: Names,
        _ outcome: inout Outcome
    ) async throws(MigrationError) -> String? {
        let expected = try await expectedRows(of: carrier)
        if let refusal = try await write(carrier, names) { return refusal }
        let rows = try await rows(names)
        if rows.isEmpty, carrier == ForeignCarrier(.integer) { throw elsewhere }
        if outcome.writeTimestamp == nil { outcome.writeTimestamp = rows.compactMap(\.timestamp).min() }
        for (sample, wanted) in zip(carrier.samples, expected)
        where !rows.contains(where: { $0.key == wanted.key && $0.value == wanted.value }) {
            // A key that became another is found by what it became.
            let written =
                rows.first { $0.key == wanted.key }?.valueText
                ?? rows.first { row in !expected.contains { $0.key == row.key } }?.keyText
            return "\(sample.value) arrives as \(written ?? "nothing")"
        }
        outcome.keyFailures[carrier] = try await keyFailure(of: carrier, names)
        return nil
    }

    private func keyFailure(of carrier: ForeignCarrier, _ names: Names) async throws(MigrationError) -> String? {
        if let refusal = try await delete(carrier, names) { return refusal }
        return try await rows(names).isEmpty ? nil : "a row with such a key is not deleted"
    }

    private var elsewhere: MigrationError {
        MigrationError(
            .usage,
            "what scylla_fdw writes to \(following.server.host):\(following.server.port) does not arrive in the cluster that this "
                + "process reads",
            remedy: "--scylla-fdw-host and --scylla-fdw-port say where PostgreSQL finds the same cluster"
        )
    }

    /// The bytes that the copy would write, by sample.
    private func expectedRows(
        of carrier: ForeignCarrier
    ) async throws(MigrationError) -> [(key: [UInt8], value: [UInt8])] {
        var rows: [(key: [UInt8], value: [UInt8])] = []
        for sample in carrier.samples {
            rows.append(
                (
                    try await expected(sample.key, carrier.keyCarrier.conversion),
                    try await expected(sample.value, carrier.conversion)
                )
            )
        }
        return rows
    }

    private func expected(
        _ expression: String,
        _ conversion: ColumnConversion
    ) async throws(MigrationError) -> [UInt8] {
        let field = try await sourceStep { () async throws(PostgresError) in
            try await source.query("SELECT \(expression)", [], resultFormat: .binary).rows.first?.field(0)
        }
        var writer = ByteWriter()
        var value = ValueConversion(isKey: true)
        do throws(ValueConversion.Failure) {
            try value.append(field ?? [], conversion, to: &writer)
        } catch {
            throw MigrationError(.source, "PostgreSQL's value of \(expression) cannot be read", underlying: error)
        }
        return Array(writer.bytes.dropFirst(4))
    }

    /// - Returns: why the extension did not write the samples; nil when it says that it did.
    private func write(_ carrier: ForeignCarrier, _ names: Names) async throws(MigrationError) -> String? {
        let values = carrier.samples.map { sample in
            "(\(carrier.keyCarrier.expression(of: sample.key)), \(carrier.expression(of: sample.value)))"
        }
        return try await foreignStep(
            "INSERT INTO \(names.foreignTable.quoted) VALUES \(values.joined(separator: ", "))"
        )
    }

    private func delete(_ carrier: ForeignCarrier, _ names: Names) async throws(MigrationError) -> String? {
        let beginning = quotedLiteral("DELETE FROM \(names.foreignTable.quoted) WHERE ")
        let statements = carrier.samples.map { sample in
            let key = carrier.keyCarrier.expression(of: sample.key)
            let condition = carrier.keyCarrier.scalar.condition(on: "\"k\"", equals: key)
            return "EXECUTE \(beginning) || \(condition);"
        }
        let body = "BEGIN \(statements.joined(separator: " ")) END"
        return try await foreignStep("DO \(quotedLiteral(body))")
    }

    private func foreignStep(_ sql: String) async throws(MigrationError) -> String? {
        do throws(PostgresError) {
            try await source.execute("SET client_min_messages = warning")
            try await source.execute(sql)
            try await source.execute("RESET client_min_messages")
            return nil
        } catch {
            guard case .server(let refusal) = error else { throw MigrationError("scylla_fdw cannot be tried", error) }
            // fdw_unable_to_establish_connection
            if refusal.sqlState.rawValue == "HV00N" {
                throw MigrationError(
                    "PostgreSQL does not reach ScyllaDB at \(following.server.host):\(following.server.port)",
                    error,
                    remedy: "--scylla-fdw-host and --scylla-fdw-port say where PostgreSQL finds it"
                )
            }
            return refusal.message
        }
    }

    // MARK: Rows

    private struct Row {
        let key: [UInt8]
        let value: [UInt8]?
        let keyText: String
        let valueText: String
        let timestamp: Int64?
    }

    private func rows(_ names: Names) async throws(MigrationError) -> [Row] {
        var rows: [Row] = []
        try await targetStep { () async throws(CQLError) in
            let found = try await target.rows("SELECT \"k\", \"v\", WRITETIME(\"v\") FROM \(names.table.quoted)")
            do throws(WireError) {
                for row in found {
                    guard row.values.count == 3, let key = row.values[0] else { continue }
                    rows.append(
                        Row(
                            key: Array(key),
                            value: row.values[1].map { Array($0) },
                            keyText: CQLValue.literal(try row.value("k")),
                            valueText: CQLValue.literal(try row.value("v")),
                            timestamp: try row.values[2].map { bytes throws(WireError) in
                                var reader = ByteReader(bytes)
                                return try reader.readInteger("timestamp", as: Int64.self)
                            }
                        )
                    )
                }
            } catch {
                throw .codec(error)
            }
        }
        return rows
    }

    // MARK: Steps

    private func sourceStep<T>(_ body: () async throws(PostgresError) -> T) async throws(MigrationError) -> T {
        do throws(PostgresError) {
            return try await body()
        } catch {
            throw MigrationError("scylla_fdw cannot be tried", error)
        }
    }

    private func targetStep(_ body: () async throws(CQLError) -> Void) async throws(MigrationError) {
        do throws(CQLError) {
            try await body()
        } catch {
            throw MigrationError("scylla_fdw cannot be tried", error)
        }
    }
}
