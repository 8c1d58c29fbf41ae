package import CQLClient
package import PosixIO
package import SchemaTranslation
import WireKit

extension TargetConfiguration {
    /// What the client needs to know.
    package var client: CQLConfiguration {
        CQLConfiguration(
            endpoints: endpoints,
            credentials: login.map { CQLCredentials(user: $0.user, password: $0.password.value) },
            tls: tls,
            connectTimeout: connectTimeout,
            requestTimeout: requestTimeout,
            consistency: consistency,
            serialConsistency: serialConsistency,
            localDatacentre: localDatacentre,
            compression: compression,
            attemptLimit: attemptLimit
        )
    }

    /// Opens a session on a loop.
    ///
    /// - Parameter loop: the loop that the session is confined to.
    /// - Returns: the session.
    /// - Throws: `MigrationError` (target unreachable, or interrupted).
    package func connect(
        on loop: EventLoop
    ) async throws(MigrationError) -> CQLSession {
        do throws(CQLError) {
            return try await CQLSession.connect(client, on: loop)
        } catch {
            if case .connection(let failure) = error, failure.code == .cancelled {
                throw MigrationError(.interrupted, "interrupted while connecting to ScyllaDB")
            }
            throw MigrationError(.targetUnreachable, underlying: error)
        }
    }

    /// The keyspace to create when it does not exist: as many replicas as were asked for, else one per node of the
    /// local datacentre, at most three.
    package func keyspaceDefinition(named name: String, in cluster: ClusterDescription) -> KeyspaceDefinition {
        KeyspaceDefinition(
            name: name,
            datacentre: cluster.localDatacentre,
            replicationFactor: replicationFactor ?? min(3, max(1, cluster.localNodeCount))
        )
    }
}

extension MigrationError {
    /// A statement that the target did not run to its end.
    package init(_ message: String, table: QualifiedName? = nil, _ error: CQLError, remedy: String? = nil) {
        if case .connection(let lost) = error, lost.code == .cancelled {
            self.init(.interrupted, message, table: table)
        } else {
            self.init(.target, message, table: table, underlying: error, remedy: remedy)
        }
    }
}

extension TargetTable {
    /// A table as the client found it.
    package init(_ table: TableSchema) {
        self.init(
            columns: table.columns.map { column in
                let kind: Kind =
                    switch column.kind {
                    case .partitionKey: .partitionKey
                    case .clustering: .clustering
                    case .regular: .regular
                    case .static: .static
                    }
                return Column(
                    name: column.name,
                    type: column.typeSpelling,
                    kind: kind,
                    position: Int(column.position)
                )
            }
        )
    }
}
