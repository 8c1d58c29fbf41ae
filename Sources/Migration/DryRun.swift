import CQLClient
import PosixIO
import PostgresClient
import SchemaTranslation

/// What a setup would do, without doing any of it.
package enum DryRun {
    /// The plan as a CQL script; a target that cannot be reached is a comment in it.
    ///
    /// - Throws: `MigrationError`: the source cannot be reached or read, no plan can be made, or it was interrupted.
    package static func script(for setup: SetupConfiguration) async throws(MigrationError) -> String {
        try await withLane(named: "plan") { lane throws(MigrationError) in
            let plan = try await plan(for: setup, on: lane.loop)
            var script = PlanScript(of: plan, readerCount: setup.readerCount)
            do throws(MigrationError) {
                try await describeTarget(setup.target, in: &script, on: lane.loop)
            } catch {
                if error.kind == .interrupted { throw error }
                script.remark = "\(error)"
            }
            return script.text + (followingScript(for: setup, script.plan)?.text ?? "")
        }
    }

    private static func plan(
        for setup: SetupConfiguration,
        on loop: EventLoop
    ) async throws(MigrationError) -> MigrationPlan {
        let connection = try await setup.source.connect(on: loop)
        defer { connection.close() }
        return try await MigrationPlan.make(of: setup.source.schema, for: setup.request, over: connection)
    }

    private static func followingScript(for setup: SetupConfiguration, _ plan: MigrationPlan) -> FollowingScript? {
        setup.following.map { following in
            FollowingScript(
                plan: plan,
                foreignSchema: following.foreignSchema,
                server: following.server,
                lockMode: following.lockMode.rawValue,
                hasLogin: setup.target.login != nil
            )
        }
    }

    private static func describeTarget(
        _ target: TargetConfiguration,
        in script: inout PlanScript,
        on loop: EventLoop
    ) async throws(MigrationError) {
        let session = try await target.connect(on: loop)
        defer { session.close() }
        script.keyspace = target.keyspaceDefinition(named: script.plan.keyspace, in: session.cluster)
        let schema: KeyspaceSchema?
        do throws(CQLError) {
            schema = try await session.keyspaceSchema(script.plan.keyspace)
        } catch {
            throw MigrationError("the target's schema cannot be read", error)
        }
        for table in schema?.tables ?? [] { script.existingTables[table.name] = TargetTable(table) }
    }
}
