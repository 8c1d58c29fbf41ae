package import CQLWire
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
    package var tls: TLSServerConfiguration?
    /// Asked before each request that writes (EXECUTE, BATCH or QUERY); nil lets it through.
    package var fault: (@Sendable (WriteAttempt) -> WriteFault?)?
    /// Whether `fault` is asked before each PREPARE too.
    package var faultsPreparing = false

    package init() {}
}

extension NodeOptions.Login: CustomStringConvertible, CustomReflectable {
    /// Names the user only.
    package var description: String { "Login(user: \(user))" }

    package var customMirror: Mirror { Mirror(self, children: ["user": user]) }
}

/// A request that writes, as a fault hook sees it.
package struct WriteAttempt: Equatable, Sendable {
    /// Counts all writing requests of the node, from zero.
    package let number: Int
    package let opcode: Opcode.Request
}

/// What goes wrong with a write, for tests of clients.
package enum WriteFault: Sendable {
    /// Answers with an error; the write happens first if `afterApplying`.
    case error(ErrorResponse, afterApplying: Bool)
    /// Closes the connection without an answer.
    case dropConnection(afterApplying: Bool)
    /// Never answers.
    case silence(afterApplying: Bool)

    var afterApplying: Bool {
        switch self {
        case .error(_, let afterApplying), .dropConnection(let afterApplying), .silence(let afterApplying):
            afterApplying
        }
    }
}
