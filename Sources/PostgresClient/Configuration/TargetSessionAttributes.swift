/// Which of several servers is wanted (libpq's `target_session_attrs`).
package enum TargetSessionAttributes: String, Hashable, Sendable, CaseIterable {
    case any
    case readWrite = "read-write"
    case readOnly = "read-only"
    case primary
    case standby
    /// A standby if one of the servers is, else any.
    case preferStandby = "prefer-standby"
}

/// What a replication connection is for (the start-up parameter `replication`).
package enum ReplicationMode: String, Hashable, Sendable {
    /// Logical replication of the connection's database.
    case database
    /// Physical replication.
    case physical = "true"
}
