package import PosixIO

/// How an embedded node is to behave.
package struct NodeOptions: Sendable {
    /// The one user that may log in; nil lets everybody in.
    package struct Login: Sendable {
        package let user: String
        let password: String

        package init(user: String, password: String) {
            self.user = user
            self.password = password
        }
    }

    /// The ScyllaDB sharding extension.
    package struct Sharding: Sendable {
        /// At least one.
        package let shardCount: Int
        /// Where the client's own port chooses the shard: a port, 0 for any free one, nil for none.
        package let shardAwarePort: UInt16?

        package init(shardCount: Int, shardAwarePort: UInt16? = nil) {
            self.shardCount = max(1, shardCount)
            self.shardAwarePort = shardAwarePort
        }
    }

    /// Answers writes without keeping, or even reading, their values.
    package var discardsWrites = false
    package var login: Login?
    /// Nil: nothing is said about shards.
    package var sharding: Sharding?
    /// A file that acknowledged writes are kept in, and read from at the start.
    package var journalPath: String?
    /// Told, on the node's thread, that the journal can no longer be written; the node then serves nobody.
    package var journalFailed: (@Sendable (String) -> Void)?
    /// The nodes that this one makes up a ring with.
    package var ring: RingConfiguration?
    package var tls: TLSServerConfiguration?
    /// Asked before each request that writes (EXECUTE, BATCH or QUERY); nil lets it through.
    package var fault: (@Sendable (RequestAttempt) -> RequestFault?)?
    /// Whether `fault` is asked before each PREPARE too.
    package var faultsPreparing = false
    /// Whether `fault` is asked before each EXECUTE and QUERY that reads, of tables that are not the node's own.
    package var faultsReading = false

    package init() {}
}

extension NodeOptions.Login: CustomStringConvertible, CustomReflectable {
    /// Names the user only.
    package var description: String { "Login(user: \(user))" }

    package var customMirror: Mirror { Mirror(self, children: ["user": user]) }
}
