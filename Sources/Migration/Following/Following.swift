import CQLClient
import PosixIO
import PostgresClient
import SchemaTranslation

/// The part of a setup that makes later changes follow: it comes before the snapshot, so that each change is either in
/// the snapshot or carried by a trigger, with a later timestamp than the copy's.
struct Following {
    /// What a copy needs to know of it.
    struct Outcome {
        /// Microseconds since 1970, before every write of every trigger.
        let timestamp: Int64
        /// Tables that are not followed, with the reason.
        var failures: [QualifiedName: MigrationError] = [:]
        /// What triggers of an earlier run could not carry.
        var missed: [QualifiedName: MissedRows] = [:]
    }

    let following: FollowingConfiguration
    let login: TargetConfiguration.Login?
    let source: PostgresConnection
    let target: CQLSession
    let loop: EventLoop
    let observer: any RunObserver

    var changes: MissedChanges { MissedChanges(foreignSchema: following.foreignSchema) }

    /// Prepares the server, tries the extension, and installs the triggers of each table that it can carry.
    ///
    /// - Parameters:
    ///   - plans: the tables that exist in the target.
    ///   - keyspace: the keyspace they are in.
    /// - Returns: which tables are followed, and from when.
    /// - Throws: `MigrationError` when no table can be followed at all.
    func begin(_ plans: [TablePlan], keyspace: String) async throws(MigrationError) -> Outcome {
        try await ForeignServerPreparation(following: following, login: login, source: source).prepare()
        let clock = try await clock()
        var failures: [QualifiedName: MigrationError] = [:]
        var tables: [FollowedTable] = []
        for plan in plans {
            do throws(FollowedTable.Obstacle) {
                tables.append(try FollowedTable(plan, foreignSchema: following.foreignSchema))
            } catch {
                failures[plan.source] = MigrationError(
                    .planRefused,
                    "\(error)",
                    table: plan.source,
                    remedy: "its rows are copied, its later changes are not"
                )
            }
        }
        observer.noted("trying what scylla_fdw writes")
        let probe = CarrierProbe(following: following, keyspace: keyspace, source: source, target: target)
        let probed = try await probe.run(Set(tables.flatMap(\.carriers)))
        // The extension's writes have timestamps of PostgreSQL's host or of the cluster: the copy must be before both.
        var outcome = Outcome(timestamp: min(clock, probed.writeTimestamp ?? clock), failures: failures)
        for table in tables {
            do throws(MigrationError) {
                try refuse(table, probed)
                try await TriggerInstallation(following: following, source: source, loop: loop).install(table)
                outcome.missed[table.plan.source] = try await MissedRows.read(of: table.plan, in: changes, over: source)
            } catch {
                if error.kind == .interrupted { throw error }
                outcome.failures[table.plan.source] = error
            }
        }
        let count = tables.count { outcome.failures[$0.plan.source] == nil }
        observer.noted("triggers follow the changes of \(Quantity.count(count, "table"))")
        return outcome
    }

    /// Refuses a table of which the extension would write other values than the source's.
    private func refuse(_ table: FollowedTable, _ probed: CarrierProbe.Outcome) throws(MigrationError) {
        for (column, carrier) in zip(table.plan.columns, table.carriers) {
            let keyFailure = column.isKey ? probed.keyFailures[carrier] : nil
            guard let failure = probed.failures[carrier] ?? keyFailure else { continue }
            throw MigrationError(
                .planRefused,
                "scylla_fdw as it is installed cannot carry column \"\(column.name)\" (\(column.targetType.cql)): \(failure)",
                table: table.plan.source,
                remedy: "\"pgscylla fdw install\" builds one that can"
            )
        }
    }

    private func clock() async throws(MigrationError) -> Int64 {
        do throws(PostgresError) {
            return try await SourceClock.microseconds(over: source)
        } catch {
            throw MigrationError("PostgreSQL's clock cannot be read", error)
        }
    }
}

/// PostgreSQL's clock.
enum SourceClock {
    /// Microseconds since 1970.
    ///
    /// - Throws: `PostgresError`.
    static func microseconds(over connection: PostgresConnection) async throws(PostgresError) -> Int64 {
        let sql = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
        guard let row = try await connection.query(sql, []).rows.first, let value = try? row.decode(Int64.self, 0)
        else {
            throw .invalidRequest("\"\(sql)\" returned no value")
        }
        return value
    }
}
