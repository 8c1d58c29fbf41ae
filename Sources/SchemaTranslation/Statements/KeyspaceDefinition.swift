/// The keyspace to create when it does not exist.
package struct KeyspaceDefinition: Hashable, Sendable {
    package var name: String
    /// The local datacentre as the server names it.
    package var datacentre: String
    package var replicationFactor: Int

    package init(name: String, datacentre: String, replicationFactor: Int) {
        self.name = name
        self.datacentre = datacentre
        self.replicationFactor = replicationFactor
    }

    /// ScyllaDB's tablets refuse SimpleStrategy, so the strategy is always by datacentre.
    package var createStatement: String {
        """
        CREATE KEYSPACE IF NOT EXISTS \(quotedIdentifier(name)) WITH replication = \
        {'class': 'NetworkTopologyStrategy', \(quotedLiteral(datacentre)): \(replicationFactor)}
        """
    }
}
