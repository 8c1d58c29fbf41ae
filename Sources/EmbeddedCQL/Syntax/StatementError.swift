package import CQLWire

/// Why a statement is refused: the class that goes into the ERROR message, and its text.
///
/// The wording follows real servers, since applications and drivers show it to people.
package struct StatementError: Error, Equatable, Sendable {
    /// The error class (native protocol v4, section 9), with the fields that some classes add.
    package enum Kind: Equatable, Sendable {
        /// 0x2000: the text is not CQL.
        case syntax
        /// 0x2100: the connection's user may not do this.
        case unauthorized
        /// 0x2200: CQL, but it cannot be executed here.
        case invalid
        /// 0x2300: a keyspace or table option is wrong.
        case configuration
        /// 0x2400: the keyspace (`table` empty) or table is there already.
        case alreadyExists(keyspace: String, table: String)
        /// 0x2500: no prepared statement has this id.
        case unprepared(id: [UInt8])
        /// 0x000A: the message breaks the protocol.
        case protocolViolation
        /// 0x1000: the consistency level needs more replicas than a single node has.
        case unavailable(consistency: Consistency, required: Int32, alive: Int32)
        /// 0x1002: this node misses writes that others are about to send; they can be asked meanwhile.
        case isBootstrapping
    }

    package let kind: Kind
    package let message: String

    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }
}

extension StatementError {
    static func syntax(_ message: String) -> StatementError { StatementError(.syntax, message) }

    static func invalid(_ message: String) -> StatementError { StatementError(.invalid, message) }

    /// What servers say to everybody where nobody can log in: roles and permissions mean nothing there.
    static let anonymous = StatementError(
        .unauthorized,
        "You have to be logged in and not anonymous to perform this request"
    )

    static let bootstrapping = StatementError(.isBootstrapping, "Cannot read from a bootstrapping node")

    /// For CQL that a real server has and this node does not: said plainly, never misread.
    static func unsupported(_ feature: String) -> StatementError {
        StatementError(.invalid, "\(feature) not supported by the embedded in-memory node")
    }
}
