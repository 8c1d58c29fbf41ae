/// One of the two databases.
package enum PairMember: String, Hashable, Sendable, CaseIterable {
    case postgres
    case scylla

    /// Its name in messages.
    package var title: String {
        switch self {
        case .postgres: "PostgreSQL"
        case .scylla: "ScyllaDB"
        }
    }

    /// The port that decides whether it is ready.
    package var mainPort: UInt16 {
        switch self {
        case .postgres: 5432
        case .scylla: 9042
        }
    }

    /// What asks it inside of its container, where its port cannot be reached from outside.
    var insideCheck: [String] {
        switch self {
        case .postgres: ["pg_isready", "-q", "-h", "127.0.0.1", "-U", "postgres"]
        case .scylla: ["cqlsh", "-e", "SELECT release_version FROM system.local"]
        }
    }
}

/// The label that marks what this program made.
package enum PairLabel {
    package static let name = "io.pgscylla"
    static let network = "network"

    static func of(_ member: PairMember) -> [String: String] { [name: member.rawValue] }
}
